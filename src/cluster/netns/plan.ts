import type { Action } from './actions.js';

/** What the namespace should hold. Addresses lie on its loopback device, which every kernel has. */
export interface Wanted {
  /** Each a single address. */
  readonly addresses: readonly string[];
  /** Ranges that the node's own processes may dial; the kernel translates them before they would leave. */
  readonly routes: readonly string[];
  /** The address that such connections come from. */
  readonly source: string;
}

/** What was found in the namespace; undefined when there is no namespace. */
export interface Facts {
  readonly loopbackUp: boolean;
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
  readonly forwards: boolean;
}

/** What is missing, in the order in which it must be made. */
export function planNamespace(facts: Facts | undefined, wanted: Wanted): readonly Action[] {
  const found: Facts = facts ?? { loopbackUp: false, addresses: [], routes: [], forwards: false };
  return [
    ...(facts === undefined ? [{ type: 'create' } as const] : []),
    ...(found.loopbackUp ? [] : [{ type: 'loopback-up' } as const]),
    ...wanted.addresses
      .filter((address) => !found.addresses.includes(address))
      .map((address) => ({ type: 'add-address', address }) as const),
    ...wanted.routes
      .filter((range) => !found.routes.includes(range))
      .map((range) => ({ type: 'add-route', range, source: wanted.source }) as const),
    ...(found.forwards ? [] : [{ type: 'forward' } as const]),
  ];
}
