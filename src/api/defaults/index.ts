import { isList, isObject } from '../deep.js';
import type { PodTemplate } from '../generated/core-v1.js';
import type { KindRef, KubeObject } from '../kube-object.js';
import { defaultCronJob } from './cron-job.js';
import { defaultCSIDriver, defaultCSIStorageCapacity } from './csi.js';
import { defaultDaemonSet } from './daemon-set.js';
import { defaultDeployment } from './deployment.js';
import { defaultEndpointSlice, defaultEndpoints } from './endpoints.js';
import { change, fill } from './fill.js';
import { defaultHorizontalPodAutoscaler } from './horizontal-pod-autoscaler.js';
import { defaultIngressClass } from './ingress-class.js';
import { defaultJob } from './job.js';
import { defaultNamespace } from './namespace.js';
import { defaultNetworkPolicy } from './network-policy.js';
import { defaultNode } from './node.js';
import { defaultPersistentVolume } from './persistent-volume.js';
import { defaultPersistentVolumeClaim } from './persistent-volume-claim.js';
import { defaultPod } from './pod.js';
import { defaultPodTemplate } from './pod-spec.js';
import { defaultLimitRange, defaultResourceQuota } from './quota.js';
import { defaultClusterRoleBinding, defaultRoleBinding } from './rbac.js';
import { defaultReplicaSet, defaultReplicationController } from './replica-set.js';
import { defaultSecret } from './secret.js';
import { defaultService } from './service.js';
import { defaultStatefulSet } from './stateful-set.js';
import { defaultStorageClass } from './storage-class.js';

/** A method, so that rows of many kinds fit one table. */
interface Row {
  of(object: KubeObject): KubeObject;
}

const rows: Readonly<Record<string, Row>> = {
  '/Pod': { of: defaultPod },
  '/Service': { of: defaultService },
  '/PersistentVolumeClaim': { of: defaultPersistentVolumeClaim },
  '/PersistentVolume': { of: defaultPersistentVolume },
  '/Secret': { of: defaultSecret },
  '/Endpoints': { of: defaultEndpoints },
  '/Namespace': { of: defaultNamespace },
  '/Node': { of: defaultNode },
  '/PodTemplate': {
    of: (object: PodTemplate) => change(object, 'template', defaultPodTemplate),
  },
  '/LimitRange': { of: defaultLimitRange },
  '/ResourceQuota': { of: defaultResourceQuota },
  '/ReplicationController': { of: defaultReplicationController },
  'apps/StatefulSet': { of: defaultStatefulSet },
  'apps/Deployment': { of: defaultDeployment },
  'apps/ReplicaSet': { of: defaultReplicaSet },
  'apps/DaemonSet': { of: defaultDaemonSet },
  'batch/Job': { of: defaultJob },
  'batch/CronJob': { of: defaultCronJob },
  'storage.k8s.io/CSIDriver': { of: defaultCSIDriver },
  'storage.k8s.io/CSIStorageCapacity': { of: defaultCSIStorageCapacity },
  'storage.k8s.io/StorageClass': { of: defaultStorageClass },
  'discovery.k8s.io/EndpointSlice': { of: defaultEndpointSlice },
  'networking.k8s.io/IngressClass': { of: defaultIngressClass },
  'networking.k8s.io/NetworkPolicy': { of: defaultNetworkPolicy },
  'autoscaling/HorizontalPodAutoscaler': { of: defaultHorizontalPodAutoscaler },
  'rbac.authorization.k8s.io/RoleBinding': { of: defaultRoleBinding },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { of: defaultClusterRoleBinding },
  'scheduling.k8s.io/PriorityClass': {
    of: (object: KubeObject) =>
      fill<KubeObject & { preemptionPolicy?: string }>(object, { preemptionPolicy: 'PreemptLowerPriority' }),
  },
};

/** Every kind that has defaults, as `group/Kind`. */
export const kindsWithDefaults: readonly string[] = Object.keys(rows);

/** Kinds that carry JSON of other owners, in which null may mean something. */
const rawKinds = new Set(['apps/ControllerRevision', 'apiextensions.k8s.io/CustomResourceDefinition']);

function dropNulls<T>(value: T): T;
function dropNulls(value: unknown): unknown {
  if (isList(value)) return dropFromList(value);
  if (!isObject(value)) return value;
  // Copied only at the first null, since most objects have none.
  let kept: Record<string, unknown> | undefined;
  for (const key in value) {
    const field = value[key];
    const absent = field === null || field === undefined;
    const inner = absent || typeof field !== 'object' ? field : dropNulls(field);
    if (inner === field && !absent) continue;
    kept ??= { ...value };
    if (absent) delete kept[key];
    else kept[key] = inner;
  }
  return kept ?? value;
}

function dropFromList(list: readonly unknown[]): readonly unknown[] {
  let kept: unknown[] | undefined;
  for (const [index, item] of list.entries()) {
    const inner = dropNulls(item);
    if (inner === item) continue;
    kept ??= [...list];
    kept[index] = inner;
  }
  return kept ?? list;
}

/** The object as Kubernetes stores it: null fields are absent, defaults are set, quantities are canonical. */
export function applyDefaults<T extends KubeObject>(kind: KindRef<T>, object: T): T;
export function applyDefaults(kind: KindRef, object: KubeObject): KubeObject {
  const name = `${kind.group}/${kind.kind}`;
  const row = rows[name];
  const builtIn =
    row !== undefined || kind.group === '' || !kind.group.includes('.') || kind.group.endsWith('.k8s.io');
  const present = builtIn && !rawKinds.has(name) ? dropNulls(object) : object;
  return row === undefined ? present : row.of(present);
}
