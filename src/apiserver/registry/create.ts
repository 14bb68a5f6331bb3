import type { AdmissionRequest } from '../../api/admission.js';
import { applyDefaults } from '../../api/defaults/index.js';
import { required } from '../../api/field-error.js';
import type { ObjectMeta } from '../../api/generated/meta-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import type { Owners } from '../../api/managed-fields/index.js';
import { invalid, isAlreadyExists, methodNotSupported } from '../../api/status-error.js';
import { prepareForCreate } from '../../api/strategy.js';
import type { Entry } from '../../store/store.js';
import { admit } from '../admission/admit.js';
import { withinQuotas } from '../quota/within-quotas.js';
import { assignAddress } from '../service-ip/assign.js';
import { commitNew, type NewTarget } from './commit.js';
import { ownersOfNew, withOwners } from './ownership.js';
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

/** A new object, and where it will lie. */
export interface Birth {
  readonly resource: Resource;
  readonly object: KubeObject;
  /** Given when the object comes from server-side apply. */
  readonly owners?: Owners | undefined;
}

/** The object as it begins; owned by its writer as far as it is the writer's, with its defaults. */
function born(write: Write, { resource, object, owners }: Birth): KubeObject {
  const { kind } = resource;
  const { random, clock } = write.registry;
  const birth = { uid: random.uuid(), time: timestamp(clock.now()) };
  const whole = typed(kind, { ...object, metadata: newMetadata(kind, object.metadata ?? {}, birth) });
  const defaulted = applyDefaults(kind, whole);
  const sent = { ...defaulted, metadata: { ...defaulted.metadata, ...managedFieldsOf(object) } };
  const known = owners ?? ownersOfNew({ write, kind, subresource: undefined }, sent);
  return withOwners(prepareForCreate(kind, defaulted), known);
}

function managedFieldsOf({ metadata }: KubeObject): Pick<ObjectMeta, 'managedFields'> {
  return metadata?.managedFields === undefined ? {} : { managedFields: metadata.managedFields };
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

function commitWithinQuotas(write: Write, target: NewTarget, object: KubeObject): Promise<Entry> {
  return withinQuotas(write, { ...target, object, old: undefined }, () => commitNew(write, target, object));
}

async function createOnce(write: Write, birth: Birth): Promise<Entry> {
  const { resource } = birth;
  const ready = await admitted(write, resource, born(write, birth));
  const { namespace, name = '' } = ready.metadata ?? {};
  const target = { resource, key: keyOf(resource, namespace, name) };
  if (resource.kind.kind !== kinds.Service.kind || resource.kind.group !== '') {
    checkNewObject(write, resource.kind, ready);
    return commitWithinQuotas(write, target, ready);
  }
  const { service, undo } = assignAddress(write.registry.services, ready, undefined);
  try {
    checkNewObject(write, resource.kind, service);
    const entry = await commitWithinQuotas(write, target, service);
    if (write.dryRun) undo();
    return entry;
  } catch (error) {
    undo();
    throw error;
  }
}

/** Creates an object: name, identity, defaults, admission, validation, and the one write. */
export async function createEntry(write: Write, { resource, object, owners }: Birth): Promise<Entry> {
  const { kind } = resource;
  if (!kind.stored) throw methodNotSupported(kind, 'create');
  checkType(kind, object);
  checkNew(object.metadata);
  namespaceFor(kind, object.metadata);
  for (let attempt = 1; ; attempt++) {
    try {
      return await createOnce(write, { resource, object: named(write.registry, resource, object), owners });
    } catch (error) {
      const generated = !object.metadata?.name;
      if (!generated || !isAlreadyExists(error) || attempt === nameAttempts) throw error;
    }
  }
}
