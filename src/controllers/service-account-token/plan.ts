import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { TokenSecretAction } from './actions.js';
import { belongsTo, filled } from './contents.js';
import type { TokenSecretFacts } from './facts.js';

/** A Secret for a token is filled, and goes with its account. */
export function planTokenSecret({ secret, account, certificate }: TokenSecretFacts): Plan<TokenSecretAction> {
  if (isTerminating(secret)) return { actions: [] };
  if (account === undefined || !belongsTo(secret, account)) return { actions: [{ type: 'delete', secret }] };
  // Whether something is missing does not depend on what the token will be.
  const lacks = filled(secret, { account, certificate, sign: () => 'unsigned' }) !== undefined;
  return { actions: lacks ? [{ type: 'fill', secret, account, certificate }] : [] };
}
