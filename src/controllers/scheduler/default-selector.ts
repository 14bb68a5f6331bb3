import type { ReplicaSet, StatefulSet } from '../../api/generated/apps-v1.js';
import type { Pod, ReplicationController, Service } from '../../api/generated/core-v1.js';
import { controllerOf } from '../../api/owner.js';
import { labelSelectorOf, matchesLabels, type Selector, selectorOfLabels } from '../../api/selectors.js';
import type { Cache } from '../../client/client.js';

/** What tells which Pods belong together. */
export interface GroupCaches {
  readonly services: Cache<Service>;
  readonly replicaSets: Cache<ReplicaSet>;
  readonly statefulSets: Cache<StatefulSet>;
  readonly replicationControllers: Cache<ReplicationController>;
}

/** Selects the Pods of the same set and the same Services: those that are spread over nodes and zones by default. */
export function defaultSelector(caches: GroupCaches, pod: Pod): Selector | undefined {
  if ((pod.spec?.topologySpreadConstraints ?? []).length > 0) return undefined;
  const { namespace, labels } = pod.metadata ?? {};
  let merged: Record<string, string> = {};
  for (const { spec } of caches.services.list(namespace)) {
    const selector = selectorOfLabels(spec?.selector);
    if (selector.requirements.length > 0 && matchesLabels(selector, labels)) {
      merged = { ...merged, ...spec?.selector };
    }
  }
  const owner = controllerOf(pod);
  const key = { namespace, name: owner?.name ?? '' };
  const own = ownSelector(caches, owner?.kind, key);
  return { nothing: false, requirements: [...selectorOfLabels(merged).requirements, ...own.requirements] };
}

const everything: Selector = { nothing: false, requirements: [] };

function ownSelector(
  caches: GroupCaches,
  kind: string | undefined,
  key: { readonly namespace?: string | undefined; readonly name: string },
): Selector {
  switch (kind) {
    case 'ReplicaSet':
      return selectorOr(caches.replicaSets.get(key)?.spec?.selector);
    case 'StatefulSet':
      return selectorOr(caches.statefulSets.get(key)?.spec?.selector);
    case 'ReplicationController':
      return selectorOfLabels(caches.replicationControllers.get(key)?.spec?.selector);
    default:
      return everything;
  }
}

function selectorOr(selector: Parameters<typeof labelSelectorOf>[0]): Selector {
  return selector === undefined ? everything : labelSelectorOf(selector);
}
