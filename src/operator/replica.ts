import { hasReadinessGate, readCondition } from './conditions.js';
import type { MemberFacts, SetFacts, StateRecord } from './facts.js';
import { formatGtidSet, isGtidSubset, parseGtidSet, subtractGtids, withoutSource } from './gtid.js';
import { DEFAULT_MAX_LAG_SECONDS, MAX_LAG_ANNOTATION, MYSQL_PORT, memberHost } from './names.js';
import type { ServerFacts } from './sql/port.js';
import { serviceWayOn, waysOn } from './states.js';
import { type AnsweringMember, answers, reach, settingsStep, type Verdict } from './verdict.js';

/** Milliseconds to leave a donor alone after a CLONE failed. */
const CLONE_RETRY_MS = 2_000;

/** What a replica needs to know of the others. */
export interface ReplicaContext {
  readonly facts: SetFacts;
  readonly record: StateRecord;
  /** The primary's server, when it is in state Primary. */
  readonly primary: { readonly name: string; readonly server: ServerFacts } | undefined;
  /** The primary's Pod is being deleted. */
  readonly primaryLeaving: boolean;
  /** Names of members that may give a copy, nearest lower ordinal first. */
  readonly donors: readonly string[];
  readonly nowMs: number;
}

/** Brings a replica to Replicating: settings, a clone from its neighbour, the channel to the primary, and then a watch over it. */
export function replicaVerdict(member: MemberFacts, context: ReplicaContext): Verdict {
  const { facts, primary } = context;
  if (member.attempt?.running)
    return { state: 'Cloning', message: `${member.name} is cloning from ${donorName(member)}` };
  const found = reach(member, facts);
  if (!answers(found)) return found;
  if (!facts.service.exists || !facts.service.headless) return noService(facts, context.record);
  const source = sourceHost(facts, context.record);
  const { channel } = found.server;
  const joined = channel !== undefined && channel.sourceHost === source && channel.autoPosition;
  if (found.server.clone?.running) {
    return { state: 'Cloning', message: `${member.name} is cloning from ${donorName(found)}` };
  }
  if (joined) return settingsStep(found, true) ?? joinedVerdict(found, context);
  if (primary === undefined) {
    return {
      state: 'WaitingForPrimary',
      message: `${member.name} waits until ${context.record.primary} is the primary`,
    };
  }
  return joinVerdict(found, { ...context, primary }, source);
}

function noService(facts: SetFacts, record: StateRecord): Verdict {
  const { name, exists } = facts.service;
  const host = sourceHost(facts, record);
  return {
    state: 'NoService',
    message: exists
      ? `Service ${name} is not headless, so ${host} has no address of its own`
      : `Service ${name} does not exist, so ${host} cannot be found`,
    unblockedBy: serviceWayOn(name, exists),
  };
}

function sourceHost(facts: SetFacts, record: StateRecord): string {
  return memberHost(record.primary, facts.service.name, facts.set.metadata?.namespace ?? '');
}

type JoinContext = ReplicaContext & { readonly primary: NonNullable<ReplicaContext['primary']> };

// A server without the right channel: follow when what it has is the primary's, clone when it has nothing, else leave it alone.
function joinVerdict(member: AnsweringMember, context: JoinContext, source: string): Verdict {
  const { server, name } = member;
  const own = parseGtidSet(server.gtidExecuted);
  const theirs = parseGtidSet(context.primary.server.gtidExecuted);
  const surplus = withoutSource(subtractGtids(own, theirs), context.primary.server.serverUuid);
  const reachable = isGtidSubset(parseGtidSet(context.primary.server.gtidPurged), own);
  const copied = server.clone?.state === 'Completed' || (server.tables.count > 0 && own.size > 0);
  if (copied && surplus.size === 0 && reachable)
    return settingsStep(member, true) ?? follow(member, context, source);
  if (holdsOwnData(member, context.record)) {
    return {
      state: 'ForeignData',
      message: `${name} holds ${server.tables.count} tables that are not the primary's; they are not overwritten`,
      unblockedBy: waysOn.ForeignData(name),
    };
  }
  return settingsStep(member, true) ?? cloneVerdict(member, context);
}

function follow(member: AnsweringMember, { facts }: JoinContext, source: string): Verdict {
  const account = facts.accounts.known ? facts.accounts.value?.replication : undefined;
  const message = `${member.name} is being pointed to ${source}`;
  if (account === undefined) return { state: 'Joining', message };
  const step = { kind: 'follow', sourceHost: source, sourcePort: MYSQL_PORT, account } as const;
  return { state: 'Joining', message, step: { kind: 'sql', pod: member.pod, as: 'operator', step } };
}

// Tables younger than a Pod that our gate kept from ever being ready come from its own initialisation: no client wrote them.
function holdsOwnData(member: AnsweringMember, record: StateRecord): boolean {
  const { server, pod, name } = member;
  if (server.tables.count === 0 || record.cloned.includes(name)) return false;
  const madeMs = Date.parse(pod.metadata?.creationTimestamp ?? '');
  const oldestMs = server.tables.oldestMs ?? 0;
  const neverServed = hasReadinessGate(pod) && readCondition(pod)?.ready !== true;
  return !(neverServed && oldestMs >= madeMs);
}

function cloneVerdict(member: AnsweringMember, context: JoinContext): Verdict {
  const { facts, record, donors, nowMs } = context;
  const { name, attempt, pod } = member;
  if (!dataOutlivesContainer(facts)) {
    return {
      state: 'DataNotOnVolume',
      message: `${name} keeps its data in the container: what it cloned would be gone when the server restarts`,
      unblockedBy: waysOn.DataNotOnVolume(),
    };
  }
  const donor = donors[0];
  if (donor === undefined)
    return { state: 'WaitingForDonor', message: `no member is healthy enough to be copied to ${name}` };
  if (attempt?.failedAtMs !== undefined && nowMs - attempt.failedAtMs < CLONE_RETRY_MS) {
    return {
      state: 'WaitingForDonor',
      message: `the clone to ${name} failed and is tried again: ${attempt.failure ?? ''}`,
    };
  }
  const message = `${name} is cloning from ${donor}`;
  if (!record.cloned.includes(name)) {
    const next = { ...record, cloned: [...record.cloned, name] };
    return { state: 'Cloning', message, step: { kind: 'record', set: facts.set, record: next } };
  }
  const account = facts.accounts.known ? facts.accounts.value?.replication : undefined;
  if (account === undefined) return { state: 'Cloning', message };
  const donorHost = memberHost(donor, facts.service.name, facts.set.metadata?.namespace ?? '');
  const step = { kind: 'clone', donorHost, donorPort: MYSQL_PORT, account } as const;
  return { state: 'Cloning', message, step: { kind: 'beginClone', pod, step } };
}

// A mount above does not help: the image's own VOLUME at the directory lies over it.
function dataOutlivesContainer({ set, imageVolumesSurvive }: SetFacts): boolean {
  const mounts = set.spec?.template.spec?.containers[0]?.volumeMounts ?? [];
  return imageVolumesSurvive || mounts.some((mount) => mount.mountPath === '/var/lib/mysql');
}

function joinedVerdict(member: AnsweringMember, context: ReplicaContext): Verdict {
  const { server, name, pod } = member;
  const channel = server.channel;
  if (channel === undefined)
    return { state: 'ReplicationStopped', message: `${name} has no replication channel` };
  const errant = errantTransactions(server, context.primary?.server);
  if (errant !== undefined) {
    return {
      state: 'ErrantTransactions',
      message: `${name} has transactions that the primary does not have: ${errant}`,
      unblockedBy: waysOn.ErrantTransactions(name),
    };
  }
  const paused = pausedVerdict(member, context);
  if (paused !== undefined) return paused;
  const start = { kind: 'sql', pod, as: 'operator', step: { kind: 'startReplica' } } as const;
  if (channel.io === 'No' || !channel.sql) {
    if (channel.error === undefined)
      return { state: 'Joining', message: `replication is being started on ${name}`, step: start };
    const { number, message } = channel.error;
    return {
      state: 'ReplicationStopped',
      message: `${name} stopped replicating: error ${number}: ${message}`,
      unblockedBy: waysOn.ReplicationStopped(),
      step: start,
    };
  }
  return lagVerdict(member, context, channel);
}

// mysqld waits up to ten seconds for its replicas' connections when it shuts down, so they are taken off it first. Nothing is
// missed: nobody writes while the primary is away.
function pausedVerdict({ name, pod, server }: AnsweringMember, context: ReplicaContext): Verdict | undefined {
  const { channel } = server;
  if (channel?.sql !== true || readCondition(pod)?.ready !== true) return undefined;
  const rests = {
    state: 'Replicating',
    message: `${name} replicates from ${context.record.primary}`,
  } as const;
  const on = { kind: 'sql', pod, as: 'operator' } as const;
  if (channel.io === 'No' && channel.error === undefined) {
    return context.primary === undefined
      ? rests
      : { ...rests, step: { ...on, step: { kind: 'startReplica' } } };
  }
  const mustLeave = context.primary === undefined && context.primaryLeaving && channel.io !== 'No';
  return mustLeave ? { ...rests, step: { ...on, step: { kind: 'pauseReplica' } } } : undefined;
}

function lagVerdict(
  member: AnsweringMember,
  context: ReplicaContext,
  channel: NonNullable<ServerFacts['channel']>,
): Verdict {
  const { name, pod } = member;
  const limit = maxLagSeconds(context.facts);
  const from = context.record.primary;
  const wasReady = readCondition(pod)?.ready === true;
  if (channel.io === 'Connecting' && !wasReady)
    return { state: 'Joining', message: `${name} is connecting to ${from}` };
  // Nobody writes while the primary is away, so a replica that had everything still has.
  const silent = context.primary === undefined ? 0 : (channel.silentSeconds ?? 0);
  const behind = Math.max(channel.lagSeconds ?? 0, channel.io === 'Yes' ? 0 : silent);
  if (behind > limit) {
    const message = `${name} is more than ${limit} s behind ${from}`;
    return { state: 'Lagging', message, unblockedBy: waysOn.Lagging() };
  }
  return { state: 'Replicating', message: `${name} replicates from ${from}` };
}

function errantTransactions(server: ServerFacts, primary: ServerFacts | undefined): string | undefined {
  if (primary === undefined) return undefined;
  // The replica may be read a moment after the primary: what the primary itself committed is never errant.
  const surplus = withoutSource(
    subtractGtids(parseGtidSet(server.gtidExecuted), parseGtidSet(primary.gtidExecuted)),
    primary.serverUuid,
  );
  return surplus.size === 0 ? undefined : formatGtidSet(surplus);
}

function maxLagSeconds({ set }: SetFacts): number {
  const given = Number(set.metadata?.annotations?.[MAX_LAG_ANNOTATION]);
  return Number.isFinite(given) && given > 0 ? given : DEFAULT_MAX_LAG_SECONDS;
}

function donorName({ attempt, inspection }: MemberFacts): string {
  const server = inspection?.kind === 'answered' ? inspection.server : undefined;
  const source = attempt?.donor ?? server?.clone?.source.split('.')[0];
  return source || 'its neighbour';
}
