import type { Pod } from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget } from '../../api/generated/policy-v1.js';
import { isTerminating, podCondition } from '../../api/pods.js';
import { labelSelectorOf, matchesLabels } from '../../api/selectors.js';
import { refusalOf } from './filters.js';
import type { NodeView } from './node-view.js';
import type { PodView } from './pod-view.js';
import type { Subject } from './subject.js';
import { nodesMessage, type Refusal } from './verdict.js';

/** The reason of condition DisruptionTarget on Pods that make way. */
export const preemptedReason = 'PreemptionByScheduler';

/** What making room would take: Pods to end on one node, or why it is no use. */
export type Preemption =
  | { readonly possible: true; readonly node: NodeView; readonly victims: readonly PodView[] }
  | {
      readonly possible: false;
      readonly message: string;
      /** Whether the node that the Pod was promised stays promised. */
      readonly keepsNomination: boolean;
    };

interface Candidate {
  readonly node: NodeView;
  /** The more important first. */
  readonly victims: readonly PodView[];
  readonly violations: number;
}

/** Nodes on which victims are looked for, at most. */
const mostCandidates = 100;
const notHelpful = 'Preemption is not helpful for scheduling';
const noVictims = 'No preemption victims found for incoming pod';

/** Looks for the node where making room costs least. `refusals` is why each node refuses the Pod now. */
export function planPreemption(subject: Subject, refusals: ReadonlyMap<NodeView, Refusal>): Preemption {
  const ineligible = ineligibility(subject, refusals);
  if (ineligible !== undefined) return { possible: false, message: ineligible, keepsNomination: true };
  const candidates: Candidate[] = [];
  const reasons: string[] = [];
  for (const [node, { isResolvable }] of refusals) {
    const found =
      isResolvable && candidates.length < mostCandidates ? victimsOn(subject, node) : [notHelpful];
    if ('victims' in found) candidates.push(found);
    else reasons.push(...found);
  }
  const best = cheapest(candidates);
  return best === undefined
    ? { possible: false, message: nodesMessage(reasons, refusals.size), keepsNomination: false }
    : { possible: true, node: best.node, victims: best.victims };
}

/** Why a Pod may not make others go, whatever it would gain. */
function ineligibility(subject: Subject, refusals: ReadonlyMap<NodeView, Refusal>): string | undefined {
  const { pod, view, priority } = subject;
  if (pod.spec?.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const promised = view.node(pod.status?.nominatedNodeName ?? '');
  if (promised === undefined || refusals.get(promised)?.isResolvable === false) return undefined;
  const making = [...promised.pods.values()].some(
    (other) => other.priority < priority && isMakingWay(other.pod),
  );
  return making ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

/** Whether a Pod is on its way out to make room for another. */
export function isMakingWay(pod: Pod): boolean {
  return isTerminating(pod) && podCondition(pod, 'DisruptionTarget')?.reason === preemptedReason;
}

/** The fewest and least important Pods whose end would let the Pod in, or why that cannot be. */
function victimsOn(subject: Subject, node: NodeView): Candidate | readonly string[] {
  const { view, priority, facts } = subject;
  const lower = [...node.pods.values()].filter((other) => other.priority < priority).sort(byImportance);
  if (lower.length === 0) return [noVictims];
  return view.attempt(() => {
    for (const { key } of lower) view.lift(key);
    const refusal = refusalOf(subject, node);
    if (refusal !== undefined) return refusal.reasons;
    const { violating, harmless } = byBudget(lower, facts.budgets);
    const spare = (pods: readonly PodView[]): readonly PodView[] =>
      pods.filter((other) => {
        view.place(other, node.name);
        if (refusalOf(subject, node) === undefined) return false;
        view.lift(other.key);
        return true;
      });
    const violations = spare(violating);
    const victims = [...violations, ...spare(harmless)].sort(byImportance);
    return victims.length === 0 ? [noVictims] : { node, victims, violations: violations.length };
  });
}

function startOf({ pod }: PodView): number {
  const start = Date.parse(pod.status?.startTime ?? '');
  return Number.isNaN(start) ? Number.MAX_SAFE_INTEGER : start;
}

/** Higher priority first, then the one that has run longer; names make the order certain. */
function byImportance(a: PodView, b: PodView): number {
  return b.priority - a.priority || startOf(a) - startOf(b) || (a.key < b.key ? -1 : 1);
}

/** Which Pods a disruption budget would be broken for, if they went in this order. */
function byBudget(
  pods: readonly PodView[],
  budgets: readonly PodDisruptionBudget[],
): { readonly violating: readonly PodView[]; readonly harmless: readonly PodView[] } {
  const left = new Map(budgets.map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]));
  const violating = pods.filter(({ pod }) => {
    let violates = false;
    for (const budget of budgets) {
      if (!covers(budget, pod)) continue;
      const allowed = (left.get(budget) ?? 0) - 1;
      left.set(budget, allowed);
      if (allowed < 0) violates = true;
    }
    return violates;
  });
  return { violating, harmless: pods.filter((pod) => !violating.includes(pod)) };
}

function covers({ metadata, spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  if (metadata?.namespace !== pod.metadata?.namespace) return false;
  const selector = labelSelectorOf(spec?.selector);
  if (selector.requirements.length === 0 || !matchesLabels(selector, pod.metadata?.labels)) return false;
  return status?.disruptedPods?.[pod.metadata?.name ?? ''] === undefined;
}

/** Added to priorities before they are summed, so that more victims never weigh less than fewer. */
const lift = 2 ** 31;

/** What a candidate costs, the weightiest question first; less is better. */
function costsOf({ victims, violations }: Candidate): readonly number[] {
  const highest = victims[0]?.priority ?? 0;
  const earliest = Math.min(...victims.filter(({ priority }) => priority === highest).map(startOf));
  return [
    violations,
    highest,
    victims.reduce((sum, { priority }) => sum + priority + lift, 0),
    victims.length,
    -earliest,
  ];
}

function cheapest(candidates: readonly Candidate[]): Candidate | undefined {
  let best: { readonly candidate: Candidate; readonly costs: readonly number[] } | undefined;
  for (const candidate of candidates) {
    const costs = costsOf(candidate);
    if (best === undefined || isLess(costs, best.costs)) best = { candidate, costs };
  }
  return best?.candidate;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
}
