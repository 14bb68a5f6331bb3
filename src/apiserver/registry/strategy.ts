import { valueAt, without } from '../../api/deep.js';
import type { ObjectMeta } from '../../api/generated/meta-v1.js';
import type { KindRow } from '../../api/kinds.js';
import { apiVersionOf, type KubeObject } from '../../api/kube-object.js';
import { prepareForUpdate } from '../../api/strategy.js';
import { verbRulesOf } from '../../api/verb-rules.js';

/** Metadata that belongs to the server: writers may send it back, and it is not taken from them. */
const serversOwn = [
  'managedFields',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
] as const;

/** The object with its own type first, as it is served. */
export function typed(kind: KindRow, object: KubeObject): KubeObject {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: withoutEmpty(metadata ?? {}), ...rest };
}

const collections = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** Whoever takes the last item out of a list or map leaves nothing of it. */
function withoutEmpty(metadata: ObjectMeta): ObjectMeta {
  const empty = collections.filter((name) => Object.keys(metadata[name] ?? { some: '' }).length === 0);
  return empty.length === 0 ? metadata : without(metadata, ...empty);
}

/** The metadata of a new object. */
export function newMetadata(
  kind: KindRow,
  metadata: ObjectMeta,
  birth: { readonly uid: string; readonly time: string },
): ObjectMeta {
  const given = without(metadata, ...serversOwn, 'resourceVersion');
  const own = kind.namespaced ? given : without(given, 'namespace');
  return { ...own, uid: birth.uid, creationTimestamp: birth.time };
}

function keptMetadata(current: ObjectMeta, next: ObjectMeta): ObjectMeta {
  const {
    uid,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generation,
    name,
    namespace,
  } = current;
  return {
    ...without(next, ...serversOwn),
    name,
    ...(namespace !== undefined && { namespace }),
    uid,
    creationTimestamp,
    ...(generation !== undefined && { generation }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(deletionGracePeriodSeconds !== undefined && { deletionGracePeriodSeconds }),
  };
}

/** What a writer sent, with all that it may not change as it stands. */
export function overCurrent(kind: KindRow, current: KubeObject, next: KubeObject): KubeObject {
  const metadata = keptMetadata(current.metadata ?? {}, next.metadata ?? {});
  return typed(kind, { ...next, metadata });
}

function statusOf(object: KubeObject): { readonly status?: unknown } {
  const status = valueAt(object, 'status');
  return status === undefined ? {} : { status };
}

/** The next version by a write to the object itself. */
export function nextMain(kind: KindRow, next: KubeObject, current: KubeObject): KubeObject {
  const merged = prepareForUpdate(kind, next, current);
  // A Node may be created with its status, and then has it changed by the subresource alone.
  return kind.group === '' && kind.kind === 'Node' ? { ...merged, ...statusOf(current) } : merged;
}

/** Whether a write may leave out the resourceVersion and overwrite whatever stands there. */
export function allowsUnconditional(kind: KindRow): boolean {
  return verbRulesOf(kind).updateNeedsVersion !== true;
}
