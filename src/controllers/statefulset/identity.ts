import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { Pod, Volume } from '../../api/generated/core-v1.js';
import { podFromTemplate } from '../../api/pod-template.js';
import { claimName, claimTemplates } from './claims.js';
import { setReference } from './owner.js';
import type { Revision } from './revisions.js';

/** Label with the Pod's name. */
const podNameLabel = 'statefulset.kubernetes.io/pod-name';
/** Label with the Pod's ordinal. */
const podIndexLabel = 'apps.kubernetes.io/pod-index';
/** Label with the name of the ControllerRevision that the Pod was made from. */
export const revisionLabel = 'controller-revision-hash';

/** The ordinals a set asks for: `start` up to, but not including, `end`. */
export function ordinalRange(set: StatefulSet): { readonly start: number; readonly end: number } {
  const start = set.spec?.ordinals?.start ?? 0;
  return { start, end: start + (set.spec?.replicas ?? 1) };
}

/** The name of a set's Pod. */
export function podName(set: StatefulSet, ordinal: number): string {
  return `${set.metadata?.name ?? ''}-${ordinal}`;
}

/** The ordinal in a Pod's name, or undefined when the name is not one that this set gives. */
export function ordinalOf(setName: string, name: string): number | undefined {
  if (!name.startsWith(`${setName}-`)) return undefined;
  const digits = name.slice(setName.length + 1);
  return /^(0|[1-9]\d{0,8})$/.test(digits) ? Number(digits) : undefined;
}

/** The name of the revision that a Pod says it was made from. */
export function revisionOf(pod: Pod): string | undefined {
  return pod.metadata?.labels?.[revisionLabel];
}

/** The Pod of one ordinal, as a revision of the template describes it. */
export function newPod(set: StatefulSet, ordinal: number, revision: Revision): Pod {
  const name = podName(set, ordinal);
  const pod = podFromTemplate(revision.template, {
    namespace: set.metadata?.namespace ?? '',
    owner: setReference(set),
  });
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      name,
      // As in Kubernetes, where every Pod of a template has it: programs find out by it what a Pod belongs to.
      generateName: `${set.metadata?.name ?? ''}-`,
      labels: { ...pod.metadata?.labels, ...identityLabels(set, ordinal), [revisionLabel]: revision.name },
    },
    spec: {
      ...revision.template.spec,
      containers: revision.template.spec?.containers ?? [],
      hostname: name,
      ...(set.spec?.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...volumesOf(set, ordinal, revision.template.spec?.volumes),
    },
  };
}

function volumesOf(
  set: StatefulSet,
  ordinal: number,
  own: readonly Volume[] = [],
): { volumes?: readonly Volume[] } {
  const claimed = claimTemplates(set).map((template): Volume => {
    const name = template.metadata?.name ?? '';
    return { name, persistentVolumeClaim: { claimName: claimName(set, name, ordinal) } };
  });
  const taken = new Set(claimed.map((volume) => volume.name));
  const volumes = [...claimed, ...own.filter((volume) => !taken.has(volume.name))];
  return volumes.length === 0 ? {} : { volumes };
}

function identityLabels(set: StatefulSet, ordinal: number): Readonly<Record<string, string>> {
  return { [podNameLabel]: podName(set, ordinal), [podIndexLabel]: String(ordinal) };
}

/** The Pod with its identity labels put back, or undefined when nothing is missing. */
export function repaired(set: StatefulSet, ordinal: number, pod: Pod): Pod | undefined {
  const labels = pod.metadata?.labels ?? {};
  // Asked of every Pod in every pass: nothing is made unless something is wrong.
  if (labels[podNameLabel] === podName(set, ordinal) && labels[podIndexLabel] === String(ordinal))
    return undefined;
  return { ...pod, metadata: { ...pod.metadata, labels: { ...labels, ...identityLabels(set, ordinal) } } };
}
