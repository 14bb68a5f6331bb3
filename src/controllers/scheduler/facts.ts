import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';

/** All that a pass over one Pod looks at. */
export interface SchedulerFacts {
  readonly pod: Pod;
  readonly nodes: readonly Node[];
  /** Pods that are on a node and have not ended. */
  readonly placed: readonly Pod[];
  /** The claims of the Pod's namespace that it names. */
  readonly claims: readonly PersistentVolumeClaim[];
  readonly volumes: readonly PersistentVolume[];
  readonly classes: readonly StorageClass[];
}
