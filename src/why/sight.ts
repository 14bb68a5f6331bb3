import type { KindRef, KubeObject, ObjectKey } from '../api/kube-object.js';
import type { ResourceApi } from '../api/resource-api.js';
import { isForbidden, isNotFound } from '../api/status-error.js';
import { Glimpse, UnseenError } from './glimpse.js';

/** What an explanation reads through. */
export type ReadApi = Pick<ResourceApi, 'get' | 'list'>;

/** All that was read for one question: every list and every object once, as far as the rights of whoever asks go. */
export class Sight {
  readonly #api: ReadApi;
  readonly #lists = new Map<string, Glimpse<KubeObject>>();
  readonly #objects = new Map<string, Promise<KubeObject | undefined>>();

  constructor(api: ReadApi) {
    this.#api = api;
  }

  /** The objects of a kind in one namespace; without one, in all. */
  list<T extends KubeObject>(kind: KindRef<T>, namespace?: string): Glimpse<T> {
    const where = kind.namespaced ? namespace : undefined;
    const kept = this.#listed(kind, where);
    if (kept !== undefined) return kept;
    const made = new Glimpse(kind, where, this.#api);
    this.#lists.set(listId(kind, where), made);
    return made;
  }

  /** One object, or undefined when there is none. Throws UnseenError when it may not be read. */
  async get<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey): Promise<T | undefined> {
    const listed = this.#listed(kind, key.namespace);
    await listed?.synced;
    if (listed?.isSeen === true) return listed.get(key);
    const id = `${listId(kind, key.namespace)}/${key.name}`;
    // Objects are filed under their kind, so the one found there is of the kind's type; the map cannot say that.
    const kept = this.#objects.get(id) as Promise<T | undefined> | undefined;
    if (kept !== undefined) return kept;
    const read = this.#read(kind, key);
    this.#objects.set(id, read);
    return read;
  }

  async #read<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey): Promise<T | undefined> {
    try {
      return await this.#api.get(kind, key);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (!isForbidden(error)) throw error;
      // Rights to list without those to get are rare, and enough.
      const all = this.list(kind, key.namespace);
      await all.synced;
      if (all.isSeen) return all.get(key);
      throw new UnseenError(kind, key.namespace, error);
    }
  }

  #listed<T extends KubeObject>(kind: KindRef<T>, namespace: string | undefined): Glimpse<T> | undefined {
    const everywhere = this.#lists.get(listId(kind, undefined));
    const found = everywhere?.isSeen === true ? everywhere : this.#lists.get(listId(kind, namespace));
    // As above.
    return found as Glimpse<T> | undefined;
  }
}

function listId({ group, plural }: KindRef, namespace: string | undefined): string {
  return `${group}/${plural}/${namespace ?? ''}`;
}
