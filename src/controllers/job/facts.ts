import type { Job } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';

/** How one Pod of a Job ended; kept beyond the Pod, since a failed Pod that is deleted still counts for the back-off. */
export interface PodEnd {
  readonly uid: string;
  readonly failed: boolean;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

/** All that a pass over one Job looks at. */
export interface JobFacts {
  /** Undefined when the Job is gone and only its Pods are left. */
  readonly job: Job | undefined;
  /** Pods of the namespace that the Job owns or selects. */
  readonly pods: readonly Pod[];
  /** Pods that a Job of this name, now gone, still holds by its finalizer. */
  readonly strays: readonly Pod[];
  /** How the Job's Pods ended, as far as it was seen. */
  readonly ends: readonly PodEnd[];
}
