/* A long file, since it is one model: what MySQL does with each of the operator's steps. */

import type { Pod } from '../api/generated/core-v1.js';
import type { OperatorAction } from './actions.js';
import type { CloneAttempt, Inspection, MemberFacts, StateRecord } from './facts.js';
import type { ServerFacts, SqlStep } from './sql/port.js';
import { accounts, podOf } from './world.fixture.js';

/** What lies on a member's volume. `executed` counts transactions by the server that committed them. */
interface Volume {
  uuid: string;
  executed: Map<string, number>;
  hasAccounts: boolean;
  serverId: number;
  skipReplicaStart: boolean;
  netTimeout: number;
  lockedAtStart: boolean;
  plugin: boolean;
  channel: string | undefined;
  clone: ServerFacts['clone'];
}

interface Member {
  volume: Volume;
  /** Passes until the server answers again; 0 when it does. */
  downFor: number;
  locked: boolean;
  replicating: boolean;
  attempt: CloneAttempt | undefined;
  cloneLeft: number;
  shown: { ready: boolean; reason: string; message: string } | undefined;
  /** Whether the Pod's own condition Ready holds, which follows the operator's word. */
  exists: boolean;
}

/** Servers on paper that do what MySQL does with the operator's steps; it is honest about what a crash keeps. */
export class ModelCluster {
  readonly members: Member[];
  record: StateRecord | undefined;
  /** Transactions that a client was told are committed, by the server that committed them. */
  readonly acknowledged = new Map<string, number>();
  #servers = 0;

  constructor(size: number) {
    this.members = Array.from({ length: size }, () => this.#member());
  }

  #member(): Member {
    return {
      volume: this.#freshVolume(),
      downFor: 2,
      locked: false,
      replicating: false,
      attempt: undefined,
      cloneLeft: 0,
      shown: undefined,
      exists: true,
    };
  }

  #freshVolume(): Volume {
    this.#servers += 1;
    const uuid = `${String(this.#servers).padStart(8, '0')}-0000-0000-0000-000000000000`;
    return {
      uuid,
      executed: new Map(),
      hasAccounts: false,
      serverId: 1,
      skipReplicaStart: false,
      netTimeout: 60,
      lockedAtStart: false,
      plugin: false,
      channel: undefined,
      clone: undefined,
    };
  }

  /** The facts that a pass would see. OrderedReady: a member exists once those before it were ready. */
  facts(): MemberFacts[] {
    return this.members.map((member, ordinal) => {
      const reached =
        ordinal === 0 || this.members[ordinal - 1]?.shown?.ready === true || member.shown !== undefined;
      const name = `mysql-${ordinal}`;
      if (!reached || !member.exists)
        return { ordinal, name, pod: undefined, inspection: undefined, attempt: undefined };
      return {
        ordinal,
        name,
        pod: podOf(ordinal, member.shown),
        inspection: this.#inspect(member),
        attempt: member.attempt,
      };
    });
  }

  /** What a look at a server shows. */
  inspect(ordinal: number): Inspection {
    const member = this.members[ordinal];
    return member === undefined ? { kind: 'unreachable', why: 'no such member' } : this.#inspect(member);
  }

  #inspect(member: Member): Inspection {
    if (member.downFor > 0) return { kind: 'unreachable', why: 'down' };
    if (!member.volume.hasAccounts) return { kind: 'rootOnly' };
    return { kind: 'answered', server: this.#server(member) };
  }

  #server({ volume, locked, replicating, cloneLeft }: Member): ServerFacts {
    const source = this.members[0];
    const connected = source !== undefined && source.downFor === 0 && source.exists;
    return {
      version: '9.7.4',
      serverUuid: volume.uuid,
      serverId: volume.serverId,
      gtidMode: 'ON',
      enforceGtidConsistency: 'ON',
      readOnly: locked,
      superReadOnly: locked,
      gtidExecuted: textOf(volume.executed),
      gtidPurged: '',
      skipReplicaStart: volume.skipReplicaStart,
      replicaNetTimeoutSeconds: volume.netTimeout,
      clonePlugin: volume.plugin,
      tables: { count: volume.executed.size > 0 ? 1 : 0, oldestMs: Date.parse('2026-01-01T00:05:00Z') },
      ongoingAnonymousTransactions: 0,
      channel:
        volume.channel === undefined
          ? undefined
          : {
              sourceHost: volume.channel,
              sourceUser: 'r',
              io: !replicating ? 'No' : connected ? 'Yes' : 'Connecting',
              sql: replicating,
              autoPosition: true,
              lagSeconds: 0,
              silentSeconds: 0,
              error: undefined,
            },
      clone:
        cloneLeft > 0
          ? { state: 'In Progress', source: '', error: undefined, running: true, doneBytes: 0, totalBytes: 1 }
          : volume.clone,
    };
  }

  /** Does what one action says. */
  perform(action: OperatorAction): void {
    if (action.kind === 'record') this.record = action.record;
    if (action.kind === 'show')
      this.#of(action.pod).shown = { ready: action.ready, reason: action.state, message: action.message };
    if (action.kind === 'sql') this.#step(this.#of(action.pod), action.step);
    if (action.kind === 'beginClone') this.#beginClone(this.#of(action.pod), action.step);
  }

  #of(pod: Pod): Member {
    const member = this.members[Number(pod.metadata?.name?.split('-').at(-1))];
    if (member === undefined) throw new Error('no such member');
    return member;
  }

  #beginClone(member: Member, step: Extract<SqlStep, { kind: 'clone' }>): void {
    member.attempt = {
      running: true,
      donor: step.donorHost.split('.')[0] ?? '',
      failure: undefined,
      failedAtMs: undefined,
    };
    member.cloneLeft = 3;
    // CLONE drops what the recipient has before it copies.
    member.volume.executed = new Map();
  }

  #step(member: Member, step: SqlStep): void {
    const { volume } = member;
    if (member.downFor > 0) return;
    if (step.kind === 'createAccounts') Object.assign(volume, { hasAccounts: accounts !== undefined });
    if (step.kind === 'configure') {
      Object.assign(volume, {
        serverId: step.serverId,
        skipReplicaStart: true,
        netTimeout: 4,
        plugin: true,
        lockedAtStart: step.locked || volume.lockedAtStart,
      });
      if (step.locked) member.locked = true;
    }
    if (step.kind === 'lock') Object.assign(member, { locked: true }).volume.lockedAtStart = true;
    if (step.kind === 'unlock') Object.assign(member, { locked: false }).volume.lockedAtStart = false;
    if (step.kind === 'follow') Object.assign(member, { replicating: true }).volume.channel = step.sourceHost;
    if (step.kind === 'startReplica') member.replicating = volume.channel !== undefined;
  }

  /** One moment passes: servers boot, clones copy, replicas apply; a client writes where the Service leads it. */
  tick(): void {
    for (const member of this.members) {
      if (member.downFor > 0) this.#boot(member);
      else if (member.cloneLeft > 0) this.#copy(member);
    }
    const primary = this.members[0];
    if (primary === undefined || primary.downFor > 0 || !primary.exists) return;
    if (primary.shown?.ready === true && !primary.locked) this.#write(primary);
    for (const member of this.members.slice(1)) {
      if (member.replicating && member.downFor === 0) join(member.volume.executed, primary.volume.executed);
    }
  }

  #boot(member: Member): void {
    member.downFor -= 1;
    if (member.downFor > 0) return;
    member.locked = member.volume.lockedAtStart;
    member.replicating = member.volume.channel !== undefined && !member.volume.skipReplicaStart;
  }

  #copy(member: Member): void {
    member.cloneLeft -= 1;
    if (member.cloneLeft > 0) return;
    const donor = this.members[Number(member.attempt?.donor.split('-').at(-1))];
    const alive = donor?.exists && donor.downFor === 0;
    if (!alive) {
      member.attempt = { running: false, donor: member.attempt?.donor ?? '', failure: '3862', failedAtMs: 0 };
      return;
    }
    const { executed, hasAccounts, channel } = donor.volume;
    Object.assign(member.volume, { executed: new Map(executed), hasAccounts, channel });
    member.volume.clone = {
      state: 'Completed',
      source: '',
      error: undefined,
      running: false,
      doneBytes: 1,
      totalBytes: 1,
    };
    member.attempt = undefined;
    this.crash(this.members.indexOf(member));
  }

  #write(primary: Member): void {
    const { executed, uuid } = primary.volume;
    const count = (executed.get(uuid) ?? 0) + 1;
    executed.set(uuid, count);
    this.acknowledged.set(uuid, count);
  }

  /** A server dies and comes back: what is on the volume stays; a clone under way leaves an empty server. */
  crash(ordinal: number): void {
    const member = this.members[ordinal];
    if (member === undefined) return;
    if (member.cloneLeft > 0)
      member.volume.clone = {
        state: 'In Progress',
        source: '',
        error: undefined,
        running: false,
        doneBytes: 0,
        totalBytes: 1,
      };
    Object.assign(member, { cloneLeft: 0, downFor: 3, replicating: false });
    if (member.attempt?.running) member.attempt = undefined;
  }

  /** The Pod is deleted and made again on the same volume. */
  replacePod(ordinal: number): void {
    this.crash(ordinal);
    const member = this.members[ordinal];
    if (member !== undefined) member.shown = undefined;
  }

  /** Somebody empties the volume; the server begins anew. */
  emptyVolume(ordinal: number): void {
    this.replacePod(ordinal);
    const member = this.members[ordinal];
    if (member !== undefined) member.volume = this.#freshVolume();
  }

  /** The operator restarts: what it only remembered is gone. */
  restartOperator(): void {
    for (const member of this.members) member.attempt = undefined;
  }
}

function join(into: Map<string, number>, from: ReadonlyMap<string, number>): void {
  for (const [uuid, count] of from) into.set(uuid, Math.max(count, into.get(uuid) ?? 0));
}

function textOf(executed: ReadonlyMap<string, number>): string {
  return [...executed].map(([uuid, count]) => `${uuid}:1-${count}`).join(',');
}
