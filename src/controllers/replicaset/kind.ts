import type { ReplicaSet, ReplicaSetStatus } from '../../api/generated/apps-v1.js';
import type { PodTemplateSpec, ReplicationController } from '../../api/generated/core-v1.js';
import type { LabelSelector } from '../../api/generated/meta-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KindRef, KubeObject } from '../../api/kube-object.js';

/** An object that asks for a number of equal Pods: what both kinds have in common. */
export interface Replicated extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly template?: PodTemplateSpec;
  };
  readonly status?: ReplicaSetStatus;
}

/** One of the kinds that this controller keeps, and all in which it differs from the other. */
export interface ReplicaKind<T extends Replicated> {
  readonly row: KindRef<T>;
  /** What the controller is called in logs and figures. */
  readonly name: string;
  /** Who tells its Events. */
  readonly component: string;
  /** Whether its status has `terminatingReplicas`. */
  readonly countsTerminating: boolean;
  selectorOf(set: T): LabelSelector;
}

/** ReplicaSets of group apps. */
export const replicaSetKind: ReplicaKind<ReplicaSet> = {
  row: kinds.ReplicaSet,
  name: 'replicaset',
  component: 'replicaset-controller',
  countsTerminating: true,
  selectorOf: (set) => set.spec?.selector ?? {},
};

/** ReplicationControllers, which ReplicaSets came after; their selector is plain labels. */
export const replicationControllerKind: ReplicaKind<ReplicationController> = {
  row: kinds.ReplicationController,
  name: 'replicationcontroller',
  component: 'replication-controller',
  countsTerminating: false,
  selectorOf: (set) => ({ matchLabels: set.spec?.selector ?? {} }),
};
