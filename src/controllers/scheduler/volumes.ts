import type { Node, PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import { selectsNode } from './affinity.js';
import type { SchedulerFacts } from './facts.js';

/** Annotation of a claim: the node that was chosen for its first consumer. */
export const selectedNode = 'volume.kubernetes.io/selected-node';
const bindCompleted = 'pv.kubernetes.io/bind-completed';

/** The names of the claims that a Pod uses, those that its ephemeral volumes make included. */
export function claimNames({ pod }: Pick<SchedulerFacts, 'pod'>): readonly string[] {
  return (pod.spec?.volumes ?? []).flatMap((volume) => {
    if (volume.ephemeral !== undefined) return [`${pod.metadata?.name}-${volume.name}`];
    return volume.persistentVolumeClaim?.claimName ?? [];
  });
}

/** What is wrong with the Pod's claims wherever it goes, in Kubernetes' words; undefined when nothing is. */
export function claimTrouble(facts: SchedulerFacts): string | undefined {
  for (const name of claimNames(facts)) {
    const claim = facts.claims.find(({ metadata }) => metadata?.name === name);
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
    if (isTerminating(claim)) return `persistentvolumeclaim "${name}" is being deleted`;
    if (claim.status?.phase === 'Lost') {
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName}"`;
    }
    if (!isBound(claim) && !isDelayed(facts, claim))
      return 'pod has unbound immediate PersistentVolumeClaims';
  }
  return undefined;
}

/** The claims that are bound only once a node is chosen. */
export function delayedClaims(facts: SchedulerFacts): readonly PersistentVolumeClaim[] {
  const names = claimNames(facts);
  return facts.claims.filter((claim) => names.includes(claim.metadata?.name ?? '') && !isBound(claim));
}

/** Whether the volumes behind the Pod's bound claims can be reached from a node. */
export function volumesReach(facts: SchedulerFacts, node: Node): boolean {
  return facts.claims.filter(isBound).every((claim) => {
    const volume = facts.volumes.find(({ metadata }) => metadata?.name === claim.spec?.volumeName);
    const required = volume?.spec?.nodeAffinity?.required;
    return required === undefined || selectsNode(required, node);
  });
}

function isBound(claim: PersistentVolumeClaim): boolean {
  return Boolean(claim.spec?.volumeName) && claim.metadata?.annotations?.[bindCompleted] !== undefined;
}

function isDelayed({ classes }: SchedulerFacts, claim: PersistentVolumeClaim): boolean {
  const storageClass = classes.find(({ metadata }) => metadata?.name === claim.spec?.storageClassName);
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}
