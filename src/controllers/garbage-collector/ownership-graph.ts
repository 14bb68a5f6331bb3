import { semanticEqual } from '../../api/deep.js';
import type { KindRow } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import type { CacheChange } from '../../client/client.js';
import type { Item } from './facts.js';

type Listener = (uid: string) => void;

/** Who owns whom, by uid: kept up to date from every cache of the collector. */
export class OwnershipGraph {
  readonly #items = new Map<string, Item>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #listeners = new Set<Listener>();

  get(uid: string): Item | undefined {
    return this.#items.get(uid);
  }

  /** The objects that name this uid as an owner. */
  dependentsOf(uid: string): readonly Item[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((dependent) => this.#items.get(dependent) ?? []);
  }

  /** Calls `listener` with the uid of every object that is worth a look; returns the way to stop. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    for (const uid of this.#items.keys()) listener(uid);
    return () => this.#listeners.delete(listener);
  }

  /** Takes in a change of a cache. */
  apply(kind: KindRow, { before, after }: CacheChange<KubeObject>): void {
    const was = before?.metadata?.uid;
    const is = after?.metadata?.uid;
    if (before !== undefined && was !== undefined && was !== is) this.#remove(was, before);
    if (after !== undefined && is !== undefined)
      this.#put({ kind, object: after }, was === is ? before : undefined);
  }

  #put(item: Item, before: KubeObject | undefined): void {
    const uid = item.object.metadata?.uid ?? '';
    this.#items.set(uid, item);
    if (!concernsOwnership(before, item.object)) return;
    const former = ownersOf(before);
    const present = ownersOf(item.object);
    for (const owner of former) if (!present.has(owner)) this.#unlink(owner, uid);
    for (const owner of present) this.#link(owner, uid);
    this.#tell(uid, ...former, ...(this.#dependents.get(uid) ?? []));
  }

  #remove(uid: string, object: KubeObject): void {
    this.#items.delete(uid);
    const owners = ownersOf(object);
    for (const owner of owners) this.#unlink(owner, uid);
    this.#tell(...owners, ...(this.#dependents.get(uid) ?? []));
  }

  #link(owner: string, dependent: string): void {
    const dependents = this.#dependents.get(owner) ?? new Set();
    this.#dependents.set(owner, dependents.add(dependent));
  }

  #unlink(owner: string, dependent: string): void {
    const dependents = this.#dependents.get(owner);
    dependents?.delete(dependent);
    if (dependents?.size === 0) this.#dependents.delete(owner);
  }

  #tell(...uids: readonly string[]): void {
    for (const listener of this.#listeners) for (const uid of uids) listener(uid);
  }
}

function ownersOf(object: KubeObject | undefined): ReadonlySet<string> {
  return new Set((object?.metadata?.ownerReferences ?? []).map((reference) => reference.uid));
}

/** Most writes touch neither owners nor finalizers nor the deletion mark: they are nothing to the collector. */
function concernsOwnership(before: KubeObject | undefined, after: KubeObject): boolean {
  if (before === undefined) return true;
  const [old, fresh] = [before.metadata, after.metadata];
  return (
    old?.deletionTimestamp !== fresh?.deletionTimestamp ||
    !semanticEqual(old?.finalizers, fresh?.finalizers) ||
    !semanticEqual(old?.ownerReferences, fresh?.ownerReferences)
  );
}
