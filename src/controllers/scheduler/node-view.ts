import type { Node, Taint } from '../../api/generated/core-v1.js';
import { type Amounts, addAmounts, amountsOf } from './amounts.js';
import type { PodView } from './pod-view.js';
import { hardTaints } from './taints.js';

/** A node with what is on it. The cluster view alone changes it. */
export class NodeView {
  readonly name: string;
  readonly pods = new Map<string, PodView>();
  /** Pods that are to come here, once others have made room or their volumes are bound. */
  readonly nominated = new Map<string, PodView>();
  readonly requested = new Map<string, number>();
  readonly assumed = new Map<string, number>();
  #node: Node | undefined;
  #allocatable: Amounts = new Map();
  #taints: readonly Taint[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** The Node; undefined when Pods name one that does not exist. */
  get node(): Node | undefined {
    return this.#node;
  }

  set node(node: Node | undefined) {
    this.#node = node;
    this.#allocatable = amountsOf(node?.status?.allocatable);
    this.#taints = node === undefined ? [] : hardTaints(node);
  }

  get labels(): Readonly<Record<string, string>> {
    return this.#node?.metadata?.labels ?? {};
  }

  get allocatable(): Amounts {
    return this.#allocatable;
  }

  /** Taints that keep Pods away. */
  get taints(): readonly Taint[] {
    return this.#taints;
  }

  put(pod: PodView): void {
    this.pods.set(pod.key, pod);
    addAmounts(this.requested, pod.requests);
    addAmounts(this.assumed, pod.assumed);
  }

  take(pod: PodView): void {
    this.pods.delete(pod.key);
    addAmounts(this.requested, pod.requests, -1);
    addAmounts(this.assumed, pod.assumed, -1);
  }
}
