import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { PublishedPort } from '../cluster/index.js';
import { eligibilityOf } from '../operator/eligibility.js';

/** What the lines are made from: the sets that were applied and the Services that are published. */
export interface Reachable {
  readonly sets: readonly StatefulSet[];
  readonly published: readonly PublishedPort[];
  readonly kubeconfig: string;
  /** No container runs: there is no way into anything. */
  readonly isSimulated?: boolean;
}

/** Says how to reach what runs: from the host, and without any client on the host. Pure. */
export function connectLines(reachable: Reachable): readonly string[] {
  const { sets, kubeconfig, isSimulated } = reachable;
  const ways = isSimulated === true ? sets.flatMap(paperLines) : waysIn(reachable);
  return [...ways, '', 'kubectl:', `  export KUBECONFIG=${kubeconfig}`];
}

function waysIn({ sets, published }: Reachable): readonly string[] {
  const databases = sets.filter((set) => eligibilityOf(set).eligible);
  const others = sets.filter((set) => !databases.includes(set));
  return [
    ...databases.flatMap((set) => databaseLines(set, published)),
    ...others.flatMap(setLines),
    ...(databases.length > 0 ? [] : publishedLines(published, others.length > 0)),
  ];
}

function paperLines(set: StatefulSet): string[] {
  const what = eligibilityOf(set).eligible
    ? 'no MySQL runs, and nothing is replicated'
    : 'no container runs in its Pods';
  return ['', `${set.metadata?.name ?? ''} is up on paper only: ${what}.`];
}

function publishedLines(published: readonly PublishedPort[], below: boolean): string[] {
  const indent = below ? '  ' : '';
  if (published.length === 0 && below)
    return [`${indent}from this machine:  npx holdfast up FILE --publish SERVICE`];
  return published.map((port) => `${indent}${port.service}  127.0.0.1:${port.hostPort}`);
}

/** Pods that are named one by one; of more, the first and the last are. */
const named = 5;

/** Any software that is no database of ours: its Pods' names, and a way into one. */
function setLines({ metadata, spec }: StatefulSet): string[] {
  const { name = '', namespace = 'default' } = metadata ?? {};
  const start = spec?.ordinals?.start ?? 0;
  const pods = Array.from({ length: spec?.replicas ?? 1 }, (_, index) => `${name}-${start + index}`);
  const [first, last] = [pods[0], pods.at(-1)];
  if (first === undefined || last === undefined) return [];
  const nameOf = (pod: string): string => `${pod}.${spec?.serviceName}.${namespace}`;
  const names = pods.length > named ? `${nameOf(first)} ... ${nameOf(last)}` : pods.map(nameOf).join(', ');
  return [
    '',
    spec?.serviceName ? `${name} is up; in the cluster: ${names}` : `${name} is up`,
    `  inside a Pod:       npx holdfast exec ${inNamespace(namespace)}${first} -- COMMAND`,
  ];
}

function inNamespace(namespace: string): string {
  return namespace === 'default' ? '' : `-n ${namespace} `;
}

function databaseLines(set: StatefulSet, published: readonly PublishedPort[]): string[] {
  const name = set.metadata?.name ?? '';
  const namespace = set.metadata?.namespace ?? 'default';
  const password = rootPassword(set);
  const login = `-uroot -p${password ?? ''}`;
  const ports = published.filter((port) => port.namespace === namespace);
  const write = ports.find((port) => port.service !== set.spec?.serviceName);
  const read = ports.find((port) => port.service === set.spec?.serviceName);
  return [
    '',
    `${name} is up: ${name}-0 takes writes, the others replicate from it.`,
    ...(write ? [`  write:  mysql -h 127.0.0.1 -P ${write.hostPort} ${login}`] : []),
    ...(read ? [`  read:   mysql -h 127.0.0.1 -P ${read.hostPort} ${login}`] : []),
    `  with no client on this machine:  npx holdfast exec ${inNamespace(namespace)}-it ${name}-0 -- mysql ${login}`,
  ];
}

// Only what stands in the manifest itself is shown again; a password from a Secret is asked for.
function rootPassword(set: StatefulSet): string | undefined {
  const env = set.spec?.template.spec?.containers[0]?.env ?? [];
  return env.find(({ name }) => name === 'MYSQL_ROOT_PASSWORD')?.value;
}
