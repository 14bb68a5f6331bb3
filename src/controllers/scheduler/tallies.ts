import type { Pod } from '../../api/generated/core-v1.js';
import type { PodView } from './pod-view.js';
import type { Term } from './terms.js';

/** Counts, node by node, the Pods that some question is about; kept up to date as Pods come and go. */
export class Tally {
  readonly byNode = new Map<string, number>();
  readonly #test: (pod: Pod) => boolean;

  constructor(test: (pod: Pod) => boolean) {
    this.#test = test;
  }

  count(pod: PodView, nodeName: string, times: number): void {
    if (this.#test(pod.pod)) bump(this.byNode, nodeName, times);
  }
}

/** How a term of Pods that are placed already weighs for one that comes: `against` forbids, the rest is a preference. */
export interface StandingTerm {
  readonly term: Term;
  readonly against: boolean;
  /** What one Pod with this term adds to the score of nodes in its domain. */
  readonly weight: number;
  /** Pods with this term, by node. */
  readonly byNode: Map<string, number>;
}

/** A required affinity term draws others near with this weight, as the default profile has it. */
const hardAffinityWeight = 1;

/** The terms of placed Pods, those that mean the same kept once. */
export class StandingTerms {
  readonly #terms = new Map<string, StandingTerm>();

  values(): Iterable<StandingTerm> {
    return this.#terms.values();
  }

  get isEmpty(): boolean {
    return this.#terms.size === 0;
  }

  count({ terms }: PodView, nodeName: string, times: number): void {
    for (const term of terms.antiAffinity) this.#bump({ term, against: true, weight: 0 }, nodeName, times);
    for (const term of terms.affinity) {
      this.#bump({ term, against: false, weight: hardAffinityWeight }, nodeName, times);
    }
    for (const term of terms.preferred) {
      this.#bump({ term, against: false, weight: term.weight }, nodeName, times);
    }
    for (const term of terms.avoided) {
      this.#bump({ term, against: false, weight: -term.weight }, nodeName, times);
    }
  }

  #bump(what: Omit<StandingTerm, 'byNode'>, nodeName: string, times: number): void {
    const key = `${what.against}:${what.weight}:${what.term.key}`;
    let standing = this.#terms.get(key);
    if (standing === undefined) {
      standing = { ...what, byNode: new Map() };
      this.#terms.set(key, standing);
    }
    bump(standing.byNode, nodeName, times);
    if (standing.byNode.size === 0) this.#terms.delete(key);
  }
}

function bump(counts: Map<string, number>, key: string, times: number): void {
  const sum = (counts.get(key) ?? 0) + times;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}
