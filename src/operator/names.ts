/** The readiness gate and condition type that the operator owns. */
export const READY_CONDITION = 'mysql.holdfast.dev/ready';
/** On a StatefulSet: `enabled` or `disabled` overrides the operator's own judgement. */
export const REPLICATION_ANNOTATION = 'mysql.holdfast.dev/replication';
/** On a StatefulSet: seconds that a replica may be behind and still be Ready. */
export const MAX_LAG_ANNOTATION = 'mysql.holdfast.dev/max-lag-seconds';
/** Seconds that a replica may be behind unless the set says otherwise. */
export const DEFAULT_MAX_LAG_SECONDS = 30;
/** MySQL's port where the container names none. */
export const MYSQL_PORT = 3306;
/** The first member's server id; each next one's is one higher. */
export const FIRST_SERVER_ID = 1000;

/** The Secret with the operator's own accounts. */
export function accountsSecretName(set: string): string {
  return `${set}-mysql-operator`;
}

/** The ConfigMap with what must outlive Pods, set and operator. */
export function stateConfigMapName(set: string): string {
  return `${set}-mysql-state`;
}

/** The name by which replicas know the primary. */
export function memberHost(pod: string, service: string, namespace: string): string {
  return `${pod}.${service}.${namespace}.svc.cluster.local`;
}
