import type { NodeView } from './node-view.js';
import type { Subject } from './subject.js';
import { type Term, termMatches } from './terms.js';

/** Which rule between Pods a node breaks. */
export type AffinityTrouble = 'affinity' | 'antiAffinity' | 'standingAntiAffinity';

/** Looks at required Pod affinity and anti-affinity, that of the Pods in place too; undefined when a node keeps all of it. */
export function affinityTrouble(subject: Subject, node: NodeView): AffinityTrouble | undefined {
  if (!keepsAffinity(subject, node)) return 'affinity';
  for (const term of subject.terms.antiAffinity) {
    const value = node.labels[term.topologyKey];
    if (value !== undefined && (domainsOf(subject, term).get(value) ?? 0) > 0) return 'antiAffinity';
  }
  if (subject.view.standing.isEmpty) return undefined;
  const forbidden = forbiddenPairs(subject);
  if (forbidden.size === 0) return undefined;
  for (const key in node.labels) {
    if (forbidden.has(pairOf(key, node.labels[key] ?? ''))) return 'standingAntiAffinity';
  }
  return undefined;
}

/** Every term must find a Pod in the node's domain that all terms mean; the first Pod of a group that means itself is let in. */
function keepsAffinity(subject: Subject, node: NodeView): boolean {
  const terms = subject.terms.affinity;
  if (terms.length === 0) return true;
  if (!terms.every(({ topologyKey }) => node.labels[topologyKey] !== undefined)) return false;
  const pairs = affinityPairs(subject);
  const found = terms.every(
    ({ topologyKey }) => (pairs.get(pairOf(topologyKey, node.labels[topologyKey] ?? '')) ?? 0) > 0,
  );
  if (found) return true;
  const { pod, view } = subject;
  return pairs.size === 0 && terms.every((term) => termMatches(term, pod, view.namespaces));
}

/** Label and value in one text; neither may hold a line break. */
function pairOf(key: string, value: string): string {
  return `${key}\n${value}`;
}

function affinityPairs(subject: Subject): ReadonlyMap<string, number> {
  const { memo, view } = subject;
  const terms = subject.terms.affinity;
  const key = terms.map((term) => term.key).join();
  return memo.domains('affinity', () => {
    const counts = view.tally(`all:${key}`, (pod) =>
      terms.every((term) => termMatches(term, pod, view.namespaces)),
    );
    const pairs = new Map<string, number>();
    for (const { topologyKey } of terms) addDomains(pairs, { subject, topologyKey, counts, asPairs: true });
    return pairs;
  });
}

function domainsOf(subject: Subject, term: Term): ReadonlyMap<string, number> {
  const { memo, view } = subject;
  return memo.domains(`term:${term.key}`, () => {
    const counts = view.tally(`one:${term.key}`, (pod) => termMatches(term, pod, view.namespaces));
    const domains = new Map<string, number>();
    addDomains(domains, { subject, topologyKey: term.topologyKey, counts, asPairs: false });
    return domains;
  });
}

function forbiddenPairs(subject: Subject): ReadonlyMap<string, number> {
  const { memo, view, pod } = subject;
  return memo.domains('forbidden', () => {
    const pairs = new Map<string, number>();
    for (const { term, against, byNode } of view.standing.values()) {
      if (!against || !termMatches(term, pod, view.namespaces)) continue;
      addDomains(pairs, { subject, topologyKey: term.topologyKey, counts: byNode, asPairs: true });
    }
    return pairs;
  });
}

interface Domains {
  readonly subject: Subject;
  readonly topologyKey: string;
  /** Pods by node. */
  readonly counts: ReadonlyMap<string, number>;
  /** Whether sums are kept by label and value, or by value alone. */
  readonly asPairs: boolean;
}

function addDomains(
  sums: Map<string, number>,
  { subject, topologyKey, counts, asPairs }: Domains,
  weight = 1,
): void {
  for (const [nodeName, count] of counts) {
    const value = subject.view.node(nodeName)?.labels[topologyKey];
    if (value === undefined) continue;
    const key = asPairs ? pairOf(topologyKey, value) : value;
    sums.set(key, (sums.get(key) ?? 0) + weight * count);
  }
}

/** How well each feasible node suits preferences between Pods, both ways: 0 to 100; undefined when nobody prefers anything. */
export function affinityScores(
  subject: Subject,
  feasible: readonly NodeView[],
): readonly number[] | undefined {
  const sums = preferenceSums(subject);
  if (sums.size === 0) return undefined;
  const raw = feasible.map(({ labels }) => {
    let sum = 0;
    for (const key in labels) sum += sums.get(pairOf(key, labels[key] ?? '')) ?? 0;
    return sum;
  });
  const most = Math.max(0, ...raw);
  const least = Math.min(0, ...raw);
  return raw.map((sum) => (most > least ? Math.floor((100 * (sum - least)) / (most - least)) : 0));
}

function preferenceSums(subject: Subject): ReadonlyMap<string, number> {
  const { view, pod, terms } = subject;
  const sums = new Map<string, number>();
  const own: readonly [Term, number][] = [
    ...terms.preferred.map((term): [Term, number] => [term, term.weight]),
    ...terms.avoided.map((term): [Term, number] => [term, -term.weight]),
  ];
  for (const [term, weight] of own) {
    const counts = view.tally(`one:${term.key}`, (other) => termMatches(term, other, view.namespaces));
    addDomains(sums, { subject, topologyKey: term.topologyKey, counts, asPairs: true }, weight);
  }
  for (const { term, against, weight, byNode } of view.standing.values()) {
    if (against || weight === 0 || !termMatches(term, pod, view.namespaces)) continue;
    addDomains(sums, { subject, topologyKey: term.topologyKey, counts: byNode, asPairs: true }, weight);
  }
  return sums;
}
