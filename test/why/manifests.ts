import { toolboxImage } from '../tools/toolbox.js';

/** What the containers of these situations do unless something else is asked of them. */
const idle = '[sleep, infinity]';

/** A container; `more` is further YAML of it. */
export function container(more = '', command = idle): string {
  return `{ name: main, image: "${toolboxImage}", command: ${command}, ${more} }`;
}

/** A Pod with that container; `more` is further YAML of its spec. */
export function pod(name: string, of: string = container(), more = ''): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} } }
spec: { terminationGracePeriodSeconds: 1, containers: [${of}], ${more} }
`;
}

/** What a set is made of; each is further YAML but `replicas`. */
export interface SetOptions {
  readonly replicas?: number;
  readonly container?: string;
  readonly pod?: string;
  readonly spec?: string;
  /** Size of the claim of each Pod, mounted at /data when `container` says so. */
  readonly storage?: string;
  readonly metadata?: string;
}

/** A StatefulSet `db`. */
export function set(options: SetOptions = {}): string {
  const { replicas = 2, container: of = container(), pod: more = '', spec = '', metadata = '' } = options;
  const claims =
    options.storage === undefined
      ? ''
      : `volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${options.storage} } } } }]`;
  return `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, ${metadata} }
spec:
  serviceName: db
  replicas: ${replicas}
  selector: { matchLabels: { app: db } }
  ${spec}
  template:
    metadata: { labels: { app: db } }
    spec: { terminationGracePeriodSeconds: 1, containers: [${of}], ${more} }
  ${claims}
`;
}

/** The headless Service of the set. */
export function headless(more = ''): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { clusterIP: None, selector: { app: db }, ports: [{ name: sql, port: 3306 }], ${more} }
`;
}

/** A claim; `more` is further YAML of its spec. */
export function claim(name: string, storage: string, more = ''): string {
  return `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name} }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${storage} } }, ${more} }
`;
}

/** A container that has its claim at /data. */
export const withData = container('volumeMounts: [{ name: data, mountPath: /data }]');

/** A probe that runs a command every second. */
export function probe(command: string): string {
  return `readinessProbe: { exec: { command: ${command} }, periodSeconds: 1 }`;
}
