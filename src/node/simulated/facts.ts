import type { Node, Pod } from '../../api/generated/core-v1.js';
import type { Sandbox } from './paper-runtime.js';

/** A Pod of this node and what runs of it, on paper. */
export interface PodFacts {
  readonly subject: 'pod';
  readonly pod: Pod;
  readonly sandbox: Sandbox | undefined;
  /** The address of the node. */
  readonly hostIP: string;
  readonly defaults: PodDelays;
  /** The node cannot be reached: it neither hears nor says anything. */
  readonly isLost: boolean;
}

/** The Node object. */
export interface NodeFacts {
  readonly subject: 'node';
  readonly node: Node | undefined;
  readonly wanted: Node;
  readonly isLost: boolean;
  /** Whether the Node was there before. */
  readonly wasRegistered: boolean;
  /** When it last said that it is there; milliseconds since the epoch. */
  readonly renewedMs: number;
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
  /** How many times faster than told all Pods live, back-off included; 1 unless given. */
  readonly speed?: number;
}
