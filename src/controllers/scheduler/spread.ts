import type { Pod } from '../../api/generated/core-v1.js';
import { allowsNode } from '../../api/node-affinity.js';
import { isTerminating } from '../../api/pods.js';
import { matchesLabels, type Selector } from '../../api/selectors.js';
import { untolerated } from '../../api/tolerations.js';
import type { NodeView } from './node-view.js';
import type { Subject } from './subject.js';
import { narrowed, selectorKey } from './terms.js';

/** A topology spread constraint, read once. */
export interface Spread {
  readonly key: string;
  readonly isHard: boolean;
  /** One of the two that every Pod of a set or Service has that names none itself. */
  readonly isDefault: boolean;
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

const hostname = 'kubernetes.io/hostname';

/** What Kubernetes prefers for Pods without constraints of their own. */
const defaults = [
  { topologyKey: hostname, maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5 },
];

/** The constraints of a Pod, or the default preferences over the Pods that `fallback` selects. */
export function spreadsOf(pod: Pod, fallback: Selector | undefined): readonly Spread[] {
  const own = pod.spec?.topologySpreadConstraints ?? [];
  if (own.length > 0) {
    return own.map((constraint) =>
      spreadOf({
        isHard: constraint.whenUnsatisfiable !== 'ScheduleAnyway',
        isDefault: false,
        topologyKey: constraint.topologyKey,
        maxSkew: constraint.maxSkew,
        minDomains: constraint.minDomains ?? 1,
        selector: narrowed(constraint.labelSelector, pod.metadata?.labels, {
          match: constraint.matchLabelKeys,
        }),
        honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
        honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
      }),
    );
  }
  if (fallback === undefined || fallback.requirements.length === 0) return [];
  const common = {
    isHard: false,
    isDefault: true,
    minDomains: 1,
    selector: fallback,
    honorsAffinity: true,
    honorsTaints: false,
  };
  return defaults.map((constraint) => spreadOf({ ...common, ...constraint }));
}

function spreadOf(parts: Omit<Spread, 'key'>): Spread {
  return { ...parts, key: `${parts.topologyKey}:${selectorKey(parts.selector)}` };
}

/** Why a node will not do for the spread constraints that must hold. */
export type SpreadTrouble = 'label' | 'skew';

/** Looks at the constraints that must hold; undefined when a node keeps them all. */
export function spreadTrouble(subject: Subject, node: NodeView): SpreadTrouble | undefined {
  for (const spread of subject.hardSpreads) {
    const value = node.labels[spread.topologyKey];
    if (value === undefined) return 'label';
    const domains = domainsOf(subject, spread, { among: subject.hardSpreads });
    const least = domains.size < spread.minDomains ? 0 : Math.min(...domains.values());
    const self = matchesLabels(spread.selector, subject.pod.metadata?.labels) ? 1 : 0;
    if ((domains.get(value) ?? 0) + self - least > spread.maxSkew) return 'skew';
  }
  return undefined;
}

/** How much each feasible node would add to the spread that is preferred: 0 to 100, more is better. */
export function spreadScores(subject: Subject, feasible: readonly NodeView[]): readonly number[] | undefined {
  const spreads = subject.softSpreads;
  if (spreads.length === 0) return undefined;
  const needsAll = spreads.some(({ isDefault }) => !isDefault);
  const ranked = feasible.map((node) => !needsAll || hasLabels(node, spreads));
  const kept = feasible.filter((_, index) => ranked[index]);
  const parts = spreads.map((spread) => weigh(subject, spread, { kept, needsAll }));
  const raw = feasible.map((node, index) =>
    ranked[index] === true ? Math.round(parts.reduce((sum, costOf) => sum + costOf(node), 0)) : undefined,
  );
  return normalised(raw);
}

/** The cost of a node under one preference: the Pods in its domain, weighed so that few domains count no less than many. */
function weigh(
  subject: Subject,
  spread: Spread,
  { kept, needsAll }: { readonly kept: readonly NodeView[]; readonly needsAll: boolean },
): (node: NodeView) => number {
  const cost = (count: number, domains: number): number =>
    count * Math.log(domains + 2) + (spread.maxSkew - 1);
  if (spread.topologyKey === hostname) {
    const counts = countsOf(subject, spread);
    return (node) =>
      node.labels[hostname] === undefined ? 0 : cost(counts.get(node.name) ?? 0, kept.length);
  }
  const values = new Set(kept.map((node) => node.labels[spread.topologyKey]));
  const domains = domainsOf(subject, spread, { among: needsAll ? subject.softSpreads : [] });
  return (node) => {
    const value = node.labels[spread.topologyKey];
    return value === undefined ? 0 : cost(domains.get(value) ?? 0, values.size);
  };
}

function normalised(raw: readonly (number | undefined)[]): readonly number[] {
  const known = raw.filter((cost) => cost !== undefined);
  const most = Math.max(0, ...known);
  const least = Math.min(...known);
  return raw.map((cost) => {
    if (cost === undefined) return 0;
    return most === 0 ? 100 : Math.floor((100 * (most + least - cost)) / most);
  });
}

/** Pods that a constraint is about, by the value of its label, over the nodes that count. */
function domainsOf(
  subject: Subject,
  spread: Spread,
  { among }: { readonly among: readonly Spread[] },
): ReadonlyMap<string, number> {
  const key = `spread:${among.length}:${spread.honorsAffinity}:${spread.honorsTaints}:${spread.key}`;
  return subject.memo.domains(key, () => {
    const counts = countsOf(subject, spread);
    const domains = new Map<string, number>();
    for (const node of subject.view.nodes) {
      const value = node.labels[spread.topologyKey];
      if (value === undefined || !hasLabels(node, among) || !countsIn(subject, spread, node)) continue;
      domains.set(value, (domains.get(value) ?? 0) + (counts.get(node.name) ?? 0));
    }
    return domains;
  });
}

function hasLabels({ labels }: NodeView, spreads: readonly Spread[]): boolean {
  return spreads.every(({ topologyKey }) => labels[topologyKey] !== undefined);
}

/** Whether a node counts at all: by the policies of the constraint. */
function countsIn(subject: Subject, spread: Spread, { node, taints }: NodeView): boolean {
  if (node === undefined) return false;
  if (spread.honorsAffinity && !allowsNode(subject.pod, node)) return false;
  return !spread.honorsTaints || untolerated(subject.pod, taints) === undefined;
}

function countsOf(subject: Subject, { selector }: Spread): ReadonlyMap<string, number> {
  const namespace = subject.pod.metadata?.namespace;
  return subject.view.tally(`spread:${namespace}:${selectorKey(selector)}`, (pod) => {
    // A selector of everything counts nothing, as in Kubernetes, and so does a Pod that is on its way out.
    if (selector.requirements.length === 0 || pod.metadata?.namespace !== namespace) return false;
    return !isTerminating(pod) && matchesLabels(selector, pod.metadata?.labels);
  });
}
