import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { ServiceAccountAction } from './actions.js';
import type { ServiceAccountFacts } from './facts.js';

/** Every living Namespace has a ServiceAccount `default`. */
export function planServiceAccount({ namespace, account }: ServiceAccountFacts): Plan<ServiceAccountAction> {
  const needed = account === undefined && !isTerminating(namespace);
  return { actions: needed ? [{ type: 'create', namespace: namespace.metadata?.name ?? '' }] : [] };
}
