import type { AdmissionHook } from '../api/admission.js';
import { type FeatureGates, gatesWith } from '../api/feature-gates.js';
import { type KindRow, kindRows } from '../api/kinds.js';
import type { NodeApi } from '../api/node-api.js';
import type { LocalApi } from '../api/resource-api.js';
import type { Clock } from '../lib/clock.js';
import type { Logger } from '../lib/log.js';
import type { Random } from '../lib/random.js';
import type { Store } from '../store/store.js';
import { statefulSetGates } from './admission/feature-gates.js';
import { createAuthorizer } from './auth/authorizer.js';
import { Quotas } from './quota/quotas.js';
import type { ComponentHealth } from './registry/component-status.js';
import { KeyLocks } from './registry/key-locks.js';
import { createLocalApi } from './registry/local-api.js';
import type { Registry } from './registry/registry.js';
import { resourceTable } from './registry/resources.js';
import { followServices } from './service-ip/assign.js';
import { ServiceAddresses } from './service-ip/service-addresses.js';
import { AccountTokens } from './tokens/account-tokens.js';

/** What an API server is made of. `serviceRange` is the range of ClusterIPs (10.96.0.0/16), `version` that of Holdfast. */
export interface ApiServerOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly kindRows?: readonly KindRow[];
  /** As Kubernetes has them unless given. */
  readonly featureGates?: FeatureGates;
  /** Hooks that run after the built-in admission, in this order. */
  readonly admission?: readonly AdmissionHook[];
  /** The node of a name, for logs, exec, attach and port-forward. */
  readonly nodes?: (nodeName: string) => NodeApi | undefined;
  readonly serviceRange: string;
  /** Further documents by path (`/holdfast/v1/...`), made when asked; for callers that RBAC lets GET the path. */
  readonly documents?: ReadonlyMap<string, () => Promise<object>>;
  /** How the parts of the control plane do, for `kubectl get componentstatuses`. */
  readonly components?: () => readonly ComponentHealth[];
  readonly version: string;
  /** PEM of the key that signs ServiceAccount tokens; without it one is made that ends with this server. */
  readonly accountKey?: string | undefined;
  /**
   * Whether a Pod's ServiceAccount has to be there, and gives the Pod its token: so it is in a cluster. Off unless set, since a
   * server without controllers has nobody who makes the accounts.
   */
  readonly accountsRequired?: boolean;
  /** Figures of others that `/metrics` shows too, in Prometheus' text format. */
  readonly metrics?: () => string;
}

/** The API over a store: in process at once, over HTTPS with `serveHttps`. */
export interface ApiServer {
  readonly local: LocalApi;
  readonly registry: Registry;
  readonly options: ApiServerOptions;
}

/** Makes an API server; it is ready when this returns. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { store, clock, random, log } = options;
  const services = new ServiceAddresses(options.serviceRange, random);
  followServices(services, store, '/registry/core/services/');
  const resources = resourceTable(options.kindRows ?? kindRows);
  const hooks = [statefulSetGates(options.featureGates ?? gatesWith()), ...(options.admission ?? [])];
  const authorizer = createAuthorizer(store);
  const locks = new KeyLocks();
  const { accountsRequired = false, accountKey, components = (): readonly ComponentHealth[] => [] } = options;
  const tokens = new AccountTokens({ accountKey, store, clock });
  const registry: Registry = {
    ...{ store, clock, random, log, resources },
    quotas: new Quotas({ store, clock, resources }),
    ...{ locks, hooks, services, authorizer, components },
    tokens,
    accountsRequired,
  };
  return { local: createLocalApi(registry), registry, options };
}
