import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { ConfigMap, EnvVar, Pod, Secret, Service } from '../api/generated/core-v1.js';
import type { Cache } from '../client/client.js';
import { type Known, known, unknown } from '../lib/known.js';
import type { CloneRunner } from './clone-runner.js';
import type { Accounts, Inspection, MemberFacts, SetFacts } from './facts.js';
import { accountsSecretName, MYSQL_PORT, stateConfigMapName } from './names.js';
import { readAccounts, readRecord } from './record.js';
import { type Account, SqlError, type SqlPort, type SqlTarget } from './sql/port.js';

/** What the observer reads from. */
export interface OperatorSources {
  readonly sets: Cache<StatefulSet>;
  readonly pods: Cache<Pod>;
  readonly services: Cache<Service>;
  readonly secrets: Cache<Secret>;
  readonly configMaps: Cache<ConfigMap>;
  readonly sql: SqlPort;
  readonly clones: CloneRunner;
  readonly imageVolumesSurvive: boolean;
}

/** Looks at a set, its record and all its servers, side by side. */
export async function observeSet(set: StatefulSet, from: OperatorSources): Promise<SetFacts> {
  const { namespace = '', name = '' } = set.metadata ?? {};
  const serviceName = set.spec?.serviceName ?? '';
  const service = from.services.get({ namespace, name: serviceName });
  const accounts = readAccounts(from.secrets.get({ namespace, name: accountsSecretName(name) }));
  return {
    set,
    members: await Promise.all(ordinals(set).map((ordinal) => observeMember(set, ordinal, accounts, from))),
    record: readRecord(from.configMaps.get({ namespace, name: stateConfigMapName(name) })),
    accounts,
    service: {
      name: serviceName,
      exists: service !== undefined,
      headless: service?.spec?.clusterIP === 'None',
    },
    imageVolumesSurvive: from.imageVolumesSurvive,
  };
}

function ordinals(set: StatefulSet): number[] {
  const first = set.spec?.ordinals?.start ?? 0;
  return Array.from({ length: set.spec?.replicas ?? 1 }, (_, index) => first + index);
}

async function observeMember(
  set: StatefulSet,
  ordinal: number,
  accounts: Known<Accounts | undefined>,
  from: OperatorSources,
): Promise<MemberFacts> {
  const name = `${set.metadata?.name ?? ''}-${ordinal}`;
  const pod = from.pods.get({ namespace: set.metadata?.namespace, name });
  const mine = pod?.metadata?.ownerReferences?.some((owner) => owner.uid === set.metadata?.uid)
    ? pod
    : undefined;
  const uid = mine?.metadata?.uid ?? '';
  const attempt = mine && from.clones.attempt(uid);
  // An open session makes mysqld wait two seconds when it shuts down, so none is held over a clone or a deletion.
  if (attempt?.running || mine?.metadata?.deletionTimestamp !== undefined) {
    from.sql.forget(uid);
    return { ordinal, name, pod: mine, inspection: undefined, attempt };
  }
  const operator = accounts.known ? accounts.value?.operator : undefined;
  const inspection = mine && operator && isRunning(mine) ? await inspect(mine, operator, from) : undefined;
  return { ordinal, name, pod: mine, inspection, attempt };
}

// Init containers are none and there is one container: it runs, or there is no server to ask.
function isRunning(pod: Pod): boolean {
  return Boolean(pod.status?.podIP) && pod.status?.containerStatuses?.[0]?.state?.running !== undefined;
}

async function inspect(pod: Pod, operator: Account, from: OperatorSources): Promise<Inspection> {
  try {
    return { kind: 'answered', server: await from.sql.inspect(targetOf(pod, operator)) };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (error.failure === 'denied') return tryRoot(pod, from);
    return { kind: 'unreachable', why: error.message };
  }
}

async function tryRoot(pod: Pod, from: OperatorSources): Promise<Inspection> {
  const root = rootAccount(pod, from.secrets);
  if (!root.known) return { kind: 'denied', why: root.why };
  try {
    await from.sql.inspect({ ...targetOf(pod, root.value), id: `${pod.metadata?.uid ?? ''}/root` });
    return { kind: 'rootOnly' };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return { kind: error.failure === 'denied' ? 'denied' : 'unreachable', why: error.message };
  } finally {
    from.sql.forget(`${pod.metadata?.uid ?? ''}/root`);
  }
}

/** Where a member's server is: its Pod's own address, never a name, since members may be unready. */
export function targetOf(pod: Pod, account: Account): SqlTarget {
  const ports = pod.spec?.containers[0]?.ports ?? [];
  const named = ports.find((port) => port.name === 'mysql') ?? ports[0];
  const port = named?.containerPort ?? MYSQL_PORT;
  return { id: pod.metadata?.uid ?? '', host: pod.status?.podIP ?? '', port, ...account };
}

/** Root's first password, as the Pod gives it to its container. */
export function rootAccount(pod: Pod, secrets: Cache<Secret>): Known<Account> {
  const variable = pod.spec?.containers[0]?.env?.find(({ name }) => name === 'MYSQL_ROOT_PASSWORD');
  const password = variable && passwordOf(variable, pod.metadata?.namespace, secrets);
  if (!password) return unknown('MYSQL_ROOT_PASSWORD cannot be read from the Pod or its Secret');
  return known({ user: 'root', password });
}

function passwordOf(
  variable: EnvVar,
  namespace: string | undefined,
  secrets: Cache<Secret>,
): string | undefined {
  if (variable.value !== undefined) return variable.value;
  const reference = variable.valueFrom?.secretKeyRef;
  if (reference?.name === undefined) return undefined;
  const encoded = secrets.get({ namespace, name: reference.name })?.data?.[reference.key];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}
