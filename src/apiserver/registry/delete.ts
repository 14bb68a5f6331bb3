import type { AdmissionRequest } from '../../api/admission.js';
import type { Pod } from '../../api/generated/core-v1.js';
import type { ObjectMeta } from '../../api/generated/meta-v1.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import type { DeleteOptions } from '../../api/resource-api.js';
import { conflict } from '../../api/status-error.js';
import { verbRulesOf } from '../../api/verb-rules.js';
import type { Entry } from '../../store/store.js';
import { admit } from '../admission/admit.js';
import { decode } from './codec.js';
import { commitChange, commitRemoval } from './commit.js';
import { type Registry, timestamp, type Write } from './registry.js';
import { keyOf, type Resource } from './resources.js';
import { currentEntry, isReleased } from './update.js';

/** How a delete ended: the last state, and whether the object is gone or only on its way. */
export interface Deletion {
  readonly entry: Entry;
  readonly gone: boolean;
}

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** Refuses to delete another object or version than the one that is meant. */
export function checkPreconditions(
  resource: Resource,
  current: KubeObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion, name = '' } = current.metadata ?? {};
  const { group, kind } = resource.kind;
  // Kubernetes names the kind here, where all other conflicts name the resource.
  const refuse = (why: string): never => {
    throw conflict({ group, kind, plural: kind }, name, why);
  };
  if (preconditions?.uid !== undefined && preconditions.uid !== uid)
    refuse(
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid ?? ''}). The object might have been deleted and then recreated`,
    );
  const wanted = preconditions?.resourceVersion;
  if (wanted !== undefined && wanted !== resourceVersion)
    refuse(
      `the ResourceVersion in the precondition (${wanted}) does not match the ResourceVersion in record (${resourceVersion ?? ''}). The object might have been modified`,
    );
}

type Policy = DeleteOptions['propagationPolicy'];

/** What becomes of dependents when the deleter did not say: as an earlier one said, or as the kind has it. */
function policyOf({ kind }: Resource, finalizers: readonly string[], asked: Policy): Policy {
  if (asked !== undefined) return asked;
  if (finalizers.includes(orphan)) return 'Orphan';
  if (finalizers.includes(foreground)) return 'Foreground';
  return verbRulesOf(kind).dependents === 'orphaned' ? 'Orphan' : 'Background';
}

/** The finalizers after what the deleter said about dependents; they are the garbage collector's orders. */
function finalizersFor(resource: Resource, current: ObjectMeta, asked: Policy): readonly string[] {
  const present = current.finalizers ?? [];
  const others = present.filter((name) => name !== orphan && name !== foreground);
  if (verbRulesOf(resource.kind).dependents === 'none') return others;
  const policy = policyOf(resource, present, asked);
  if (policy === 'Orphan') return [...others, orphan];
  return policy === 'Foreground' ? [...others, foreground] : others;
}

/** Jobs leave their Pods behind unless told otherwise, which few expect. */
function orphansWarning({ kind }: Resource, { propagationPolicy }: DeleteOptions): string | undefined {
  if (propagationPolicy !== undefined || kind.kind !== 'Job' || kind.group !== 'batch') return undefined;
  return 'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';
}

/** Seconds that a Pod is given to stop; other kinds go at once. */
function graceOf(resource: Resource, current: KubeObject, options: DeleteOptions): number;
function graceOf(resource: Resource, current: Pod, options: DeleteOptions): number {
  if (resource.kind.group !== '' || resource.kind.kind !== 'Pod') return 0;
  const { phase } = current.status ?? {};
  const nobodyToStop = !current.spec?.nodeName || phase === 'Succeeded' || phase === 'Failed';
  if (nobodyToStop) return 0;
  const seconds = options.gracePeriodSeconds ?? current.spec?.terminationGracePeriodSeconds ?? 30;
  return seconds < 0 ? 1 : seconds;
}

/** When it was first deleted: its end less the grace that was given then. */
function requestedAt(metadata: ObjectMeta): number {
  return Date.parse(metadata.deletionTimestamp ?? '') - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
}

function deletionMark(registry: Registry, current: ObjectMeta, grace: number): Partial<ObjectMeta> {
  const seconds =
    current.deletionTimestamp === undefined
      ? grace
      : Math.min(grace, current.deletionGracePeriodSeconds ?? 0);
  if (current.deletionTimestamp !== undefined && seconds >= (current.deletionGracePeriodSeconds ?? 0))
    return {};
  const from = current.deletionTimestamp === undefined ? registry.clock.now() : requestedAt(current);
  const generation =
    current.generation === undefined || current.deletionTimestamp !== undefined
      ? {}
      : { generation: current.generation + 1 };
  return {
    deletionTimestamp: timestamp(from + seconds * 1000),
    deletionGracePeriodSeconds: seconds,
    ...generation,
  };
}

function terminating(object: KubeObject): KubeObject;
function terminating(object: KubeObject & { status?: object }): KubeObject {
  if (object.kind !== 'Namespace' || object.apiVersion !== 'v1') return object;
  return { ...object, ...{ status: { ...object.status, phase: 'Terminating' } } };
}

interface DeletionOrder {
  readonly resource: Resource;
  readonly options: DeleteOptions;
}

function marked(registry: Registry, current: KubeObject, order: DeletionOrder): KubeObject {
  const { resource, options } = order;
  const metadata = current.metadata ?? {};
  const finalizers = finalizersFor(resource, metadata, options.propagationPolicy);
  const mark = deletionMark(registry, metadata, graceOf(resource, current, options));
  const { finalizers: _before, ...rest } = metadata;
  return terminating({
    ...current,
    metadata: { ...rest, ...(finalizers.length > 0 && { finalizers }), ...mark },
  });
}

function isUnchanged(current: KubeObject, next: KubeObject): boolean {
  const a = current.metadata;
  const b = next.metadata;
  return (
    a?.deletionTimestamp === b?.deletionTimestamp &&
    a?.deletionGracePeriodSeconds === b?.deletionGracePeriodSeconds &&
    (a?.finalizers ?? []).join() === (b?.finalizers ?? []).join()
  );
}

/** Deletes an object, or marks it when a grace period or a finalizer holds it. */
export function deleteEntry(
  write: Write,
  { resource, key }: { readonly resource: Resource; readonly key: ObjectKey },
  options: DeleteOptions,
): Promise<Deletion> {
  return write.registry.locks.run(keyOf(resource, key.namespace, key.name), async () => {
    const entry = currentEntry(write.registry, resource, key);
    const current = decode(entry, resource.kind);
    checkPreconditions(resource, current, options);
    const request: AdmissionRequest = {
      operation: 'DELETE',
      kind: resource.kind,
      namespace: key.namespace,
      name: key.name,
      object: undefined,
      oldObject: current,
      user: write.user,
      dryRun: write.dryRun,
      subresource: undefined,
    };
    await admit(write, request);
    const warning = orphansWarning(resource, options);
    if (warning !== undefined) write.warn(warning);
    const next = marked(write.registry, current, { resource, options });
    const target = { resource, current: entry };
    if (isReleased(next)) {
      // What is removed at once never was on its way: its last state has no mark, unless it had one before.
      const last = current.metadata?.deletionTimestamp === undefined ? current : next;
      return { entry: await commitRemoval(write, target, last), gone: true };
    }
    if (isUnchanged(current, next)) return { entry, gone: false };
    return { entry: await commitChange(write, target, next), gone: false };
  });
}
