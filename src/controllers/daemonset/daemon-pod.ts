import type { DaemonSet } from '../../api/generated/apps-v1.js';
import type { Affinity, Pod, PodSpec, Toleration } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { namedNodes } from '../../api/node-affinity.js';
import { ownerReferenceTo } from '../../api/owner.js';
import { podFromTemplate } from '../../api/pod-template.js';

/** Label of a Pod and of a ControllerRevision: the hash of the template. */
export const revisionLabel = 'controller-revision-hash';
/** Label of a Pod: which template of the set it was made from, counted. */
export const generationLabel = 'pod-template-generation';
/** Annotation by which the server counts the templates of a set. */
const generationAnnotation = 'deprecated.daemonset.template.generation';

/** A Pod of the set for one node; the scheduler binds it, since no other node satisfies its affinity. */
export function podForNode(set: DaemonSet, node: string, hash: string): Pod {
  const made = podFromTemplate(set.spec?.template ?? {}, {
    namespace: set.metadata?.namespace ?? '',
    owner: ownerReferenceTo(kinds.DaemonSet, set),
  });
  const generation = templateGeneration(set);
  const labels = {
    ...made.metadata?.labels,
    ...(generation === undefined ? {} : { [generationLabel]: generation }),
    [revisionLabel]: hash,
  };
  const spec = daemonSpec(made.spec ?? { containers: [] });
  return {
    ...made,
    metadata: { ...made.metadata, generateName: `${set.metadata?.name ?? ''}-`, labels },
    spec: { ...spec, affinity: onlyOn(node, spec.affinity) },
  };
}

/** The number of the set's template. */
export function templateGeneration(set: DaemonSet): string | undefined {
  return set.metadata?.annotations?.[generationAnnotation];
}

/** The spec with what lets a daemon stay on a node in trouble, and come to one that is cordoned. */
export function daemonSpec(spec: PodSpec): PodSpec {
  const own = [
    tolerate('node.kubernetes.io/not-ready', 'NoExecute'),
    tolerate('node.kubernetes.io/unreachable', 'NoExecute'),
    tolerate('node.kubernetes.io/disk-pressure', 'NoSchedule'),
    tolerate('node.kubernetes.io/memory-pressure', 'NoSchedule'),
    tolerate('node.kubernetes.io/pid-pressure', 'NoSchedule'),
    tolerate('node.kubernetes.io/unschedulable', 'NoSchedule'),
    ...(spec.hostNetwork ? [tolerate('node.kubernetes.io/network-unavailable', 'NoSchedule')] : []),
  ];
  return { ...spec, tolerations: own.reduce(withToleration, spec.tolerations ?? []) };
}

function tolerate(key: string, effect: string): Toleration {
  return { key, operator: 'Exists', effect };
}

/** One of the same meaning is put in place: a limit in seconds, which a daemon has not, goes. */
function withToleration(list: readonly Toleration[], added: Toleration): readonly Toleration[] {
  const isSame = ({ key, operator, effect, value }: Toleration): boolean =>
    key === added.key && operator === added.operator && effect === added.effect && !value;
  return list.some(isSame) ? list.map((other) => (isSame(other) ? added : other)) : [...list, added];
}

/** The user's required node affinity has been looked at already, when the node was chosen. */
function onlyOn(node: string, affinity: Affinity | undefined): Affinity {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: required,
    },
  };
}

/** The node that a Pod is on or made for; undefined when it is for none in particular. */
export function nodeOf(pod: Pod): string | undefined {
  if (pod.spec?.nodeName) return pod.spec.nodeName;
  const names = [...(namedNodes(pod) ?? [])];
  return names.length === 1 ? names[0] : undefined;
}
