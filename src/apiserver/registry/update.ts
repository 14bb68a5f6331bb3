import type { AdmissionRequest } from '../../api/admission.js';
import { deepEqual, valueAt, without } from '../../api/deep.js';
import { applyDefaults } from '../../api/defaults/index.js';
import type { Namespace, Pod } from '../../api/generated/core-v1.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import type { Owners } from '../../api/managed-fields/index.js';
import { notFound } from '../../api/status-error.js';
import { prepareForStatusUpdate } from '../../api/strategy.js';
import type { Entry } from '../../store/store.js';
import { admit } from '../admission/admit.js';
import { withinQuotas } from '../quota/within-quotas.js';
import { assignAddress } from '../service-ip/assign.js';
import { decode } from './codec.js';
import { commitChange, commitRemoval } from './commit.js';
import { ownersAfter, sameOwners, withOwners } from './ownership.js';
import type { Registry, Write } from './registry.js';
import { keyOf, type Resource } from './resources.js';
import { nextMain, overCurrent } from './strategy.js';
import { checkChange } from './validation.js';
import { checkType, checkVersion } from './write-checks.js';

/** Which part of an object a write is about; undefined is all but the status. */
export type Part = 'status' | 'finalize' | 'ephemeralcontainers' | undefined;

/** One object, and the part of it that is written. */
export interface ChangeTarget {
  readonly resource: Resource;
  readonly key: ObjectKey;
  readonly part: Part;
  /** The subresource that the write came through when it is not the part, e.g. `scale`. */
  readonly via?: string;
}

/** What a client wants an object to be. */
export interface Wanted {
  readonly object: KubeObject;
  /** Who will own its fields; given by server-side apply, and otherwise found by comparing. */
  readonly owners?: Owners;
}

/** Makes what a client wants from what stands there. */
export type Change = (current: KubeObject) => Wanted | Promise<Wanted>;

/** Reads the version that stands now; 404 when there is none. */
export function currentEntry(registry: Registry, resource: Resource, key: ObjectKey): Entry {
  const entry = registry.store.get(keyOf(resource, key.namespace, key.name));
  if (entry === undefined) throw notFound(resource.kind, key.name);
  return entry;
}

/**
 * Changes one object by a client's write: `change` makes what the client wants from what stands there. Writes of one
 * object follow one another, so that `change` always sees the newest version.
 */
export function changeEntry(write: Write, target: ChangeTarget, change: Change): Promise<Entry> {
  const { resource, key } = target;
  return write.registry.locks.run(keyOf(resource, key.namespace, key.name), async () => {
    const entry = currentEntry(write.registry, resource, key);
    const current = decode(entry, resource.kind);
    const wanted = await change(current);
    checkType(resource.kind, wanted.object);
    checkVersion(resource.kind, current, wanted.object);
    const next = await nextVersion(write, target, { current, wanted });
    const store = (): Promise<Entry> => storeNext(write, resource, { entry, current, next });
    if (target.part !== undefined) return store();
    return withinQuotas(write, { resource, key: entry.key, object: next, old: current }, store);
  });
}

interface Versions {
  readonly current: KubeObject;
  readonly wanted: Wanted;
}

function merge({ resource, part }: ChangeTarget, current: KubeObject, wanted: KubeObject): KubeObject {
  const { kind } = resource;
  if (part === 'finalize') return finalized(current, wanted);
  const sent = part === 'ephemeralcontainers' ? withEphemeral(current, wanted) : wanted;
  const whole = applyDefaults(kind, overCurrent(kind, current, sent));
  return part === 'status' ? prepareForStatusUpdate(kind, whole, current) : nextMain(kind, whole, current);
}

/** Of a Pod that comes through the subresource only the ephemeral containers count. */
function withEphemeral(current: KubeObject, wanted: KubeObject): KubeObject;
function withEphemeral(current: Pod, wanted: Pod): Pod {
  const { ephemeralContainers } = wanted.spec ?? {};
  return { ...current, spec: { containers: [], ...current.spec, ephemeralContainers } };
}

/** The finalize subresource of a Namespace changes nothing but the finalizers of its spec. */
function finalized(current: KubeObject, wanted: KubeObject): KubeObject;
function finalized(current: Namespace, wanted: Namespace): Namespace {
  return { ...current, spec: { ...current.spec, finalizers: wanted.spec?.finalizers ?? [] } };
}

/** The merged object under its owners; found before admission, whose changes are nobody's. */
function ownedNext(write: Write, target: ChangeTarget, { current, wanted }: Versions): KubeObject {
  const next = merge(target, current, wanted.object);
  if (wanted.owners !== undefined) return withOwners(next, wanted.owners);
  const how = { write, kind: target.resource.kind, subresource: target.part ?? target.via };
  return withOwners(next, ownersAfter(how, { current, next, sent: wanted.object }));
}

async function nextVersion(write: Write, target: ChangeTarget, versions: Versions): Promise<KubeObject> {
  const { resource, key, part } = target;
  const { current } = versions;
  const request: AdmissionRequest = {
    operation: 'UPDATE',
    kind: resource.kind,
    namespace: key.namespace,
    name: key.name,
    object: ownedNext(write, target, versions),
    oldObject: current,
    user: write.user,
    dryRun: write.dryRun,
    subresource: part,
  };
  const admitted = (await admit(write, request)) ?? current;
  if (part === 'finalize') return admitted;
  checkChange(write, resource.kind, { current, next: admitted, part });
  return admitted;
}

/** True when nothing keeps a deleted object any longer. */
export function isReleased(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata ?? {};
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0) return false;
  if ((deletionGracePeriodSeconds ?? 0) > 0) return false;
  const { kind } = object;
  const inSpec = kind === 'Namespace' ? valueAt(object, 'spec', 'finalizers') : undefined;
  return !(Array.isArray(inSpec) && inSpec.length > 0);
}

function sameBut(current: KubeObject, next: KubeObject): boolean {
  const bare = (object: KubeObject): unknown => ({
    ...object,
    metadata: without(object.metadata ?? {}, 'resourceVersion', 'managedFields'),
  });
  return deepEqual(bare(current), bare(next)) && sameOwners(current, next);
}

interface Step {
  readonly entry: Entry;
  readonly current: KubeObject;
  readonly next: KubeObject;
}

/** Stores the next version; nothing is written when nothing differs, and a released object goes for good. */
export async function storeNext(
  write: Write,
  resource: Resource,
  { entry, current, next }: Step,
): Promise<Entry> {
  if (isReleased(next)) return commitRemoval(write, { resource, current: entry }, next);
  if (sameBut(current, next)) return entry;
  if (resource.kind.kind !== 'Service' || resource.kind.group !== '') {
    return commitChange(write, { resource, current: entry }, next);
  }
  const { service, undo } = assignAddress(write.registry.services, next, current);
  try {
    const stored = await commitChange(write, { resource, current: entry }, service);
    if (write.dryRun) undo();
    return stored;
  } catch (error) {
    undo();
    throw error;
  }
}
