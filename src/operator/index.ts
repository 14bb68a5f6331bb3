import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { Pod } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import type { ControllerDeps } from '../reconcile/deps.js';
import { startReconciler } from '../reconcile/driver.js';
import { createEventRecorder } from '../reconcile/events.js';
import { keyOf, splitKey } from '../reconcile/keys.js';
import type { Running } from '../reconcile/running.js';
import { bothSides, fromCache, ownKeys } from '../reconcile/sources.js';
import type { OperatorAction } from './actions.js';
import { CloneRunner } from './clone-runner.js';
import { eligibilityOf } from './eligibility.js';
import type { RefusedSet, SetFacts } from './facts.js';
import { type MemberView, viewsOf } from './members.js';
import { type OperatorSources, observeSet, rootAccount, targetOf } from './observe.js';
import { type Performer, perform } from './perform.js';
import { plan } from './plan.js';
import type { Account, CloneProgress, SqlPort } from './sql/port.js';

export { readinessGateHook, type SetLookup } from './gate.js';
export { MEMBERS_PATH, type MemberView } from './members.js';
export { mysqlPort } from './sql/mysql.js';

/** What the operator needs besides the API. */
export interface MysqlOperatorOptions {
  readonly sql: SqlPort;
  /** Whether a directory that only the image declares as a volume outlives a container restart (true on Holdfast's own node). */
  readonly imageVolumesSurvive: boolean;
}

/** The operator at work; `members` is what it saw last, with figures of now. */
export interface MysqlOperator extends Running {
  members(): Promise<readonly MemberView[]>;
}

/** Replicates every eligible StatefulSet until it is stopped. */
export function startMysqlOperator(deps: ControllerDeps, options: MysqlOperatorOptions): MysqlOperator {
  const { client, clock, random, log } = deps;
  const clones = new CloneRunner(options.sql, clock);
  const from: OperatorSources = {
    sets: client.cache(kinds.StatefulSet),
    pods: client.cache(kinds.Pod),
    services: client.cache(kinds.Service),
    secrets: client.cache(kinds.Secret),
    configMaps: client.cache(kinds.ConfigMap),
    clones,
    ...options,
  };
  const seen = new Map<string, SetFacts>();
  const told = new Map<string, string>();
  const wakers = new Set<(key: string) => void>();
  const events = createEventRecorder({ client, clock, log, component: 'mysql-operator' });
  const by: Performer = {
    client,
    clock,
    random,
    events,
    sql: options.sql,
    clones,
    login: (pod, as) => loginOf(pod, as, seen, from),
    wake: (pod) => {
      for (const wake of wakers) for (const key of setKeys(pod)) wake(key);
    },
  };
  const running = startReconciler<string, SetFacts | RefusedSet, OperatorAction>({
    reconciler: {
      name: 'mysql-operator',
      observe: async (key) => {
        await Promise.all(
          [from.sets, from.pods, from.services, from.secrets, from.configMaps].map((cache) => cache.synced),
        );
        return observeKey(key, from, { seen, told });
      },
      plan,
      perform: async (action) => {
        if (action.kind === 'explain') told.set(action.set.metadata?.uid ?? '', action.why);
        await perform(action, by);
      },
    },
    sources: [
      ownKeys(from.sets),
      fromCache(from.pods, (change) => bothSides(change, setKeys)),
      fromCache(from.services, (change) =>
        bothSides(change, (service) => keysInNamespace(service.metadata?.namespace, seen)),
      ),
      (enqueue) => {
        wakers.add(enqueue);
        return () => wakers.delete(enqueue);
      },
    ],
    clock,
    log,
    describeAction: (action) =>
      action.kind === 'sql' ? `${action.step.kind} on ${action.pod.metadata?.name ?? ''}` : action.kind,
  });
  const stop = async (): Promise<void> => {
    await running.stop();
    await Promise.all([clones[Symbol.asyncDispose](), options.sql[Symbol.asyncDispose]()]);
  };
  return {
    name: running.name,
    idle: () => running.idle(),
    waiting: () => running.waiting(),
    members: async () => {
      const all = [...seen.values()].map((facts) => viewsOf(facts, (pod) => progressOf(pod, by)));
      return (await Promise.all(all)).flat();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function observeKey(
  key: string,
  from: OperatorSources,
  memory: { readonly seen: Map<string, SetFacts>; readonly told: ReadonlyMap<string, string> },
): Promise<SetFacts | RefusedSet | undefined> {
  const set = from.sets.get(splitKey(key));
  const eligibility = set && eligibilityOf(set);
  if (set === undefined || set.metadata?.deletionTimestamp !== undefined || !eligibility?.eligible) {
    for (const { pod } of memory.seen.get(key)?.members ?? []) forgetPod(pod, from);
    memory.seen.delete(key);
    if (set === undefined || eligibility === undefined || eligibility.eligible || !eligibility.mentions)
      return undefined;
    return {
      refused: set,
      why: eligibility.why,
      told: memory.told.get(set.metadata?.uid ?? '') === eligibility.why,
    };
  }
  const facts = await observeSet(set, from);
  const living = new Set(facts.members.map(({ pod }) => pod?.metadata?.uid));
  for (const { pod } of memory.seen.get(key)?.members ?? [])
    if (!living.has(pod?.metadata?.uid)) forgetPod(pod, from);
  memory.seen.set(key, facts);
  return facts;
}

// Only a look while it lasts: a clone that cannot be asked shows no figure.
async function progressOf(pod: Pod, by: Performer): Promise<CloneProgress | undefined> {
  return by.sql.progress(targetOf(pod, by.login(pod, 'operator'))).catch(() => undefined);
}

function forgetPod(pod: Pod | undefined, from: OperatorSources): void {
  const uid = pod?.metadata?.uid;
  if (uid === undefined) return;
  from.sql.forget(uid);
  from.clones.forget(uid);
}

function setKeys(pod: Pod): readonly string[] {
  const owner = pod.metadata?.ownerReferences?.find((reference) => reference.controller);
  return owner?.kind === 'StatefulSet' ? [`${pod.metadata?.namespace ?? ''}/${owner.name}`] : [];
}

function keysInNamespace(
  namespace: string | undefined,
  seen: ReadonlyMap<string, SetFacts>,
): readonly string[] {
  return [...seen.values()]
    .map(({ set }): StatefulSet => set)
    .flatMap((set) => (set.metadata?.namespace === namespace ? [keyOf(set)] : []));
}

function loginOf(
  pod: Pod,
  as: 'root' | 'operator',
  seen: ReadonlyMap<string, SetFacts>,
  from: OperatorSources,
): Account {
  if (as === 'root') {
    const root = rootAccount(pod, from.secrets);
    if (root.known) return root.value;
    throw new Error(`no login to ${pod.metadata?.name ?? ''}: ${root.why}`);
  }
  const accounts = seen.get(setKeys(pod)[0] ?? '')?.accounts;
  if (accounts?.known && accounts.value !== undefined) return accounts.value.operator;
  throw new Error(`no login to ${pod.metadata?.name ?? ''}: the operator's accounts are not known`);
}
