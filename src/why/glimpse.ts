import type { KindRef, KubeObject, ObjectKey } from '../api/kube-object.js';
import type { ResourceApi } from '../api/resource-api.js';
import { isForbidden, resourceName } from '../api/status-error.js';
import type { Cache, CacheChange } from '../client/client.js';
import { ObjectIndex } from '../client/object-index.js';
import { messageOf } from '../lib/errors.js';
import type { Unseen } from './link.js';

/** What an answer needs and whoever asks may not read; `cause` is the refusal of the API server. */
export class UnseenError extends Error {
  override readonly name = 'UnseenError';
  readonly kind: KindRef;
  readonly unseen: Unseen;

  constructor(kind: KindRef, namespace: string | undefined, cause: unknown) {
    const words = messageOf(cause).replace(/^.*? is forbidden: /, '');
    super(`could not look at ${resourceName(kind)}: ${words}`, { cause });
    this.kind = kind;
    const where = namespace === undefined ? {} : { namespace };
    this.unseen = { resource: resourceName(kind), ...where, message: words };
  }
}

/**
 * The objects of a kind, of one namespace or of all, as one list shows them: a cache that nothing is told to any more. One
 * whose list was refused throws UnseenError when it is looked into, and not before: what nobody asks for, nobody misses.
 */
export class Glimpse<T extends KubeObject> implements Cache<T> {
  readonly synced: Promise<void>;
  readonly #kind: KindRef<T>;
  readonly #namespace: string | undefined;
  readonly #objects = new ObjectIndex<T>();
  #isSynced = false;
  #revision = 0;
  #refusal: UnseenError | undefined;

  constructor(kind: KindRef<T>, namespace: string | undefined, api: Pick<ResourceApi, 'list'>) {
    this.#kind = kind;
    this.#namespace = namespace;
    this.synced = this.#fill(api);
    // Whoever does not wait for the list need not hear that it never came.
    this.synced.catch(() => {});
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Whether the list came, and was not refused. */
  get isSeen(): boolean {
    return this.#isSynced && this.#refusal === undefined;
  }

  get(key: ObjectKey): T | undefined {
    this.#mustShow(key.namespace);
    return this.#objects.get(key);
  }

  list(namespace?: string): readonly T[] {
    this.#mustShow(namespace);
    return this.#objects.list(namespace);
  }

  onChange(listener: (change: CacheChange<T>) => void): () => void {
    for (const after of this.list(this.#namespace)) listener({ before: undefined, after });
    return () => {};
  }

  async #fill(api: Pick<ResourceApi, 'list'>): Promise<void> {
    try {
      const { items, resourceVersion } = await api.list(this.#kind, this.#namespace);
      for (const item of items) this.#objects.put(item);
      this.#revision = Number(resourceVersion);
    } catch (error) {
      if (!isForbidden(error)) throw error;
      this.#refusal = new UnseenError(this.#kind, this.#namespace, error);
    }
    this.#isSynced = true;
  }

  #mustShow(namespace: string | undefined): void {
    if (this.#refusal !== undefined) throw this.#refusal;
    if (this.#namespace === undefined || this.#namespace === namespace) return;
    const asked = namespace === undefined ? 'all namespaces' : `namespace ${namespace}`;
    throw new Error(`${this.#kind.plural} of ${asked} are asked for, and of ${this.#namespace} were listed`);
  }
}
