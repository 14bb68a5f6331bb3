import type { AdmissionRequest } from '../../api/admission.js';
import { applyDefaults } from '../../api/defaults/index.js';
import { required } from '../../api/field-error.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { invalid, isAlreadyExists, methodNotSupported } from '../../api/status-error.js';
import { prepareForCreate } from '../../api/strategy.js';
import type { Entry } from '../../store/store.js';
import { admit } from '../admission/admit.js';
import { assignAddress } from '../service-ip/assign.js';
import { commitNew } from './commit.js';
import { type Registry, timestamp, type Write } from './registry.js';
import { keyOf, type Resource } from './resources.js';
import { newMetadata, typed } from './strategy.js';
import { checkNewObject } from './validation.js';
import { checkNew, checkType, namespaceFor } from './write-checks.js';

/** How many names are tried for `generateName` before the writer is told that it is taken. */
const nameAttempts = 8;

/** Longest prefix, so that name and suffix stay within 63 characters. */
const maxGeneratedPrefix = 58;

function named(registry: Registry, resource: Resource, object: KubeObject): KubeObject {
  const { name, generateName } = object.metadata ?? {};
  if (name) return object;
  if (!generateName) {
    throw invalid(resource.kind, '', [required('metadata.name', 'name or generateName is required')]);
  }
  const generated = `${generateName.slice(0, maxGeneratedPrefix)}${registry.random.suffix(5)}`;
  return { ...object, metadata: { ...object.metadata, name: generated } };
}

function born(registry: Registry, resource: Resource, object: KubeObject): KubeObject {
  const { kind } = resource;
  const birth = { uid: registry.random.uuid(), time: timestamp(registry.clock.now()) };
  const whole = typed(kind, { ...object, metadata: newMetadata(kind, object.metadata ?? {}, birth) });
  return prepareForCreate(kind, applyDefaults(kind, whole));
}

async function admitted(write: Write, resource: Resource, object: KubeObject): Promise<KubeObject> {
  const request: AdmissionRequest = {
    operation: 'CREATE',
    kind: resource.kind,
    namespace: object.metadata?.namespace,
    name: object.metadata?.name ?? '',
    object,
    oldObject: undefined,
    user: write.user,
    dryRun: write.dryRun,
    subresource: undefined,
  };
  return (await admit(write, request)) ?? object;
}

async function createOnce(write: Write, resource: Resource, object: KubeObject): Promise<Entry> {
  const ready = await admitted(write, resource, born(write.registry, resource, object));
  const { namespace, name = '' } = ready.metadata ?? {};
  const target = { resource, key: keyOf(resource, namespace, name) };
  if (resource.kind.kind !== kinds.Service.kind || resource.kind.group !== '') {
    checkNewObject(write, resource.kind, ready);
    return commitNew(write, target, ready);
  }
  const { service, undo } = assignAddress(write.registry.services, ready, undefined);
  try {
    checkNewObject(write, resource.kind, service);
    const entry = await commitNew(write, target, service);
    if (write.dryRun) undo();
    return entry;
  } catch (error) {
    undo();
    throw error;
  }
}

/** Creates an object: name, identity, defaults, admission, validation, and the one write. */
export async function createEntry(write: Write, resource: Resource, object: KubeObject): Promise<Entry> {
  const { kind } = resource;
  if (!kind.stored) throw methodNotSupported(kind, 'create');
  checkType(kind, object);
  checkNew(object.metadata);
  namespaceFor(kind, object.metadata);
  for (let attempt = 1; ; attempt++) {
    try {
      return await createOnce(write, resource, named(write.registry, resource, object));
    } catch (error) {
      const generated = !object.metadata?.name;
      if (!generated || !isAlreadyExists(error) || attempt === nameAttempts) throw error;
    }
  }
}
