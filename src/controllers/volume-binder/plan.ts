import type { Plan } from '../../reconcile/contract.js';
import type { BinderAction } from './actions.js';
import type { BinderFacts } from './facts.js';
import { planClaim } from './plan-claim.js';
import { planVolume } from './plan-volume.js';

/** Decides the next writes for a claim or a volume. */
export function planBinding(facts: BinderFacts): Plan<BinderAction> {
  return facts.subject === 'claim' ? planClaim(facts) : planVolume(facts);
}
