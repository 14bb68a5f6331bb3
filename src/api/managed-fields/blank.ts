import type { JsonObject } from '../deep.js';
import { definition } from '../schema/schema.js';

/**
 * Fields that are never absent in Kubernetes' own types, besides `metadata`, `spec` and `status` of each kind: structs that
 * are no pointers, and lists that are written when they are empty. So whoever creates an object owns what is in them and
 * not themselves.
 */
const alwaysThere: { readonly [definition: string]: readonly string[] } = {
  'apps-v1.DaemonSetSpec': ['template', 'updateStrategy'],
  'apps-v1.DeploymentSpec': ['strategy', 'template'],
  'apps-v1.ReplicaSetSpec': ['template'],
  'apps-v1.StatefulSetSpec': ['template', 'updateStrategy'],
  'autoscaling-v1.HorizontalPodAutoscalerSpec': ['scaleTargetRef'],
  'autoscaling-v2.HorizontalPodAutoscalerSpec': ['scaleTargetRef'],
  'batch-v1.CronJobSpec': ['jobTemplate'],
  'batch-v1.JobSpec': ['template'],
  'batch-v1.JobTemplateSpec': ['metadata', 'spec'],
  'core-v1.Event': ['involvedObject', 'source'],
  'core-v1.NodeStatus': ['daemonEndpoints', 'nodeInfo'],
  'core-v1.NodeDaemonEndpoints': ['kubeletEndpoint'],
  'core-v1.PersistentVolumeClaimSpec': ['resources'],
  'core-v1.PodSpec': ['containers'],
  'core-v1.PodTemplate': ['template'],
  'core-v1.PodTemplateSpec': ['metadata', 'spec'],
  'core-v1.ServiceStatus': ['loadBalancer'],
  'networking-v1.IngressStatus': ['loadBalancer'],
  'rbac-v1.ClusterRoleBinding': ['roleRef'],
  'rbac-v1.RoleBinding': ['roleRef'],
  'storage-v1.VolumeAttachmentSpec': ['source'],
};

const ofEveryKind: readonly string[] = ['metadata', 'spec', 'status'];

const known = new Map<string, JsonObject>();

/** An object of a kind (a key of the schema, e.g. `apps-v1.Deployment`) before anything is set in it. */
export function blankObject(key: string): JsonObject {
  const found = known.get(key) ?? blank(key, [...ofEveryKind, ...(alwaysThere[key] ?? [])]);
  known.set(key, found);
  return found;
}

function blank(key: string, names: readonly string[]): JsonObject {
  const fields = definition(key)?.fields ?? {};
  const present: { [name: string]: unknown } = {};
  for (const name of names) {
    const { type, ref } = fields[name] ?? {};
    if (type === 'array') present[name] = null;
    else if (ref !== undefined) present[name] = blank(ref, alwaysThere[ref] ?? []);
  }
  return present;
}
