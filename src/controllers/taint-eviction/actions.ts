import type { Pod } from '../../api/generated/core-v1.js';

/** The one deed: a Pod is told why it goes, and deleted. */
export interface EvictionAction {
  readonly type: 'evict';
  readonly pod: Pod;
  readonly at: string;
}

/** Names an action in a log line or an error. */
export function describeAction({ type, pod }: EvictionAction): string {
  return `${type} ${pod.metadata?.namespace}/${pod.metadata?.name}`;
}
