import type { KubeObject, ObjectKey } from '../api/kube-object.js';
import type { CacheChange } from './client.js';

/** Objects by namespace and name; the lists that it gives are made once and kept until something in them changes. */
export class ObjectIndex<T extends KubeObject> {
  readonly #namespaces = new Map<string, Map<string, T>>();
  readonly #lists = new Map<string, readonly T[]>();
  #all: readonly T[] | undefined;

  get(key: ObjectKey): T | undefined {
    return this.#namespaces.get(key.namespace ?? '')?.get(key.name);
  }

  /** All objects, or those of one namespace. */
  list(namespace?: string): readonly T[] {
    if (namespace === undefined) {
      this.#all ??= [...this.#namespaces.values()].flatMap((objects) => [...objects.values()]);
      return this.#all;
    }
    const kept = this.#lists.get(namespace);
    if (kept !== undefined) return kept;
    const objects = this.#namespaces.get(namespace);
    if (objects === undefined) return [];
    const list = [...objects.values()];
    this.#lists.set(namespace, list);
    return list;
  }

  /** Puts an object in its place; returns the one that stood there. */
  put(object: T): T | undefined {
    const { namespace, name } = placeOf(object);
    const objects = this.#namespaces.get(namespace) ?? new Map<string, T>();
    const before = objects.get(name);
    this.#namespaces.set(namespace, objects.set(name, object));
    this.#forgetLists(namespace);
    return before;
  }

  /** Takes the object of this name away; returns the one that stood there. */
  remove(object: T): T | undefined {
    const { namespace, name } = placeOf(object);
    const objects = this.#namespaces.get(namespace);
    const before = objects?.get(name);
    if (objects === undefined || before === undefined) return undefined;
    objects.delete(name);
    if (objects.size === 0) this.#namespaces.delete(namespace);
    this.#forgetLists(namespace);
    return before;
  }

  /** Takes over a whole list and gives the differences, one by one as they are made. */
  *replaceAll(items: readonly T[]): Iterable<CacheChange<T>> {
    const gone = new Set(this.list());
    for (const after of items) {
      const before = this.put(after);
      if (before !== undefined) gone.delete(before);
      const isSame =
        before !== undefined && before.metadata?.resourceVersion === after.metadata?.resourceVersion;
      if (!isSame) yield { before, after };
    }
    for (const before of gone) {
      this.remove(before);
      yield { before, after: undefined };
    }
  }

  #forgetLists(namespace: string): void {
    this.#lists.delete(namespace);
    this.#all = undefined;
  }
}

function placeOf(object: KubeObject): { readonly namespace: string; readonly name: string } {
  return { namespace: object.metadata?.namespace ?? '', name: object.metadata?.name ?? '' };
}
