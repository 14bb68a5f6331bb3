/** As much of the API as the client's own tests need, straight over a store; the real server is tested in `apiserver`. */
import { apiVersionOf, type KindRef, type KubeObject, type ObjectKey } from '../api/kube-object.js';
import type {
  ListOptions,
  ObjectList,
  PatchRequest,
  ResourceApi,
  Watch,
  WatchEvent,
  WatchOptions,
} from '../api/resource-api.js';
import { alreadyExists, conflict, expired, notFound } from '../api/status-error.js';
import { deepFreeze } from '../lib/deep-freeze.js';
import { deferred } from '../lib/deferred.js';
import {
  type Change,
  ConflictError,
  type Encoded,
  type Entry,
  type Store,
  TooOldError,
} from '../store/store.js';

/** An API over a store; `cutWatches` ends all watches as a server does that goes away. */
export class MemoryApi implements ResourceApi {
  readonly store: Store;
  /** What the next calls fail with, the first one first. */
  readonly failures: Error[] = [];
  lists = 0;
  readonly #watches = new Set<() => void>();
  #uids = 0;

  constructor(store: Store) {
    this.store = store;
  }

  cutWatches(): void {
    for (const cut of [...this.#watches]) cut();
  }

  async get<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey): Promise<T> {
    return decode<T>(this.#entry(kind, key));
  }

  async list<T extends KubeObject>(
    kind: KindRef<T>,
    namespace: string | undefined,
    _options?: ListOptions,
  ): Promise<ObjectList<T>> {
    this.lists += 1;
    this.#fail();
    const page = this.store.range(prefixOf(kind, namespace));
    return { items: page.entries.map(decode<T>), resourceVersion: `${page.revision}` };
  }

  async create<T extends KubeObject>(kind: KindRef<T>, object: T): Promise<T> {
    this.#fail();
    this.#uids += 1;
    const named = { ...object, metadata: { uid: `uid-${this.#uids}`, ...object.metadata } };
    const name = object.metadata?.name ?? '';
    return this.store
      .put(keyText(kind, { ...object.metadata, name }), encoder(kind, named), { absent: true })
      .then(decode<T>, (error) => {
        throw error instanceof ConflictError ? alreadyExists(kind, name) : error;
      });
  }

  async update<T extends KubeObject>(kind: KindRef<T>, object: T): Promise<T> {
    this.#fail();
    const name = object.metadata?.name ?? '';
    const key = { ...object.metadata, name };
    const revision = Number(object.metadata?.resourceVersion ?? this.#entry(kind, key).revision);
    return this.store
      .put(keyText(kind, key), encoder(kind, object), { revision })
      .then(decode<T>, (error) => {
        throw error instanceof ConflictError ? conflict(kind, name) : error;
      });
  }

  async updateSub<T extends KubeObject>(kind: KindRef<T>, object: T): Promise<T> {
    return this.update(kind, object);
  }

  async patch<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey, { body }: PatchRequest): Promise<T> {
    this.#fail();
    const current = await this.get(kind, key);
    const { metadata, ...rest }: KubeObject = JSON.parse(JSON.stringify(body));
    if (metadata?.uid !== undefined && metadata.uid !== current.metadata?.uid) throw conflict(kind, key.name);
    return this.update(kind, { ...current, ...rest });
  }

  async delete<T extends KubeObject>(kind: KindRef<T>, key: ObjectKey): Promise<T> {
    this.#fail();
    const entry = this.#entry(kind, key);
    const last = decode<T>(entry);
    await this.store.delete(entry.key, { revision: entry.revision }, encoder(kind, last));
    return last;
  }

  async createSub(): Promise<KubeObject> {
    throw new Error('not in this fixture');
  }

  async deleteCollection(): Promise<void> {
    throw new Error('not in this fixture');
  }

  watch<T extends KubeObject>(
    kind: KindRef<T>,
    namespace: string | undefined,
    ...[options, listener]: [WatchOptions, (event: WatchEvent<T>) => void]
  ): Watch {
    const closed = deferred();
    closed.promise.catch(() => {});
    const stop = this.#start({ prefix: prefixOf(kind, namespace), options, onEnd: closed }, (change) =>
      listener(eventOf<T>(change)),
    );
    return { stop, closed: closed.promise };
  }

  #start(
    {
      prefix,
      options,
      onEnd,
    }: {
      readonly prefix: string;
      readonly options: WatchOptions;
      readonly onEnd: ReturnType<typeof deferred<void>>;
    },
    listener: (change: Change) => void,
  ): () => void {
    try {
      this.#fail();
      const watch = this.store.watch(prefix, Number(options.resourceVersion), listener);
      const end = (): void => {
        watch.stop();
        this.#watches.delete(end);
        onEnd.resolve();
      };
      this.#watches.add(end);
      return end;
    } catch (error) {
      onEnd.reject(error instanceof TooOldError ? expired(error.message) : error);
      return () => {};
    }
  }

  #entry(kind: KindRef, key: ObjectKey): Entry {
    const entry = this.store.get(keyText(kind, key));
    if (entry === undefined) throw notFound(kind, key.name);
    return entry;
  }

  #fail(): void {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
  }
}

function prefixOf(kind: KindRef, namespace: string | undefined): string {
  return `${kind.plural}/${namespace === undefined ? '' : `${namespace}/`}`;
}

function keyText(kind: KindRef, key: ObjectKey): string {
  return `${prefixOf(kind, key.namespace)}${key.name}`;
}

function encoder(kind: KindRef, object: KubeObject): (revision: number) => Encoded {
  return (revision) => {
    const metadata = { ...object.metadata, resourceVersion: `${revision}` };
    const decoded = deepFreeze({ apiVersion: apiVersionOf(kind), kind: kind.kind, ...object, metadata });
    return { value: Buffer.from(JSON.stringify(decoded)), decoded };
  };
}

function decode<T extends KubeObject>(entry: Entry): T {
  const object: T = JSON.parse(Buffer.from(entry.value).toString());
  return deepFreeze(object);
}

function eventOf<T extends KubeObject>(change: Change): WatchEvent<T> {
  const entry = change.entry ?? change.previous;
  if (entry === undefined) throw new Error('a change without versions');
  const type = change.type === 'delete' ? 'DELETED' : change.previous === undefined ? 'ADDED' : 'MODIFIED';
  return { type, object: decode<T>(entry) };
}
