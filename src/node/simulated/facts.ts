import type { Node, Pod } from '../../api/generated/core-v1.js';
import type { Sandbox } from './paper-runtime.js';

/** A Pod of this node and what runs of it, on paper. */
export interface PodFacts {
  readonly subject: 'pod';
  readonly pod: Pod;
  readonly sandbox: Sandbox | undefined;
  readonly defaults: PodDelays;
}

/** The Node object. */
export interface NodeFacts {
  readonly subject: 'node';
  readonly node: Node | undefined;
  readonly wanted: Node;
}

/** What a pass looks at: one Pod or the Node itself. */
export type SimulatedFacts = PodFacts | NodeFacts;

/** How long Pods take that say nothing themselves; milliseconds. */
export interface PodDelays {
  /** From being seen to having containers. */
  readonly startMs: number;
  /** From running to ready. */
  readonly readyMs: number;
  /** From being told to stop to being gone. */
  readonly stopMs: number;
}
