import type { ResourceQuota } from '../../api/generated/core-v1.js';
import { isStoredForm } from '../../api/kinds/row.js';
import { type KindRow, kindRows, kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { noAmounts, sameAmounts } from '../../api/quota/amounts.js';
import { countsKind, shareOf } from '../../api/quota/index.js';
import { type Meter, meterOf } from '../../api/quota/meter.js';
import type { Cache, CacheChange, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import { ownKeys } from '../../reconcile/sources.js';
import type { QuotaFacts } from './facts.js';

interface CountedKind {
  readonly row: KindRow;
  readonly meter: Meter;
}

const countedKinds: readonly CountedKind[] = kindRows
  .filter((row) => row.namespaced && isStoredForm(row))
  .flatMap((row) => {
    const meter = meterOf(row);
    return meter === undefined ? [] : [{ row, meter }];
  });

/** The controller's view: all quotas, and the objects of a kind as soon as some quota counts them. */
export class QuotaWorld {
  readonly #client: Client;
  readonly #quotas: Cache<ResourceQuota>;
  readonly #opened = new Map<CountedKind, Cache<KubeObject>>();
  readonly #unsubscribe: (() => void)[] = [];
  #enqueue: (key: string) => void = () => {};

  constructor(client: Client) {
    this.#client = client;
    this.#quotas = client.cache(kinds.ResourceQuota);
  }

  /** Reads everything about one quota; undefined when there is none. */
  async observe(key: string): Promise<QuotaFacts | undefined> {
    const quota = this.#quotas.get(splitKey(key));
    if (quota === undefined) return undefined;
    const counted = countedKinds.filter(({ meter }) => countsKind(quota, meter));
    const caches = counted.map((one) => ({ kind: one.row, cache: this.#open(one) }));
    await Promise.all(caches.map(({ cache }) => cache.synced));
    const { namespace } = quota.metadata ?? {};
    return { quota, counted: caches.map(({ kind, cache }) => ({ kind, objects: cache.list(namespace) })) };
  }

  /** Whatever makes a quota's key worth another look. */
  sources(): readonly KeySource<string>[] {
    const counted: KeySource<string> = (enqueue) => {
      this.#enqueue = enqueue;
      return () => {
        for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
      };
    };
    return [ownKeys(this.#quotas), counted];
  }

  #open(kind: CountedKind): Cache<KubeObject> {
    const opened = this.#opened.get(kind);
    if (opened !== undefined) return opened;
    const cache = this.#client.cache<KubeObject>(kind.row);
    this.#opened.set(kind, cache);
    this.#unsubscribe.push(cache.onChange((change) => this.#changed(kind, change)));
    return cache;
  }

  #changed({ meter }: CountedKind, change: CacheChange<KubeObject>): void {
    const { namespace } = (change.after ?? change.before)?.metadata ?? {};
    for (const quota of this.#quotas.list(namespace)) {
      if (matters(quota, meter, change)) this.#enqueue(keyOf(quota));
    }
  }
}

/** Whether a change is one of what is taken of a quota; most changes of Pods are not. */
function matters(quota: ResourceQuota, meter: Meter, { before, after }: CacheChange<KubeObject>): boolean {
  if (!countsKind(quota, meter)) return false;
  if (before !== undefined && after !== undefined) {
    if (meter.changesAt?.(before) !== meter.changesAt?.(after)) return true;
  }
  // Before anything that time alone changes.
  const share = (object: KubeObject | undefined) =>
    object === undefined ? noAmounts : shareOf(quota, meter, { object, now: 0 });
  return !sameAmounts(share(before), share(after));
}
