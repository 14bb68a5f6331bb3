import type { ProcessId } from '../processes.js';

/** One step towards a machine on which nothing is left of a cluster but its state. */
export type Action =
  | { readonly type: 'signal'; readonly process: ProcessId; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly type: 'unmount'; readonly mountPoint: string }
  | { readonly type: 'remove-namespace' }
  | { readonly type: 'remove-cgroup'; readonly directory: string }
  | { readonly type: 'remove'; readonly file: string };
