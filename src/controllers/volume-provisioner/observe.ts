import type { PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache } from '../../reconcile/sources.js';
import { type ProvisionerFacts, volumeNameFor } from './facts.js';

/** The caches that the provisioner reads. */
export interface ProvisionerCaches {
  readonly claims: Cache<PersistentVolumeClaim>;
  readonly volumes: Cache<PersistentVolume>;
  readonly classes: Cache<StorageClass>;
}

const claimPrefix = 'claim:';
const volumePrefix = 'volume:';

/** Opens the provisioner's caches. */
export function openCaches(client: Client): ProvisionerCaches {
  return {
    claims: client.cache(kinds.PersistentVolumeClaim),
    volumes: client.cache(kinds.PersistentVolume),
    classes: client.cache(kinds.StorageClass),
  };
}

/** Reads everything about one claim or one volume; undefined when it is gone. */
export async function observe(
  caches: ProvisionerCaches,
  { key, nodeName }: { readonly key: string; readonly nodeName: string | undefined },
): Promise<ProvisionerFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  if (key.startsWith(volumePrefix)) {
    const volume = caches.volumes.get({ name: key.slice(volumePrefix.length) });
    return volume === undefined ? undefined : { subject: 'volume', volume };
  }
  const claim = caches.claims.get(splitKey(key.slice(claimPrefix.length)));
  if (claim === undefined) return undefined;
  return {
    subject: 'claim',
    claim,
    storageClass: caches.classes.get({ name: claim.spec?.storageClassName ?? '' }),
    volume: caches.volumes.get({ name: volumeNameFor(claim) }),
    nodeName,
  };
}

/** Whatever makes a claim or a volume worth another look. */
export function sources(caches: ProvisionerCaches): readonly KeySource<string>[] {
  const keyOfClaim = (claim: PersistentVolumeClaim): string => claimPrefix + keyOf(claim);
  return [
    fromCache(caches.claims, (change) => bothSides(change, (claim) => [keyOfClaim(claim)])),
    fromCache(caches.volumes, (change) => bothSides(change, (volume) => [volumePrefix + keyOf(volume)])),
    fromCache(caches.classes, () => caches.claims.list().map(keyOfClaim)),
  ];
}
