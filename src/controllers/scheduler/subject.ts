import type { Pod } from '../../api/generated/core-v1.js';
import { namedNodes } from '../../api/node-affinity.js';
import type { ClusterView } from './cluster-view.js';
import type { SchedulerFacts } from './facts.js';
import { type PodView, viewOfPod } from './pod-view.js';
import { type Spread, spreadsOf } from './spread.js';

/** The Pod that looks for a place, with all that is read from it once a pass. */
export interface Subject extends PodView {
  readonly view: ClusterView;
  readonly facts: SchedulerFacts;
  /** Spread constraints that must hold, and those that are preferences. */
  readonly hardSpreads: readonly Spread[];
  readonly softSpreads: readonly Spread[];
  /** The only nodes that are looked at, if the Pod names them. */
  readonly named: ReadonlySet<string> | undefined;
  /** Sums over the cluster as it stood at some version of the view. */
  readonly memo: Memo;
}

/** Remembers a sum for as long as the cluster view does not change. */
export class Memo {
  readonly #view: ClusterView;
  readonly #values = new Map<string, ReadonlyMap<string, number>>();
  #version = -1;

  constructor(view: ClusterView) {
    this.#view = view;
  }

  /** The sum under this key, computed unless it is known. */
  domains(key: string, compute: () => ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    if (this.#version !== this.#view.version) {
      this.#values.clear();
      this.#version = this.#view.version;
    }
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const computed = compute();
    this.#values.set(key, computed);
    return computed;
  }
}

/** Reads the Pod of a pass. */
export function subjectOf(facts: SchedulerFacts, pod: Pod = facts.pod): Subject {
  const spreads = spreadsOf(pod, facts.defaultSelector);
  return {
    ...viewOfPod(pod),
    view: facts.view,
    facts,
    hardSpreads: spreads.filter(({ isHard }) => isHard),
    softSpreads: spreads.filter(({ isHard }) => !isHard),
    named: namedNodes(pod),
    memo: new Memo(facts.view),
  };
}
