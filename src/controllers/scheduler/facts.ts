import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget } from '../../api/generated/policy-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';
import type { Selector } from '../../api/selectors.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { ClusterView } from './cluster-view.js';

/** All that a pass over one Pod looks at. */
export interface SchedulerFacts {
  readonly pod: Pod;
  /** Nodes, and the Pods that take up room on them; planners leave it as they find it. */
  readonly view: ClusterView;
  /** The claims of the Pod's namespace that it names. */
  readonly claims: readonly PersistentVolumeClaim[];
  readonly volumes: readonly PersistentVolume[];
  readonly classes: readonly StorageClass[];
  readonly budgets: readonly PodDisruptionBudget[];
  /** Selects the Pods of the same set and Services, which are spread by default. */
  readonly defaultSelector?: Selector | undefined;
  /** Chooses among equally good nodes: 0 up to, not including, 1. */
  readonly tieBreak: number;
  /** Set while a Pod that found no place has to wait before it is looked at again. */
  readonly held?: { readonly forMs: number; readonly waiting: Waiting } | undefined;
}

/** The scheduler that Pods name when they name none. */
export const schedulerName = 'default-scheduler';
