import { preferredWeight } from '../../api/node-affinity.js';
import type { NodeView } from './node-view.js';
import { affinityScores } from './pod-affinity.js';
import { spreadScores } from './spread.js';
import type { Subject } from './subject.js';
import { softTaints } from './taints.js';

/** Points for each of some nodes, 0 to 100; undefined when the question does not arise. */
type Scorer = (subject: Subject, nodes: readonly NodeView[]) => readonly number[] | undefined;

/** The default profile of Kubernetes: what counts, and how much. */
const profile: readonly (readonly [weight: number, scorer: Scorer])[] = [
  [3, taintScores],
  [2, nodeAffinityScores],
  [1, leastAllocated],
  [2, spreadScores],
  [2, affinityScores],
  [1, balancedAllocation],
  [1, imageLocality],
];

/** The best of the nodes that will do; among equals `tieBreak` (0 up to 1) decides. */
export function bestNode(
  subject: Subject,
  nodes: readonly NodeView[],
  tieBreak: number,
): NodeView | undefined {
  if (nodes.length < 2) return nodes[0];
  const totals = totalScores(subject, nodes);
  const best = Math.max(...totals);
  const tied = nodes.filter((_, index) => totals[index] === best);
  return tied[Math.floor(tieBreak * tied.length)];
}

/** The weighted points of each node. */
export function totalScores(subject: Subject, nodes: readonly NodeView[]): readonly number[] {
  const totals = nodes.map(() => 0);
  for (const [weight, scorer] of profile) {
    scorer(subject, nodes)?.forEach((score, index) => {
      totals[index] = (totals[index] ?? 0) + weight * score;
    });
  }
  return totals;
}

function taintScores({ pod }: Subject, nodes: readonly NodeView[]): readonly number[] | undefined {
  const counts = nodes.map(({ node }) => (node === undefined ? 0 : softTaints(pod, node)));
  const most = Math.max(...counts);
  return most === 0 ? undefined : counts.map((count) => 100 - Math.floor((100 * count) / most));
}

function nodeAffinityScores({ pod }: Subject, nodes: readonly NodeView[]): readonly number[] | undefined {
  const weights = nodes.map(({ node }) => (node === undefined ? 0 : preferredWeight(pod, node)));
  const most = Math.max(...weights);
  return most === 0 ? undefined : weights.map((weight) => Math.floor((100 * weight) / most));
}

/** Prefers nodes with much room left. */
function leastAllocated(subject: Subject, nodes: readonly NodeView[]): readonly number[] {
  return nodes.map((node) => {
    const cpu = leftOf(subject, node, 'cpu');
    const memory = leftOf(subject, node, 'memory');
    if (cpu === undefined || memory === undefined) return cpu ?? memory ?? 0;
    return Math.floor((cpu + memory) / 2);
  });
}

/** The hundredths of a resource that would be left; undefined when the node has none of it. */
function leftOf(
  subject: Subject,
  { allocatable, assumed }: NodeView,
  name: 'cpu' | 'memory',
): number | undefined {
  const whole = allocatable.get(name) ?? 0;
  if (whole === 0) return undefined;
  const used = (assumed.get(name) ?? 0) + (subject.assumed.get(name) ?? 0);
  return used > whole ? 0 : Math.floor((100 * (whole - used)) / whole);
}

/** Prefers nodes whose cpu and memory are used to the same degree; a Pod that asks for nothing has no say. */
function balancedAllocation(subject: Subject, nodes: readonly NodeView[]): readonly number[] | undefined {
  const { requests } = subject;
  if ((requests.get('cpu') ?? 0) === 0 && (requests.get('memory') ?? 0) === 0) return undefined;
  return nodes.map((node) => {
    const cpu = shareOf(subject, node, 'cpu');
    const memory = shareOf(subject, node, 'memory');
    const deviation = cpu === undefined || memory === undefined ? 0 : Math.abs(cpu - memory) / 2;
    return Math.trunc((1 - deviation) * 100);
  });
}

/** The part of a resource that would be in use, at most all of it; undefined when the node has none of it. */
function shareOf(
  subject: Subject,
  { allocatable, requested }: NodeView,
  name: 'cpu' | 'memory',
): number | undefined {
  const whole = allocatable.get(name) ?? 0;
  if (whole === 0) return undefined;
  return Math.min(1, ((requested.get(name) ?? 0) + (subject.requests.get(name) ?? 0)) / whole);
}

const mebibyte = 1024 * 1024;
const leastImageBytes = 23 * mebibyte;
const mostImageBytes = 1000 * mebibyte;

/** Prefers nodes that have large images of the Pod already, the more so the more nodes have them. */
function imageLocality(subject: Subject, nodes: readonly NodeView[]): readonly number[] | undefined {
  const { containers = [], initContainers = [] } = subject.pod.spec ?? {};
  const wanted = [...initContainers, ...containers].map(({ image = '' }) => fullName(image));
  const everywhere = subject.view.nodes;
  if (everywhere.every(({ node }) => (node?.status?.images ?? []).length === 0)) return undefined;
  const shares = new Map<string, number>();
  for (const image of new Set(wanted)) {
    const having = everywhere.filter((node) => sizeOn(node, image) !== undefined).length;
    shares.set(image, having / everywhere.length);
  }
  const most = mostImageBytes * wanted.length;
  return nodes.map((node) => {
    const sum = wanted.reduce(
      (bytes, image) => bytes + Math.trunc((sizeOn(node, image) ?? 0) * (shares.get(image) ?? 0)),
      0,
    );
    const clipped = Math.min(Math.max(sum, leastImageBytes), most);
    return Math.floor((100 * (clipped - leastImageBytes)) / (most - leastImageBytes));
  });
}

function sizeOn({ node }: NodeView, image: string): number | undefined {
  const found = node?.status?.images?.find(({ names = [] }) =>
    names.some((name) => fullName(name) === image),
  );
  return found?.sizeBytes;
}

/** An image's name with the tag that is meant when none is given. */
function fullName(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}
