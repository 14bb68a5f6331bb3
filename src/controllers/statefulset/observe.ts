import type { FeatureGates } from '../../api/feature-gates.js';
import type { ControllerRevision, StatefulSet } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import type { Cache, CacheChange, ReadingClient } from '../../client/client.js';
import { type CacheIndex, indexOf } from '../../reconcile/cache-index.js';
import type { KeySource, Waiting } from '../../reconcile/contract.js';
import { keyFor, keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import { claimName, claimTemplates } from './claims.js';
import type { StatefulSetFacts } from './facts.js';
import { ordinalOf, ordinalRange } from './identity.js';

/** The caches that the controller reads. */
export interface StatefulSetCaches {
  readonly sets: Cache<StatefulSet>;
  readonly pods: Cache<Pod>;
  readonly claims: Cache<PersistentVolumeClaim>;
  readonly revisions: Cache<ControllerRevision>;
}

/** What the controller looks at the cluster with. */
export interface StatefulSetView {
  readonly caches: StatefulSetCaches;
  readonly gates: FeatureGates;
  /** The Pods that concern each set's key; without it all Pods of the namespace are gone through. */
  readonly podsBySet?: CacheIndex<Pod>;
  /** The wait of a set that has lasted. */
  readonly lastingWait?: (key: string) => Waiting | undefined;
}

/** Opens the controller's caches. */
export function openCaches(client: ReadingClient): StatefulSetCaches {
  return {
    sets: client.cache(kinds.StatefulSet),
    pods: client.cache(kinds.Pod),
    claims: client.cache(kinds.PersistentVolumeClaim),
    revisions: client.cache(kinds.ControllerRevision),
  };
}

/** Reads everything about one set; undefined when there is none. */
export async function observe(
  { caches, gates, podsBySet, lastingWait }: StatefulSetView,
  key: string,
): Promise<StatefulSetFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  const set = caches.sets.get(splitKey(key));
  if (set === undefined) return undefined;
  const { namespace, name = '', uid } = set.metadata ?? {};
  const prefix = `${name}-`;
  const pods = (podsBySet?.get(key) ?? caches.pods.list(namespace)).filter(
    (pod) => ordinalOf(name, pod.metadata?.name ?? '') !== undefined || controllerOf(pod)?.uid === uid,
  );
  return {
    set,
    pods,
    gates,
    lastingWait: lastingWait?.(key),
    claims: claimsNear(caches.claims, set, pods),
    revisions: caches.revisions
      .list(namespace)
      .filter(
        (revision) => revision.metadata?.name?.startsWith(prefix) || controllerOf(revision)?.uid === uid,
      ),
  };
}

/** The claims of every Pod that the set wants or has. */
function claimsNear(
  claims: Cache<PersistentVolumeClaim>,
  set: StatefulSet,
  pods: readonly Pod[],
): readonly PersistentVolumeClaim[] {
  const templates = claimTemplates(set);
  if (templates.length === 0) return [];
  const { namespace, name = '' } = set.metadata ?? {};
  const ordinals = new Set(pods.map((pod) => ordinalOf(name, pod.metadata?.name ?? '')));
  const { start, end } = ordinalRange(set);
  for (let ordinal = start; ordinal < end; ordinal += 1) ordinals.add(ordinal);
  return [...ordinals].flatMap((ordinal) =>
    templates.flatMap(({ metadata }) => {
      if (ordinal === undefined) return [];
      return claims.get({ namespace, name: claimName(set, metadata?.name ?? '', ordinal) }) ?? [];
    }),
  );
}

/** Keeps the Pods by the sets that they concern. */
export function indexPods({ pods }: StatefulSetCaches): CacheIndex<Pod> {
  return indexOf(pods, podKeys);
}

function isClaimOf(set: StatefulSet, claim: PersistentVolumeClaim): boolean {
  return claimTemplates(set).some((template) => {
    const name = `${template.metadata?.name ?? ''}-${set.metadata?.name ?? ''}`;
    return ordinalOf(name, claim.metadata?.name ?? '') !== undefined;
  });
}

/** Whatever makes a set's key worth another look. */
export function sources(caches: StatefulSetCaches): readonly KeySource<string>[] {
  const claimKeys = (change: CacheChange<PersistentVolumeClaim>): readonly string[] => {
    const claim = change.after ?? change.before;
    if (claim === undefined) return [];
    return caches.sets
      .list(claim.metadata?.namespace)
      .filter((set) => isClaimOf(set, claim))
      .map(keyOf);
  };
  return [
    ownKeys(caches.sets),
    fromCache(caches.pods, (change) => bothSides(change, podKeys)),
    fromCache(caches.claims, claimKeys),
    fromCache(caches.revisions, (change) => bothSides(change, ownerKeys)),
  ];
}

/** A Pod concerns the set that controls it and the set whose name its own name contains. */
function podKeys(pod: Pod): readonly string[] {
  const { namespace, name = '' } = pod.metadata ?? {};
  const parent = /^(.+)-\d+$/.exec(name)?.[1];
  return parent === undefined ? ownerKeys(pod) : [...ownerKeys(pod), keyFor({ namespace, name: parent })];
}

function ownerKeys(object: Pod | ControllerRevision): readonly string[] {
  const controller = controllerOf(object);
  if (controller?.kind !== 'StatefulSet') return [];
  return [keyFor({ namespace: object.metadata?.namespace, name: controller.name })];
}
