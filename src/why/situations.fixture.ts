import type { FeatureGates } from '../api/feature-gates.js';
import { kinds } from '../api/kinds.js';
import type { TestCluster } from '../cluster/test-cluster.fixture.js';
import type { SimulatedNodeOptions } from '../node/simulated/index.js';

/** A situation that is brought about through the API, and what is asked in it. */
export interface Situation {
  readonly name: string;
  /** Applied first. */
  readonly yaml?: string;
  /** Gates that are on in the cluster. */
  readonly gates?: Partial<FeatureGates>;
  /** The nodes of the cluster; one with plenty of everything unless given. */
  readonly nodes?: readonly SimulatedNodeOptions[];
  /** What is done next. */
  readonly act?: (cluster: TestCluster) => Promise<unknown>;
  /** Virtual time that passes before the question, milliseconds. */
  readonly waitMs?: number;
  readonly ask: string;
  readonly expected: string;
}

/** Runs and never gets ready. */
export const never = 'simulated.holdfast.dev/never-ready: "true"';
/** Gets ready after ten minutes. */
export const slow = 'simulated.holdfast.dev/ready-after-ms: "600000"';

/** A StatefulSet of the course's shape, without claims unless `claims` says so. */
export function set(
  options: {
    readonly annotation?: string;
    readonly spec?: string;
    readonly pod?: string;
    readonly claims?: string;
  } = {},
): string {
  const { annotation = '', spec = '', pod = '', claims = '' } = options;
  return `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 3
  selector: { matchLabels: { app: db } }
  ${spec}
  template:
    metadata: { labels: { app: db }, annotations: { ${annotation} } }
    spec:
      terminationGracePeriodSeconds: 30
      ${pod}
      containers: [{ name: main, image: "db:1", ports: [{ name: sql, containerPort: 3306 }] }]
  ${claims}
`;
}

/** A Pod; `spec` and `metadata` are further YAML. */
export function pod(
  name: string,
  options: { readonly spec?: string; readonly metadata?: string } = {},
): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} }, ${options.metadata ?? ''} }
spec:
  ${options.spec ?? ''}
  containers: [{ name: main, image: "x:1" }]
`;
}

/** A claim of 1 GiB. */
export function claim(name: string, spec = ''): string {
  return `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name} }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } }, ${spec} }
`;
}

/** A class that binds when a Pod uses the claim. */
export const delayedClass = `
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: late }
provisioner: holdfast.dev/directory
volumeBindingMode: WaitForFirstConsumer
`;
/** The headless Service of the set. */
export const headless = `
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, selector: { app: db }, ports: [{ name: sql, port: 3306, targetPort: sql }] }
`;
/** One claim for each Pod. */
export const claims = `volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]`;
/** An object of namespace `default`. */
export const key = (name: string) => ({ namespace: 'default', name });
/** Deletes a Pod. */
export const deletePod = (name: string) => (at: TestCluster) => at.client.delete(kinds.Pod, key(name));
/** A volume that is the claim. */
export const uses = (name: string): string =>
  `volumes: [{ name: v, persistentVolumeClaim: { claimName: ${name} } }]`;
