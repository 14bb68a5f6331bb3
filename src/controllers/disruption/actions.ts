import type { Pod } from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../api/generated/policy-v1.js';

/** One write of the disruption controller; `budget` is the budget as it was observed. */
export type DisruptionAction = { readonly budget: PodDisruptionBudget } & (
  | { readonly type: 'updateStatus'; readonly status: PodDisruptionBudgetStatus }
  /** Tells that a Pod outlived its eviction. */
  | { readonly type: 'tellNotDeleted'; readonly pod: Pod }
  /** Tells that Pods without an owner spoil the count. */
  | { readonly type: 'tellUnmanaged' }
);

/** Names an action in a log line or an error. */
export function describeAction({ type, budget }: DisruptionAction): string {
  return `${type} of PodDisruptionBudget ${budget.metadata?.namespace}/${budget.metadata?.name}`;
}
