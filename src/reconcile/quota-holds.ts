import type { ResourceQuota } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { hasRoomFor, type Refused, refusedIn } from '../api/quota/refused.js';
import { StatusError } from '../api/status-error.js';
import type { Cache, CacheChange, Client } from '../client/client.js';
import type { KeySource } from './contract.js';
import type { Holds } from './holds.js';
import { splitKey } from './keys.js';

/**
 * Keys, `namespace/name`, that a ResourceQuota holds back. Each is fed again as soon as that quota has room for what it
 * refused: by then the key's back-off may have grown long. Quotas are followed from the first refusal on, not before.
 */
export class QuotaHolds implements Holds<string> {
  readonly #client: Client;
  readonly #refused = new Map<string, Refused>();
  #quotas: Cache<ResourceQuota> | undefined;
  #enqueue: ((key: string) => void) | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  readonly source: KeySource<string> = (enqueue) => {
    this.#enqueue = enqueue;
    return () => {
      this.#enqueue = undefined;
      this.#unsubscribe?.();
    };
  };

  failed(key: string, error: unknown): void {
    const refused = refusalIn(error);
    if (refused === undefined) {
      this.#refused.delete(key);
      return;
    }
    this.#refused.set(key, refused);
    this.#follow();
  }

  succeeded(key: string): void {
    this.#refused.delete(key);
  }

  #follow(): void {
    if (this.#quotas !== undefined || this.#enqueue === undefined) return;
    this.#quotas = this.#client.cache(kinds.ResourceQuota);
    this.#unsubscribe = this.#quotas.onChange((change) => this.#changed(change));
  }

  #changed({ before, after }: CacheChange<ResourceQuota>): void {
    const { namespace, name } = (after ?? before)?.metadata ?? {};
    for (const [key, refused] of this.#refused) {
      if (refused.quota !== name || splitKey(key).namespace !== namespace) continue;
      if (hasRoomFor(refused, after)) this.#enqueue?.(key);
    }
  }
}

/** What a quota refused, however the error was wrapped on its way. */
function refusalIn(error: unknown): Refused | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof StatusError) return cause.code === 403 ? refusedIn(cause.message) : undefined;
  }
  return undefined;
}
