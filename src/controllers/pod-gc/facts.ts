import type { Node, Pod } from '../../api/generated/core-v1.js';

/** A Pod, and its node if that exists. */
export interface PodFacts {
  readonly subject: 'pod';
  readonly pod: Pod;
  readonly node: Node | undefined;
  /** Since when the node has been missed; milliseconds since the epoch. */
  readonly missedMs: number | undefined;
}

/** All Pods that have ended. */
export interface EndedFacts {
  readonly subject: 'ended';
  readonly pods: readonly Pod[];
}

/** What a pass looks at: one Pod, or all that have ended. */
export type PodGcFacts = PodFacts | EndedFacts;

/** How long a node may be missed before its Pods are taken for lost: it may only not have been listed yet. */
export const quarantineMs = 40_000;

/** Kubernetes' terminated-pod-gc-threshold. */
export const mostEnded = 12_500;
