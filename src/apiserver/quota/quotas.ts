import { deepEqual } from '../../api/deep.js';
import { isStoredForm } from '../../api/kinds/row.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { refusalOf } from '../../api/quota/index.js';
import { meterOf } from '../../api/quota/meter.js';
import { forbidden } from '../../api/status-error.js';
import type { Clock } from '../../lib/clock.js';
import type { Entry, Store, StoreWatch } from '../../store/store.js';
import { decode } from '../registry/codec.js';
import { prefixOf, type Resource, type ResourceTable } from '../registry/resources.js';
import { Account } from './account.js';

/** What the quotas of a server are read from. */
export interface QuotaDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly resources: ResourceTable;
}

/** A write that may take of the quotas of its Namespace. */
export interface Claim {
  readonly resource: Resource;
  readonly key: string;
  readonly object: KubeObject;
  /** The version that stands there; undefined for a creation. */
  readonly old: KubeObject | undefined;
}

/** What a write holds of the quotas until it is stored or has failed. */
export interface Hold {
  release(): void;
}

interface NamespaceQuotas {
  /** By the keys of the quotas. An account is opened at the first write that is asked about. */
  readonly quotas: Map<string, { readonly entry: Entry; account: Account | undefined }>;
  /** Objects on their way to the store, by their keys. */
  readonly onTheWay: Map<string, readonly KubeObject[]>;
}

/**
 * Keeps what is taken of every quota in step with the store, and asks and takes in one step: no other write comes between.
 * Where there are no quotas nothing is kept and nothing is watched but the quotas themselves.
 */
export class Quotas {
  readonly #deps: QuotaDeps;
  readonly #namespaces = new Map<string, NamespaceQuotas>();
  /** Watches of the kinds that some quota counts, by prefix. */
  readonly #watches = new Map<string, StoreWatch>();

  constructor(deps: QuotaDeps) {
    this.#deps = deps;
    const own = deps.resources.find(kinds.ResourceQuota);
    if (own === undefined) return;
    const page = deps.store.range(own.prefix);
    for (const entry of page.entries) this.#learn(own, entry.key, entry);
    deps.store.watch(own.prefix, page.revision, ({ key, entry }) => this.#learn(own, key, entry));
  }

  /** Takes what a write needs, or throws what the first quota says that does not allow it; undefined where no quota is asked. */
  take({ resource, key, object, old }: Claim): Hold | undefined {
    const place = this.#namespaces.get(object.metadata?.namespace ?? '');
    if (place === undefined) return undefined;
    const meter = meterOf(resource.kind);
    if (meter === undefined || (old !== undefined && !meter.limitsUpdates)) return undefined;
    const now = this.#deps.clock.now();
    for (const account of this.#accountsOf(place, resource)) {
      const used = account.used(now);
      const refusal = refusalOf(account.quota, meter, { object, old, used, now });
      if (refusal !== undefined) throw forbidden(resource.kind, object.metadata?.name ?? '', refusal);
    }
    const { onTheWay } = place;
    onTheWay.set(key, [...(onTheWay.get(key) ?? []), object]);
    this.#recount(place, resource, key);
    return { release: () => this.#release(place, { resource, key, object, old }) };
  }

  #release(place: NamespaceQuotas, { resource, key, object }: Claim): void {
    const others = (place.onTheWay.get(key) ?? []).filter((other) => other !== object);
    if (others.length === 0) place.onTheWay.delete(key);
    else place.onTheWay.set(key, others);
    this.#recount(place, resource, key);
  }

  #recount({ quotas }: NamespaceQuotas, resource: Resource, key: string): void {
    for (const { account } of quotas.values()) {
      const meter = account?.meterOf(resource);
      if (meter !== undefined) account?.count(key, meter, this.#deps.clock.now());
    }
  }

  /** The accounts of the quotas that count a kind, by name, as Kubernetes asks them. */
  #accountsOf(place: NamespaceQuotas, resource: Resource): readonly Account[] {
    const sorted = [...place.quotas].sort(([a], [b]) => (a < b ? -1 : 1));
    return sorted
      .map(([, one]) => {
        one.account ??= this.#open(place, one.entry);
        return one.account;
      })
      .filter((account) => account.meterOf(resource) !== undefined);
  }

  #open({ onTheWay }: NamespaceQuotas, entry: Entry): Account {
    const { store, clock, resources } = this.#deps;
    const quota = decode(entry, kinds.ResourceQuota);
    const account = new Account(quota, (key) => {
      const stored = store.get(key);
      return [...(stored === undefined ? [] : [decode(stored)]), ...(onTheWay.get(key) ?? [])];
    });
    for (const resource of resources.all) {
      if (!resource.kind.namespaced || !isStoredForm(resource.kind)) continue;
      const meter = account.meterOf(resource);
      if (meter === undefined) continue;
      this.#watch(resource);
      const prefix = prefixOf(resource, quota.metadata?.namespace);
      const coming = [...onTheWay.keys()].filter((key) => key.startsWith(prefix));
      const there = store.range(prefix).entries.map(({ key }) => key);
      for (const key of new Set([...there, ...coming])) account.count(key, meter, clock.now());
    }
    return account;
  }

  #watch(resource: Resource): void {
    const { prefix } = resource;
    if (this.#watches.has(prefix)) return;
    const { store } = this.#deps;
    const watch = store.watch(prefix, store.revision, ({ key }) => {
      const place = this.#namespaces.get(key.slice(prefix.length, key.indexOf('/', prefix.length)));
      if (place !== undefined) this.#recount(place, resource, key);
    });
    this.#watches.set(prefix, watch);
  }

  #learn({ prefix }: Resource, key: string, entry: Entry | undefined): void {
    const namespace = key.slice(prefix.length, key.indexOf('/', prefix.length));
    const place = this.#namespaces.get(namespace) ?? { quotas: new Map(), onTheWay: new Map() };
    if (entry === undefined) place.quotas.delete(key);
    else if (!this.#isKnown(place, key, entry)) place.quotas.set(key, { entry, account: undefined });
    if (place.quotas.size > 0) this.#namespaces.set(namespace, place);
    else this.#namespaces.delete(namespace);
    if (this.#namespaces.size > 0) return;
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
  }

  /** Most changes of a quota are of its status, which is not what is counted by. */
  #isKnown({ quotas }: NamespaceQuotas, key: string, entry: Entry): boolean {
    const known = quotas.get(key);
    if (known === undefined) return false;
    const { metadata, spec } = decode(known.entry, kinds.ResourceQuota);
    const next = decode(entry, kinds.ResourceQuota);
    return next.metadata?.uid === metadata?.uid && deepEqual(next.spec, spec);
  }
}
