import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { PublishedPort } from '../cluster/index.js';
import { eligibilityOf } from '../operator/eligibility.js';

/** What the lines are made from: the sets that were applied and the Services that are published. */
export interface Reachable {
  readonly sets: readonly StatefulSet[];
  readonly published: readonly PublishedPort[];
  readonly kubeconfig: string;
}

/** Says how to reach what runs: from the host, and without any client on the host. Pure. */
export function connectLines({ sets, published, kubeconfig }: Reachable): readonly string[] {
  const databases = sets.filter((set) => eligibilityOf(set).eligible);
  return [
    ...databases.flatMap((set) => databaseLines(set, published)),
    ...(databases.length > 0 ? [] : published.map((port) => `${port.service}  127.0.0.1:${port.hostPort}`)),
    '',
    'kubectl:',
    `  export KUBECONFIG=${kubeconfig}`,
  ];
}

function databaseLines(set: StatefulSet, published: readonly PublishedPort[]): string[] {
  const name = set.metadata?.name ?? '';
  const namespace = set.metadata?.namespace ?? 'default';
  const password = rootPassword(set);
  const login = `-uroot -p${password ?? ''}`;
  const ports = published.filter((port) => port.namespace === namespace);
  const write = ports.find((port) => port.service !== set.spec?.serviceName);
  const read = ports.find((port) => port.service === set.spec?.serviceName);
  const inside = namespace === 'default' ? '' : `-n ${namespace} `;
  return [
    '',
    `${name} is up: ${name}-0 takes writes, the others replicate from it.`,
    ...(write ? [`  write:  mysql -h 127.0.0.1 -P ${write.hostPort} ${login}`] : []),
    ...(read ? [`  read:   mysql -h 127.0.0.1 -P ${read.hostPort} ${login}`] : []),
    `  with no client on this machine:  npx holdfast exec ${inside}-it ${name}-0 -- mysql ${login}`,
  ];
}

// Only what stands in the manifest itself is shown again; a password from a Secret is asked for.
function rootPassword(set: StatefulSet): string | undefined {
  const env = set.spec?.template.spec?.containers[0]?.env ?? [];
  return env.find(({ name }) => name === 'MYSQL_ROOT_PASSWORD')?.value;
}
