import type { Kubectl } from '../tools/kubectl.js';
import type { Machine } from '../tools/machine.js';
import { toolboxImage } from '../tools/toolbox.js';

/** A Namespace of a situation's own, and what a user has there. */
export interface Place {
  readonly namespace: string;
  /** kubectl in that Namespace. */
  readonly kubectl: Kubectl;
  /** The command line. */
  readonly holdfast: Machine['holdfast'];
  /** Waits until an object is there and a JSONPath in it has a value, as `kubectl wait` does. */
  has(object: string, path: string, value?: string): Promise<void>;
  /** Waits until an Event with that reason tells of a Pod or claim. */
  told(name: string, reason: string): Promise<void>;
}

/** A question and all that is answered: the text but for what is random, the exit code, and the code of each link. */
export interface Step {
  /** Applied first. */
  readonly yaml?: string;
  /** Done next, with kubectl; it ends when the situation is there. */
  readonly act?: (at: Place) => Promise<unknown>;
  /** `KIND/NAME`. */
  readonly ask: string;
  readonly code: 0 | 1;
  readonly reasons: readonly string[];
  readonly answer: string;
}

/** Something that holds up Pods, claims or names on real containers, and mostly what lets them go on. */
export interface Situation {
  /** With the number of the pain of part F of the operators' paper, where it is one of those. */
  readonly name: string;
  /** Name of its Namespace. */
  readonly namespace: string;
  readonly steps: readonly Step[];
}

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

/** Waits until the set has as many Pods as it wants, all ready and all of its newest template. */
export async function rolledOut({ kubectl, has }: Place): Promise<void> {
  await has('statefulset/db', '{.status.readyReplicas}', await wanted(kubectl));
  await kubectl.ok(['rollout', 'status', 'statefulset/db', '--timeout=60s']);
}

function wanted(kubectl: Kubectl): Promise<string> {
  return kubectl.ok(['get', 'statefulset', 'db', '-o', 'jsonpath={.spec.replicas}']);
}

/** Changes an object as `kubectl patch` does. */
export function patch({ kubectl }: Place, object: string, body: object): Promise<string> {
  return kubectl.ok(['patch', object, '-p', JSON.stringify(body)]);
}
