import type { HorizontalPodAutoscaler } from '../../api/generated/autoscaling-v2.js';
import type { KindRow } from '../../api/kinds/row.js';
import { kindRows, kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { hasScale, scaleOf } from '../../api/scale.js';
import { resourceName } from '../../api/status-error.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import type { AutoscalerFacts, TargetScale } from './facts.js';

/** The caches that the controller reads: autoscalers, and the objects of every kind that can be scaled. */
export interface AutoscalerCaches {
  readonly autoscalers: Cache<HorizontalPodAutoscaler>;
  readonly targets: readonly { readonly row: KindRow; readonly cache: Cache<KubeObject> }[];
}

/** Opens the controller's caches. */
export function openCaches(client: Client): AutoscalerCaches {
  const targets = kindRows.filter(hasScale).map((row) => ({ row, cache: client.cache(row) }));
  return { autoscalers: client.cache(kinds.HorizontalPodAutoscaler), targets };
}

/** Reads everything about one autoscaler; undefined when there is none. */
export async function observe(caches: AutoscalerCaches, key: string): Promise<AutoscalerFacts | undefined> {
  await Promise.all([caches.autoscalers.synced, ...caches.targets.map(({ cache }) => cache.synced)]);
  const autoscaler = caches.autoscalers.get(splitKey(key));
  return autoscaler === undefined ? undefined : { autoscaler, scale: scaleOfTarget(caches, autoscaler) };
}

function groupOf(apiVersion = ''): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** By group and kind alone: an autoscaler may name another version than the one that is served. */
function isTargetOf({ spec }: HorizontalPodAutoscaler, row: KindRow): boolean {
  return row.kind === spec.scaleTargetRef.kind && row.group === groupOf(spec.scaleTargetRef.apiVersion);
}

function scaleOfTarget({ targets }: AutoscalerCaches, autoscaler: HorizontalPodAutoscaler): TargetScale {
  const { apiVersion, kind, name } = autoscaler.spec.scaleTargetRef;
  const target = targets.find(({ row }) => isTargetOf(autoscaler, row));
  if (target === undefined) {
    const known = kindRows.some((row) => isTargetOf(autoscaler, row));
    const group = groupOf(apiVersion);
    const why = known
      ? 'the server could not find the requested resource'
      : `no matches for kind "${kind}" in group "${group}"`;
    return { known: false, why };
  }
  const object = target.cache.get({ namespace: autoscaler.metadata?.namespace, name });
  if (object === undefined) return { known: false, why: `${resourceName(target.row)} "${name}" not found` };
  return { known: true, replicas: scaleOf(target.row, object).spec?.replicas ?? 0 };
}

/** Whatever makes an autoscaler's key worth another look. */
export function sources(caches: AutoscalerCaches): readonly KeySource<string>[] {
  const { autoscalers, targets } = caches;
  const replicasOf = (row: KindRow, object: KubeObject | undefined): number | undefined =>
    object && scaleOf(row, object).spec?.replicas;
  const keysOf = (row: KindRow, { metadata }: KubeObject): readonly string[] =>
    autoscalers
      .list(metadata?.namespace)
      .filter((one) => isTargetOf(one, row) && one.spec.scaleTargetRef.name === metadata?.name)
      .map(keyOf);
  return [
    ownKeys(autoscalers),
    // Only the number of Pods that is wanted matters, which seldom changes.
    ...targets.map(({ row, cache }) =>
      fromCache(cache, (change) =>
        replicasOf(row, change.before) === replicasOf(row, change.after)
          ? []
          : bothSides(change, (object) => keysOf(row, object)),
      ),
    ),
  ];
}
