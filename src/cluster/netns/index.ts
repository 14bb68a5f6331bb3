import { DNS_ADDRESS, NODE_ADDRESS, SERVICE_RANGE } from '../addresses.js';
import { type Namespace, observeNamespace } from './observe.js';
import { performStep } from './perform.js';
import { planNamespace, type Wanted } from './plan.js';

export type { Namespace } from './observe.js';

/** What every node's namespace holds. */
export const NODE_NAMESPACE: Wanted = {
  addresses: [NODE_ADDRESS, DNS_ADDRESS],
  routes: [SERVICE_RANGE],
  source: NODE_ADDRESS,
};

/** Makes the node's network namespace, or what is missing in it. */
export async function ensureNamespace(namespace: Namespace): Promise<void> {
  for (const action of planNamespace(await observeNamespace(namespace), NODE_NAMESPACE)) {
    await performStep(action, namespace);
  }
}
