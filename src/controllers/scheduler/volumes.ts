import type { Node, PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';
import { selectsNode } from '../../api/node-affinity.js';
import { isTerminating } from '../../api/pods.js';
import { bestMatch } from '../../api/volume-match.js';
import type { SchedulerFacts } from './facts.js';

/** Annotation of a claim: the node that was chosen for its first consumer. */
export const selectedNode = 'volume.kubernetes.io/selected-node';
const bindCompleted = 'pv.kubernetes.io/bind-completed';
const noProvisioner = 'kubernetes.io/no-provisioner';
const zoneLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** The names of the claims that a Pod uses, those that its ephemeral volumes make included. */
export function claimNames({ pod }: Pick<SchedulerFacts, 'pod'>): readonly string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => {
    if (volume.ephemeral !== undefined) return [`${pod.metadata?.name}-${volume.name}`];
    return volume.persistentVolumeClaim?.claimName ?? [];
  });
}

/** What is wrong with the Pod's claims wherever it goes, in Kubernetes' words; undefined when nothing is. */
export function claimTrouble(facts: SchedulerFacts): string | undefined {
  const { pod, claims } = facts;
  const generated = new Set(
    (pod.spec?.volumes ?? [])
      .filter(({ ephemeral }) => ephemeral !== undefined)
      .map(({ name }) => `${pod.metadata?.name}-${name}`),
  );
  for (const name of claimNames(facts)) {
    const claim = claims.find(({ metadata }) => metadata?.name === name);
    if (claim === undefined) {
      return generated.has(name)
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
        : `persistentvolumeclaim "${name}" not found`;
    }
    if (claim.status?.phase === 'Lost') {
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`;
    }
    if (isTerminating(claim)) return `persistentvolumeclaim "${name}" is being deleted`;
  }
  const unbound = claims.some((claim) => !isBound(claim) && !isDelayed(facts, claim));
  return unbound ? 'pod has unbound immediate PersistentVolumeClaims' : undefined;
}

/** The claims that are bound only once a node is chosen. */
export function delayedClaims(facts: SchedulerFacts): readonly PersistentVolumeClaim[] {
  return facts.claims.filter((claim) => !isBound(claim));
}

/** Why the Pod's claims cannot be had on a node; undefined when they can. */
export type VolumeTrouble = 'affinity' | 'zone' | 'nothingToBind' | 'gone';

/** Looks at the volumes behind bound claims, and at what the others could be bound to. */
export function volumeTrouble(facts: SchedulerFacts, node: Node): VolumeTrouble | undefined {
  for (const claim of facts.claims) {
    if (!isBound(claim)) continue;
    const volume = facts.volumes.find(({ metadata }) => metadata?.name === claim.spec?.volumeName);
    if (volume === undefined) return 'gone';
    if (!reaches(volume, node)) return 'affinity';
    if (!sharesZone(volume, node)) return 'zone';
  }
  return staticChoice(facts, node) === undefined ? 'nothingToBind' : undefined;
}

/** A claim and what becomes of it on a node: a volume that is there already, or one that is to be made. */
export interface ClaimChoice {
  readonly claim: PersistentVolumeClaim;
  readonly volume: PersistentVolume | undefined;
}

/** What the Pod's delayed claims would be bound to on a node, each volume used once; undefined when one finds nothing. */
export function staticChoice(facts: SchedulerFacts, node: Node): readonly ClaimChoice[] | undefined {
  const taken = new Set<string | undefined>();
  const choices: ClaimChoice[] = [];
  for (const claim of delayedClaims(facts)) {
    const free = facts.volumes.filter((volume) => reaches(volume, node) && !taken.has(volume.metadata?.name));
    const volume = bestMatch(claim, free, false);
    if (volume === undefined && !canBeMade(facts, claim, node)) return undefined;
    taken.add(volume?.metadata?.name);
    choices.push({ claim, volume });
  }
  return choices;
}

function reaches({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec?.nodeAffinity?.required;
  return required === undefined || selectsNode(required, node);
}

/** Zone and region labels of a volume bind it to nodes with the same, unless nodes have none of either. */
function sharesZone({ metadata }: PersistentVolume, node: Node): boolean {
  const labels = node.metadata?.labels ?? {};
  if (zoneLabels.every((key) => labels[key] === undefined)) return true;
  return zoneLabels.every((key) => {
    const zones = metadata?.labels?.[key];
    return zones === undefined || zones.split('__').includes(labels[key] ?? '');
  });
}

function canBeMade(facts: SchedulerFacts, claim: PersistentVolumeClaim, node: Node): boolean {
  const storageClass = classOf(facts, claim);
  if (storageClass === undefined || storageClass.provisioner === noProvisioner) return false;
  const topologies = storageClass.allowedTopologies ?? [];
  const labels = node.metadata?.labels ?? {};
  return (
    topologies.length === 0 ||
    topologies.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
    )
  );
}

function isBound(claim: PersistentVolumeClaim): boolean {
  return Boolean(claim.spec?.volumeName) && claim.metadata?.annotations?.[bindCompleted] !== undefined;
}

function isDelayed(facts: SchedulerFacts, claim: PersistentVolumeClaim): boolean {
  // A claim that names its volume waits for that one, not for a node.
  return !claim.spec?.volumeName && classOf(facts, claim)?.volumeBindingMode === 'WaitForFirstConsumer';
}

function classOf({ classes }: SchedulerFacts, claim: PersistentVolumeClaim): StorageClass | undefined {
  return classes.find(({ metadata }) => metadata?.name === claim.spec?.storageClassName);
}

/** The Pod's claims that only one Pod at a time may use. */
export function exclusiveClaims({ claims }: SchedulerFacts): readonly string[] {
  return claims
    .filter(({ spec }) => spec?.accessModes?.includes('ReadWriteOncePod') === true)
    .map(({ metadata }) => metadata?.name ?? '');
}
