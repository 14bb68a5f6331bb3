import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Cache, ReadingClient } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyFor, keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache } from '../../reconcile/sources.js';
import type { BinderFacts } from './facts.js';
import { bindCompleted } from './names.js';

/** The caches that the binder reads. */
export interface BinderCaches {
  readonly claims: Cache<PersistentVolumeClaim>;
  readonly volumes: Cache<PersistentVolume>;
  readonly classes: Cache<StorageClass>;
  readonly pods: Cache<Pod>;
}

const claimPrefix = 'claim:';
const volumePrefix = 'volume:';

/** The claim that a key of the binder is about, or undefined when it is about a volume. */
export function claimOfKey(key: string): { readonly namespace?: string; readonly name: string } | undefined {
  return key.startsWith(claimPrefix) ? splitKey(key.slice(claimPrefix.length)) : undefined;
}

/** Opens the binder's caches. */
export function openCaches(client: ReadingClient): BinderCaches {
  return {
    claims: client.cache(kinds.PersistentVolumeClaim),
    volumes: client.cache(kinds.PersistentVolume),
    classes: client.cache(kinds.StorageClass),
    pods: client.cache(kinds.Pod),
  };
}

/** Reads everything about one claim or one volume; undefined when it is gone. */
export async function observe(caches: BinderCaches, key: string): Promise<BinderFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  const claimKey = claimOfKey(key);
  return claimKey === undefined
    ? observeVolume(caches, key.slice(volumePrefix.length))
    : observeClaim(caches, claimKey);
}

function observeClaim(
  caches: BinderCaches,
  key: { readonly namespace?: string; readonly name: string },
): BinderFacts | undefined {
  const claim = caches.claims.get(key);
  if (claim === undefined) return undefined;
  const consumers = caches.pods.list(key.namespace).filter((pod) => claimNames(pod).includes(key.name));
  return {
    subject: 'claim',
    claim,
    volumes: caches.volumes.list(),
    classes: caches.classes.list(),
    consumers,
  };
}

function observeVolume(caches: BinderCaches, name: string): BinderFacts | undefined {
  const volume = caches.volumes.get({ name });
  if (volume === undefined) return undefined;
  const reference = volume.spec?.claimRef;
  const claim =
    reference === undefined
      ? undefined
      : caches.claims.get({ namespace: reference.namespace, name: reference.name ?? '' });
  return { subject: 'volume', volume, claim };
}

function claimNames(pod: Pod): readonly string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
}

const claimKey = (claim: PersistentVolumeClaim): string => claimPrefix + keyOf(claim);

/** Whatever makes a claim or a volume worth another look. */
export function sources(caches: BinderCaches): readonly KeySource<string>[] {
  const open = (): readonly string[] =>
    caches.claims
      .list()
      .filter((claim) => claim.metadata?.annotations?.[bindCompleted] === undefined)
      .map(claimKey);
  const keysOfClaim = (claim: PersistentVolumeClaim): readonly string[] => {
    const named = claim.spec?.volumeName;
    return named ? [claimKey(claim), volumePrefix + named] : [claimKey(claim), ...meantFor(claim)];
  };
  const meantFor = (claim: PersistentVolumeClaim): readonly string[] =>
    caches.volumes
      .list()
      .filter(({ spec }) => spec?.claimRef?.uid !== undefined && spec.claimRef.uid === claim.metadata?.uid)
      .map((volume) => volumePrefix + keyOf(volume));
  const keysOfVolume = (volume: PersistentVolume): readonly string[] => {
    const own = volumePrefix + keyOf(volume);
    const reference = volume.spec?.claimRef;
    // A volume without a claim may be what any open claim waits for.
    if (reference === undefined) return [own, ...open()];
    return [own, claimPrefix + keyFor({ namespace: reference.namespace, name: reference.name ?? '' })];
  };
  const keysOfPod = (pod: Pod): readonly string[] =>
    claimNames(pod).map((name) => claimPrefix + keyFor({ namespace: pod.metadata?.namespace, name }));
  return [
    fromCache(caches.claims, (change) => bothSides(change, keysOfClaim)),
    fromCache(caches.volumes, (change) => bothSides(change, keysOfVolume)),
    fromCache(caches.classes, open),
    // Only a Pod's coming and going matters to a claim.
    fromCache(caches.pods, (change) =>
      change.before !== undefined && change.after !== undefined ? [] : bothSides(change, keysOfPod),
    ),
  ];
}
