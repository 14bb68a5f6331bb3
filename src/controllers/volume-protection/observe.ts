import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isPodFinished } from '../../api/pods.js';
import type { Cache, CacheChange, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyFor, keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache } from '../../reconcile/sources.js';
import type { ProtectionFacts } from './facts.js';

/** The caches that the controller reads. */
export interface ProtectionCaches {
  readonly claims: Cache<PersistentVolumeClaim>;
  readonly volumes: Cache<PersistentVolume>;
  readonly pods: Cache<Pod>;
}

const claimPrefix = 'claim:';
const volumePrefix = 'volume:';

/** What the controller looks at the cluster with. */
export interface ProtectionView {
  readonly caches: ProtectionCaches;
  readonly tellsUnused: boolean;
}

/** Opens the controller's caches. */
export function openCaches(client: Client): ProtectionCaches {
  return {
    claims: client.cache(kinds.PersistentVolumeClaim),
    volumes: client.cache(kinds.PersistentVolume),
    pods: client.cache(kinds.Pod),
  };
}

/** Reads everything about one claim or one volume; undefined when it is gone. */
export async function observe(
  { caches, tellsUnused }: ProtectionView,
  key: string,
): Promise<ProtectionFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  if (key.startsWith(volumePrefix)) {
    const volume = caches.volumes.get({ name: key.slice(volumePrefix.length) });
    return volume === undefined ? undefined : { subject: 'volume', volume };
  }
  const name = splitKey(key.slice(claimPrefix.length));
  const claim = caches.claims.get(name);
  if (claim === undefined) return undefined;
  // A Pod that is on no node holds nothing; it will find the claim on its way out and wait.
  const naming = caches.pods.list(name.namespace).filter((pod) => claimNames(pod).includes(name.name));
  return {
    subject: 'claim',
    claim,
    users: naming.filter((pod) => pod.spec?.nodeName !== undefined),
    isWanted: naming.some((pod) => !isPodFinished(pod)),
    tellsUnused,
  };
}

function claimNames(pod: Pod): readonly string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
}

/** Whatever makes a claim or a volume worth another look. */
export function sources(caches: ProtectionCaches): readonly KeySource<string>[] {
  return [
    fromCache(caches.claims, (change) => bothSides(change, (claim) => [claimPrefix + keyOf(claim)])),
    fromCache(caches.volumes, (change) => bothSides(change, (volume) => [volumePrefix + keyOf(volume)])),
    fromCache(caches.pods, (change) => (changesUse(change) ? bothSides(change, podKeys) : [])),
  ];
}

/** A claim can become free when a Pod goes or ends, and taken when one comes. */
function changesUse({ before, after }: CacheChange<Pod>): boolean {
  if (before === undefined || after === undefined) return true;
  return isPodFinished(before) !== isPodFinished(after);
}

function podKeys(pod: Pod): readonly string[] {
  const { namespace } = pod.metadata ?? {};
  return claimNames(pod).map((name) => claimPrefix + keyFor({ namespace, name }));
}
