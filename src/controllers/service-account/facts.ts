import type { Namespace, ServiceAccount } from '../../api/generated/core-v1.js';

/** A Namespace and its ServiceAccount `default`. */
export interface ServiceAccountFacts {
  readonly namespace: Namespace;
  readonly account: ServiceAccount | undefined;
}
