import type { Plan } from '../../reconcile/contract.js';
import type { SystemObjectAction } from './actions.js';
import type { SystemObjectFacts } from './facts.js';

/** What is missing is made; what is there stays as its users made it. */
export function planSystemObject({ wanted, isThere }: SystemObjectFacts): Plan<SystemObjectAction> {
  return { actions: isThere ? [] : [{ type: 'create', wanted }] };
}
