import type { DaemonSet } from '../../api/generated/apps-v1.js';
import { type BackoffOptions, backoffMs } from '../../lib/backoff.js';

/** How often the set's Pod failed on a node and was deleted for it. */
export interface NodeFailures {
  readonly count: number;
  readonly lastMs: number;
}

const failedPods: BackoffOptions = { baseMs: 1000, maxMs: 900_000 };
/** A node that was quiet for so long starts again from the first wait. */
const forgottenAfterMs = 2 * failedPods.maxMs;

/** Milliseconds until a failed Pod may be deleted: at once the first time, then ever later. */
export function backoffLeftMs(failures: NodeFailures | undefined, nowMs: number): number {
  if (failures === undefined || isForgotten(failures, nowMs)) return 0;
  return Math.max(0, failures.lastMs + backoffMs(failedPods, failures.count - 1) - nowMs);
}

function isForgotten({ lastMs }: NodeFailures, nowMs: number): boolean {
  return nowMs - lastMs > forgottenAfterMs;
}

interface SetFailures {
  readonly generation: number | undefined;
  readonly nodes: Map<string, NodeFailures>;
}

/** Remembers on which nodes Pods failed, so that a Pod that its node refuses is not made again without a pause. */
export class FailureMemory {
  readonly #sets = new Map<string, SetFailures>();

  /** What is known of a set; a changed set begins anew. */
  of({ metadata }: DaemonSet): ReadonlyMap<string, NodeFailures> {
    const known = this.#sets.get(metadata?.uid ?? '');
    return known === undefined || known.generation !== metadata?.generation ? new Map() : known.nodes;
  }

  /** A failed Pod of the set was deleted on this node. */
  note(set: DaemonSet, node: string, nowMs: number): void {
    const nodes = new Map(this.of(set));
    const before = nodes.get(node);
    const count = before === undefined || isForgotten(before, nowMs) ? 0 : before.count;
    nodes.set(node, { count: count + 1, lastMs: nowMs });
    this.#sets.set(set.metadata?.uid ?? '', { generation: set.metadata?.generation, nodes });
  }

  /** The set is gone. */
  forget(uid: string): void {
    this.#sets.delete(uid);
  }
}
