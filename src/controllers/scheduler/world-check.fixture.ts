import type { Node, Pod, Taint } from '../../api/generated/core-v1.js';
import { quantityToNumber } from '../../api/quantity.js';
import { labelSelectorOf, matchesLabels } from '../../api/selectors.js';

/**
 * The rules of placement once more, written as simply as can be and with nothing of the scheduler's own: what is wrong
 * with a Pod on its node, given every Pod that was there before.
 */
export function violations(pod: Pod, nodes: readonly Node[], before: readonly Pod[]): readonly string[] {
  const node = nodes.find(({ metadata }) => metadata?.name === pod.spec?.nodeName);
  if (node === undefined) return ['no such node'];
  const here = before.filter(({ spec }) => spec?.nodeName === node.metadata?.name);
  const found: (string | false)[] = [
    ...overbooked(node, [...here, pod]),
    node.spec?.unschedulable === true && 'unschedulable',
    (node.spec?.taints ?? []).some((taint) => repels(taint, pod)) && 'taint',
    !Object.entries(pod.spec?.nodeSelector ?? {}).every(([key, value]) => labelsOf(node)[key] === value) &&
      'nodeSelector',
    here.some((other) => portsOf(other).some((port) => portsOf(pod).includes(port))) && 'port',
    before.some((other) => detests(pod, other, { node, nodes })) && 'anti-affinity',
    before.some((other) => detestedBy(pod, other, { node, nodes })) && 'standing anti-affinity',
    !isNearWanted(pod, node, { nodes, before }) && 'affinity',
    isSkewed(pod, node, { nodes, before }) && 'spread',
  ];
  return found.filter((one) => one !== false);
}

interface Around {
  readonly node: Node;
  readonly nodes: readonly Node[];
}

interface Cluster {
  readonly nodes: readonly Node[];
  readonly before: readonly Pod[];
}

function labelsOf(object: Node | Pod | undefined): Readonly<Record<string, string>> {
  return object?.metadata?.labels ?? {};
}

function nodeOf(pod: Pod, nodes: readonly Node[]): Node | undefined {
  return nodes.find(({ metadata }) => metadata?.name === pod.spec?.nodeName);
}

function overbooked(node: Node, pods: readonly Pod[]): readonly string[] {
  const room = node.status?.allocatable ?? {};
  const wrong: string[] = pods.length > Number(room['pods']) ? ['pods'] : [];
  for (const name of ['cpu', 'memory']) {
    const sum = pods
      .flatMap(({ spec }) => spec?.containers ?? [])
      .reduce((total, { resources }) => total + quantityToNumber(resources?.requests?.[name] ?? '0'), 0);
    if (sum > quantityToNumber(room[name] ?? '0') + 1e-9) wrong.push(name);
  }
  return wrong;
}

function repels(taint: Taint, pod: Pod): boolean {
  const tolerated = (pod.spec?.tolerations ?? []).some(({ key }) => key === taint.key);
  return taint.effect !== 'PreferNoSchedule' && !tolerated;
}

function portsOf(pod: Pod): readonly number[] {
  return (pod.spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort }) => hostPort ?? []),
  );
}

function detests(pod: Pod, other: Pod, { node, nodes }: Around): boolean {
  const terms = pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const theirs = nodeOf(other, nodes);
  return terms.some(
    ({ labelSelector, topologyKey }) =>
      labelsOf(node)[topologyKey] !== undefined &&
      labelsOf(node)[topologyKey] === labelsOf(theirs)[topologyKey] &&
      matchesLabels(labelSelectorOf(labelSelector), labelsOf(other)),
  );
}

function detestedBy(pod: Pod, other: Pod, { node, nodes }: Around): boolean {
  const theirs = nodeOf(other, nodes);
  return (
    theirs !== undefined && detests(other, pod, { node: theirs, nodes: [...nodes, ...asNodeOf(pod, node)] })
  );
}

/** The Pod is on no list yet: its node is found by the name that it has been given. */
function asNodeOf(pod: Pod, node: Node): readonly Node[] {
  return pod.spec?.nodeName === node.metadata?.name ? [] : [node];
}

function isNearWanted(pod: Pod, node: Node, { nodes, before }: Cluster): boolean {
  const terms = pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.every(({ labelSelector, topologyKey }) => {
    const domain = labelsOf(node)[topologyKey];
    if (domain === undefined) return false;
    const meant = before.filter(
      (other) =>
        matchesLabels(labelSelectorOf(labelSelector), labelsOf(other)) &&
        labelsOf(nodeOf(other, nodes))[topologyKey] !== undefined,
    );
    const self = matchesLabels(labelSelectorOf(labelSelector), labelsOf(pod));
    if (meant.length === 0) return self;
    return meant.some((other) => labelsOf(nodeOf(other, nodes))[topologyKey] === domain);
  });
}

function isSkewed(pod: Pod, node: Node, { nodes, before }: Cluster): boolean {
  return (pod.spec?.topologySpreadConstraints ?? []).some(({ labelSelector, topologyKey, maxSkew }) => {
    const selector = labelSelectorOf(labelSelector);
    const counts = new Map<string, number>();
    for (const one of nodes) {
      const domain = labelsOf(one)[topologyKey];
      const wanted = Object.entries(pod.spec?.nodeSelector ?? {}).every(
        ([key, value]) => labelsOf(one)[key] === value,
      );
      if (domain === undefined || !wanted) continue;
      const here = before.filter(
        (other) => other.spec?.nodeName === one.metadata?.name && matchesLabels(selector, labelsOf(other)),
      );
      counts.set(domain, (counts.get(domain) ?? 0) + here.length);
    }
    const own = labelsOf(node)[topologyKey];
    if (own === undefined) return true;
    const self = matchesLabels(selector, labelsOf(pod)) ? 1 : 0;
    return (counts.get(own) ?? 0) + self - Math.min(...counts.values()) > maxSkew;
  });
}
