import { semanticEqual, without } from '../../api/deep.js';
import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.js';
import type { PodTemplateSpec } from '../../api/generated/core-v1.js';
import { shortHash } from '../../api/hash.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo } from '../../api/owner.js';
import { byAge, newSetSize, sizeAnnotations } from './numbers.js';

/** Annotation with the number of a revision. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
/** Annotation with the numbers that a ReplicaSet had before it was taken up again. */
export const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history';
/** Label that tells the Pods of one template from those of another. */
export const hashLabel = 'pod-template-hash';

const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  revisionHistoryAnnotation,
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

/** The number of an object's revision; 0 when it has none. */
export function revisionNumber(object: Deployment | ReplicaSet): number {
  return Number.parseInt(object.metadata?.annotations?.[revisionAnnotation] ?? '0', 10) || 0;
}

function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const labels = template?.metadata?.labels;
  if (labels === undefined) return template ?? {};
  return { ...template, metadata: { ...template?.metadata, labels: without(labels, hashLabel) } };
}

/** The ReplicaSet made from the Deployment's present template: the oldest, should there be several. */
export function currentSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = withoutHash(deployment.spec?.template);
  return [...sets].sort(byAge).find((set) => semanticEqual(withoutHash(set.spec?.template), wanted));
}

/** The annotations that the current ReplicaSet shall have: the Deployment's own, and its revision number. */
export function annotationsFor(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  revision: number,
): Readonly<Record<string, string>> {
  const own = set?.metadata?.annotations ?? {};
  const copied = Object.entries(deployment.metadata?.annotations ?? {}).filter(
    ([key]) => !notCopied.has(key),
  );
  const annotations: Record<string, string> = { ...own, ...Object.fromEntries(copied) };
  const before = set === undefined ? 0 : revisionNumber(set);
  if (before >= revision) return annotations;
  annotations[revisionAnnotation] = String(revision);
  if (before > 0) {
    const history = own[revisionHistoryAnnotation];
    annotations[revisionHistoryAnnotation] = history ? `${history},${before}` : String(before);
  }
  return annotations;
}

/** A ReplicaSet for the present template, under a free name, and the collisions that finding it took. */
export function newReplicaSet(
  deployment: Deployment,
  {
    old,
    takenNames,
    revision,
  }: {
    readonly old: readonly ReplicaSet[];
    readonly takenNames: ReadonlySet<string>;
    readonly revision: number;
  },
): { readonly replicaSet: ReplicaSet; readonly collisionCount: number | undefined } {
  const template = deployment.spec?.template ?? {};
  const name = deployment.metadata?.name ?? '';
  const taken = new Set([...takenNames, ...old.map((set) => set.metadata?.name ?? '')]);
  let collisions = deployment.status?.collisionCount ?? 0;
  while (taken.has(`${name}-${shortHash(template, collisions)}`)) collisions += 1;
  const hash = shortHash(template, collisions);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  const selector = deployment.spec?.selector ?? {};
  const replicaSet: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace: deployment.metadata?.namespace ?? '',
      labels,
      annotations: { ...annotationsFor(deployment, undefined, revision), ...sizeAnnotations(deployment) },
      ownerReferences: [ownerReferenceTo(kinds.Deployment, deployment)],
    },
    spec: {
      replicas: newSetSize(deployment, old, 0),
      minReadySeconds: deployment.spec?.minReadySeconds ?? 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  return { replicaSet, collisionCount: collisions === 0 ? undefined : collisions };
}
