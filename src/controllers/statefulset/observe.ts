import type { FeatureGates } from '../../api/feature-gates.js';
import type { ControllerRevision, StatefulSet } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import type { Cache, CacheChange, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyFor, keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import { claimTemplates } from './claims.js';
import type { StatefulSetFacts } from './facts.js';
import { ordinalOf } from './identity.js';

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
}

/** Opens the controller's caches. */
export function openCaches(client: Client): StatefulSetCaches {
  return {
    sets: client.cache(kinds.StatefulSet),
    pods: client.cache(kinds.Pod),
    claims: client.cache(kinds.PersistentVolumeClaim),
    revisions: client.cache(kinds.ControllerRevision),
  };
}

/** Reads everything about one set; undefined when there is none. */
export async function observe(
  { caches, gates }: StatefulSetView,
  key: string,
): Promise<StatefulSetFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  const set = caches.sets.get(splitKey(key));
  if (set === undefined) return undefined;
  const { namespace, name = '', uid } = set.metadata ?? {};
  const prefix = `${name}-`;
  const pods = caches.pods
    .list(namespace)
    .filter(
      (pod) => ordinalOf(name, pod.metadata?.name ?? '') !== undefined || controllerOf(pod)?.uid === uid,
    );
  return {
    set,
    pods,
    gates,
    claims: caches.claims.list(namespace).filter((claim) => isClaimOf(set, claim)),
    revisions: caches.revisions
      .list(namespace)
      .filter(
        (revision) => revision.metadata?.name?.startsWith(prefix) || controllerOf(revision)?.uid === uid,
      ),
  };
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
