import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { Pod } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { ownerReferenceTo } from '../api/owner.js';
import { setPodCondition } from '../api/pods.js';
import { isAlreadyExists, isNotFound } from '../api/status-error.js';
import type { Client } from '../client/client.js';
import type { Clock } from '../lib/clock.js';
import type { Random } from '../lib/random.js';
import { type EventRecorder, referenceTo } from '../reconcile/events.js';
import type { OperatorAction } from './actions.js';
import type { CloneRunner } from './clone-runner.js';
import { readCondition } from './conditions.js';
import type { Accounts } from './facts.js';
import { accountsSecretName, READY_CONDITION, stateConfigMapName } from './names.js';
import { targetOf } from './observe.js';
import { accountsData, recordData } from './record.js';
import type { Account, SqlPort } from './sql/port.js';
import { TROUBLED_STATES } from './states.js';

/** What the performer writes with. `login` gives the account to use on a Pod's server. */
export interface Performer {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventRecorder;
  readonly sql: SqlPort;
  readonly clones: CloneRunner;
  readonly login: (pod: Pod, as: 'root' | 'operator') => Account;
  /** Brings the Pod's set back into the queue. */
  readonly wake: (pod: Pod) => void;
}

/** Performs one action of the plan. */
export async function perform(action: OperatorAction, by: Performer): Promise<void> {
  switch (action.kind) {
    case 'createAccountsSecret':
      return createAccountsSecret(action.set, by);
    case 'record':
      return writeRecord(action, by);
    case 'sql':
      return by.sql.run(targetOf(action.pod, by.login(action.pod, action.as)), action.step);
    case 'beginClone':
      by.clones.begin(targetOf(action.pod, by.login(action.pod, 'operator')), action.step, () =>
        by.wake(action.pod),
      );
      return;
    case 'show':
      return show(action, by);
    case 'explain':
      by.events.event(referenceTo(kinds.StatefulSet, action.set), 'Warning', 'NotReplicated', action.why);
      return;
  }
}

async function createAccountsSecret(set: StatefulSet, by: Performer): Promise<void> {
  // 32 characters: MySQL takes no longer password for a replication user.
  const password = (): string => by.random.uuid().replaceAll('-', '');
  const accounts: Accounts = {
    operator: { user: 'holdfast_operator', password: password() },
    replication: { user: 'holdfast_replication', password: password() },
  };
  const { name = '', namespace } = set.metadata ?? {};
  // No owner: with the claims it outlives the set, since the servers in them know only these passwords.
  const metadata = { name: accountsSecretName(name), namespace, labels: labelsOf(set) };
  try {
    await by.client.create(kinds.Secret, { metadata, type: 'Opaque', stringData: accountsData(accounts) });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

async function writeRecord(
  { set, record }: Extract<OperatorAction, { kind: 'record' }>,
  by: Performer,
): Promise<void> {
  const { name: setName = '', namespace } = set.metadata ?? {};
  const name = stateConfigMapName(setName);
  const data = recordData(record);
  try {
    await by.client.modify(kinds.ConfigMap, { namespace, name }, (map) => ({ ...map, data }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // Without claims the data goes with the Pods, so what is recorded of it goes with the set.
    const kept = (set.spec?.volumeClaimTemplates ?? []).length > 0;
    const ownerReferences = kept ? undefined : [ownerReferenceTo(kinds.StatefulSet, set)];
    await by.client.create(kinds.ConfigMap, {
      metadata: { name, namespace, labels: labelsOf(set), ownerReferences },
      data,
    });
  }
}

function labelsOf(set: StatefulSet): Record<string, string> {
  return {
    'app.kubernetes.io/managed-by': 'holdfast-mysql-operator',
    'mysql.holdfast.dev/set': set.metadata?.name ?? '',
  };
}

async function show(action: Extract<OperatorAction, { kind: 'show' }>, by: Performer): Promise<void> {
  const { pod, state, ready, message } = action;
  const { name = '', namespace, uid } = pod.metadata ?? {};
  const condition = { type: READY_CONDITION, status: ready ? 'True' : 'False', reason: state, message };
  const lastTransitionTime = new Date(by.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  try {
    await by.client.modify(
      kinds.Pod,
      { namespace, name, uid },
      (current) => ({
        ...current,
        status: setPodCondition(current.status ?? {}, { ...condition, lastTransitionTime }),
      }),
      { subresource: 'status' },
    );
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  if (readCondition(pod)?.reason === state) return;
  by.events.event(
    referenceTo(kinds.Pod, pod),
    TROUBLED_STATES.has(state) ? 'Warning' : 'Normal',
    state,
    message,
  );
}
