import type { Node, Pod } from '../../api/generated/core-v1.js';
import { NodeView } from './node-view.js';
import { type PodView, podKey, viewOfPod } from './pod-view.js';
import { StandingTerms, Tally } from './tallies.js';
import type { Labels } from './terms.js';

/** Questions that are kept counted; when there are more they are all forgotten, and counted again as they are asked. */
const mostTallies = 500;

/**
 * The nodes, and the Pods that are on them or are to come, kept in step by whoever feeds it changes, so that a pass need not
 * read the whole cluster. Planners only read it; what they try out (`attempt`) is undone before they return.
 */
export class ClusterView {
  readonly #nodes = new Map<string, NodeView>();
  readonly #placed = new Map<string, { readonly pod: PodView; readonly nodeName: string }>();
  readonly #nominated = new Map<string, { readonly pod: PodView; readonly nodeName: string }>();
  readonly #tallies = new Map<string, Tally>();
  readonly namespaces = new Map<string, Labels>();
  readonly standing = new StandingTerms();
  #sorted: readonly NodeView[] | undefined;
  #undo: (() => void)[] | undefined;
  /** Rises whenever a Pod or a node changes its place or shape. */
  version = 0;

  /** The nodes that exist, in the order of their names. */
  get nodes(): readonly NodeView[] {
    this.#sorted ??= [...this.#nodes.values()]
      .filter(({ node }) => node !== undefined)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return this.#sorted;
  }

  /** A node by name, if it exists. */
  node(name: string): NodeView | undefined {
    const found = this.#nodes.get(name);
    return found?.node === undefined ? undefined : found;
  }

  /** A Pod that is on a node, as the view has it. */
  shown(key: string): Pod | undefined {
    return this.#placed.get(key)?.pod.pod;
  }

  /** Every Pod that is on a node. */
  *placed(): Iterable<PodView> {
    for (const { pod } of this.#placed.values()) yield pod;
  }

  /** A Node came or changed. */
  setNode(node: Node): void {
    this.#slot(node.metadata?.name ?? '').node = node;
    this.#sorted = undefined;
    this.version += 1;
  }

  /** A Node went; Pods that are on it stay known. */
  removeNode(name: string): void {
    this.#slot(name).node = undefined;
    this.#sorted = undefined;
    this.version += 1;
    this.#dropEmpty(name);
  }

  /** A namespace came or changed: terms that select namespaces may mean other Pods now. */
  setNamespace(name: string, labels: Labels | undefined): void {
    if (labels === undefined) this.namespaces.delete(name);
    else this.namespaces.set(name, labels);
    this.#tallies.clear();
    this.version += 1;
  }

  /** A Pod came or changed: it takes its place where it is, or is to come, or nowhere. */
  setPod(pod: Pod): void {
    const view = viewOfPod(pod);
    this.removePod(view.key);
    const { nodeName } = pod.spec ?? {};
    if (nodeName) {
      this.place(view, nodeName);
      return;
    }
    const nominated = pod.status?.nominatedNodeName;
    if (!nominated) return;
    this.#nominated.set(view.key, { pod: view, nodeName: nominated });
    this.#slot(nominated).nominated.set(view.key, view);
    this.version += 1;
  }

  /** A Pod changed in nothing that counts: what is kept of it is as new as it is. False when it is on no node. */
  refresh(pod: Pod): boolean {
    const key = podKey(pod);
    const found = this.#placed.get(key);
    if (found === undefined) return false;
    const view = { ...found.pod, pod };
    this.#placed.set(key, { pod: view, nodeName: found.nodeName });
    this.#nodes.get(found.nodeName)?.pods.set(key, view);
    return true;
  }

  /** A Pod went, or has ended and takes up nothing any more. */
  removePod(key: string): void {
    this.lift(key);
    const awaited = this.#nominated.get(key);
    if (awaited === undefined) return;
    this.#nominated.delete(key);
    this.#nodes.get(awaited.nodeName)?.nominated.delete(key);
    this.version += 1;
    this.#dropEmpty(awaited.nodeName);
  }

  /** Puts a Pod on a node. */
  place(pod: PodView, nodeName: string): void {
    this.#placed.set(pod.key, { pod, nodeName });
    this.#slot(nodeName).put(pod);
    this.#count(pod, nodeName, 1);
    this.#undo?.push(() => this.lift(pod.key));
  }

  /** Takes a Pod off its node. */
  lift(key: string): void {
    const found = this.#placed.get(key);
    if (found === undefined) return;
    const { pod, nodeName } = found;
    this.#placed.delete(key);
    this.#nodes.get(nodeName)?.take(pod);
    this.#count(pod, nodeName, -1);
    this.#undo?.push(() => this.place(pod, nodeName));
    this.#dropEmpty(nodeName);
  }

  /** Lets `body` place and lift Pods to see what would be, and undoes all of it; may be nested. */
  attempt<Result>(body: () => Result): Result {
    const outer = this.#undo;
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      return body();
    } finally {
      this.#undo = undefined;
      for (const step of undo.reverse()) step();
      this.#undo = outer;
    }
  }

  /** How many Pods `test` holds for, by node; `key` tells questions apart, and the same key must ask the same. */
  tally(key: string, test: (pod: Pod) => boolean): ReadonlyMap<string, number> {
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      if (this.#tallies.size >= mostTallies) this.#tallies.clear();
      tally = new Tally(test);
      for (const { pod, nodeName } of this.#placed.values()) tally.count(pod, nodeName, 1);
      this.#tallies.set(key, tally);
    }
    return tally.byNode;
  }

  #count(pod: PodView, nodeName: string, times: number): void {
    this.version += 1;
    this.standing.count(pod, nodeName, times);
    for (const tally of this.#tallies.values()) tally.count(pod, nodeName, times);
  }

  #slot(name: string): NodeView {
    const found = this.#nodes.get(name);
    if (found !== undefined) return found;
    const made = new NodeView(name);
    this.#nodes.set(name, made);
    return made;
  }

  #dropEmpty(name: string): void {
    const slot = this.#nodes.get(name);
    if (slot?.node === undefined && slot?.pods.size === 0 && slot.nominated.size === 0) {
      this.#nodes.delete(name);
    }
  }
}
