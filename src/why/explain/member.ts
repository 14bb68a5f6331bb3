import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import { isPodReady } from '../../api/pods.js';
import { hasReadinessGate, readCondition } from '../../operator/conditions.js';
import { accountsSecretName, stateConfigMapName } from '../../operator/names.js';
import { readAccounts, readRecord } from '../../operator/record.js';
import { serviceWayOn, waysOn } from '../../operator/states.js';
import type { Link, Subject } from '../link.js';
import type { MemberFigures, Reader } from '../reader.js';
import { isReason, type Reason } from '../reasons.js';

type Told = Pick<Link, 'message' | 'on' | 'unblockedBy'> & { readonly reason: Reason };

/** What the server of a Pod waits for that the MySQL operator looks after; undefined for any other Pod. */
export async function explainMember(about: Subject, pod: Pod, reader: Reader): Promise<Told | undefined> {
  if (!hasReadinessGate(pod)) return undefined;
  const shown = readCondition(pod);
  if (shown?.ready === true) return undefined;
  const owner = await reader.ifSeen(() => setOf(pod, reader));
  const set = owner.known ? owner.value : undefined;
  if (shown === undefined || !isReason(shown.reason)) return explainSilence(about, set, reader);
  const { reason, message } = shown;
  const figures = await reader.figures(pod);
  return {
    reason,
    message: `${message}${figuresText(figures)}`,
    ...(await wayOn(about, { reason, message, set }, reader)),
  };
}

/** Which part a member has that serves, with figures of now; undefined for any other Pod. */
export async function readyMember(pod: Pod, reader: Reader): Promise<Told | undefined> {
  const shown = readCondition(pod);
  if (shown === undefined || !shown.ready || !isReason(shown.reason)) return undefined;
  const figures = await reader.figures(pod);
  return { reason: shown.reason, message: `${shown.message}${figuresText(figures)}` };
}

function figuresText({ clone, lagSeconds }: MemberFigures = {}): string {
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  // A clone that has only begun does not know its size yet.
  if (clone !== undefined && clone.totalBytes === 0) return '';
  if (clone !== undefined) return `, ${mebibytes(clone.doneBytes)} of ${mebibytes(clone.totalBytes)} MiB`;
  return lagSeconds === undefined || lagSeconds === 0 ? '' : `, ${lagSeconds} s behind now`;
}

async function setOf(pod: Pod, reader: Reader): Promise<StatefulSet | undefined> {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'StatefulSet') return undefined;
  return reader.get(kinds.StatefulSet, { namespace: pod.metadata?.namespace, name: owner.name });
}

/** Nobody has set the condition: what was recorded cannot be read, or there is no operator. */
async function explainSilence(
  { namespace }: Subject,
  set: StatefulSet | undefined,
  reader: Reader,
): Promise<Told> {
  const name = set?.metadata?.name ?? '';
  const state = await reader.ifSeen(() =>
    reader.get(kinds.ConfigMap, { namespace, name: stateConfigMapName(name) }),
  );
  const record = state.known ? readRecord(state.value) : undefined;
  if (record?.known === false) return { reason: 'StateUnreadable', message: record.why };
  const secret = await reader.ifSeen(() =>
    reader.get(kinds.Secret, { namespace, name: accountsSecretName(name) }),
  );
  const accounts = secret.known ? readAccounts(secret.value) : undefined;
  if (accounts?.known === false) return { reason: 'AccountsUnreadable', message: accounts.why };
  return {
    reason: 'OperatorSilent',
    message: 'the MySQL operator has said nothing of its server yet',
    unblockedBy: 'the MySQL operator runs and looks at the set',
  };
}

interface Waiting {
  readonly reason: string;
  readonly message: string;
  readonly set: StatefulSet | undefined;
}

async function wayOn(
  about: Subject,
  waiting: Waiting,
  reader: Reader,
): Promise<Pick<Link, 'on' | 'unblockedBy'>> {
  const { reason, set } = waiting;
  switch (reason) {
    case 'NoService': {
      const name = set?.spec?.serviceName ?? '';
      const key = { namespace: about.namespace, name };
      const service = await reader.ifSeen(() => reader.get(kinds.Service, key));
      return service.known ? { unblockedBy: serviceWayOn(name, service.value !== undefined) } : {};
    }
    case 'WaitingForPrimary':
    case 'Joining':
      return { on: await primaryOf(about, set, reader) };
    case 'WaitingForDonor':
      return { on: await unreadyDonor(about, set, reader) };
    default:
      return hasWay(reason) ? { unblockedBy: waysOn[reason](about.name) } : {};
  }
}

function hasWay(state: string): state is keyof typeof waysOn {
  return Object.hasOwn(waysOn, state);
}

async function primaryOf(
  { namespace, name }: Subject,
  set: StatefulSet | undefined,
  reader: Reader,
): Promise<Subject | undefined> {
  const setName = set?.metadata?.name;
  if (setName === undefined) return undefined;
  const state = await reader.ifSeen(() =>
    reader.get(kinds.ConfigMap, { namespace, name: stateConfigMapName(setName) }),
  );
  // Without the record nobody can say who the primary is now.
  if (!state.known) return undefined;
  const record = readRecord(state.value);
  const first = `${setName}-${set?.spec?.ordinals?.start ?? 0}`;
  const primary = (record.known ? record.value?.primary : undefined) ?? first;
  return primary === name ? undefined : { kind: 'Pod', namespace, name: primary };
}

/** The nearest member below that would be copied, were it ready. */
async function unreadyDonor(
  { namespace, name }: Subject,
  set: StatefulSet | undefined,
  reader: Reader,
): Promise<Subject | undefined> {
  if (set === undefined) return undefined;
  const start = set.spec?.ordinals?.start ?? 0;
  const own = Number(/\d+$/.exec(name)?.[0] ?? start);
  for (let ordinal = own - 1; ordinal >= start; ordinal -= 1) {
    const donor = `${set.metadata?.name}-${ordinal}`;
    const pod = await reader.get(kinds.Pod, { namespace, name: donor });
    if (pod === undefined || !isPodReady(pod)) return { kind: 'Pod', namespace, name: donor };
  }
  return undefined;
}
