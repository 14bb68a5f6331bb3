import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { Pod } from '../api/generated/core-v1.js';
import { known } from '../lib/known.js';
import type { Accounts, MemberFacts, SetFacts, StateRecord } from './facts.js';
import { READY_CONDITION } from './names.js';
import type { ServerFacts } from './sql/port.js';

/** The UUIDs of the servers of a test, by ordinal. */
export const UUID = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-0000-0000-0000-000000000000`);

/** The time of every planner test. */
export const NOW = new Date('2026-01-01T00:10:00Z');

export const accounts: Accounts = {
  operator: { user: 'holdfast_operator', password: 'o' },
  replication: { user: 'holdfast_replication', password: 'r' },
};

/** A server as it is right after its first start. */
export function freshServer(ordinal: number, changes: Partial<ServerFacts> = {}): ServerFacts {
  return {
    version: '9.7.4',
    serverUuid: UUID[ordinal] ?? '',
    serverId: 1,
    gtidMode: 'ON',
    enforceGtidConsistency: 'ON',
    readOnly: false,
    superReadOnly: false,
    gtidExecuted: '',
    gtidPurged: '',
    skipReplicaStart: false,
    replicaNetTimeoutSeconds: 60,
    clonePlugin: false,
    tables: { count: 0, oldestMs: undefined },
    ongoingAnonymousTransactions: 0,
    channel: undefined,
    clone: undefined,
    ...changes,
  };
}

/** A server with every setting that replication needs. */
export function settledServer(ordinal: number, changes: Partial<ServerFacts> = {}): ServerFacts {
  return freshServer(ordinal, {
    serverId: 1000 + ordinal,
    skipReplicaStart: true,
    replicaNetTimeoutSeconds: 4,
    clonePlugin: true,
    superReadOnly: ordinal > 0,
    readOnly: ordinal > 0,
    gtidExecuted: `${UUID[0]}:1-9`,
    ...changes,
  });
}

/** A channel that runs. */
export const runningChannel: NonNullable<ServerFacts['channel']> = {
  sourceHost: 'mysql-0.mysql.default.svc.cluster.local',
  sourceUser: 'holdfast_replication',
  io: 'Yes',
  sql: true,
  autoPosition: true,
  lagSeconds: 0,
  silentSeconds: 0,
  error: undefined,
};

/** A Pod of the set; `shown` is what its operator condition and Ready say. */
export function podOf(
  ordinal: number,
  shown?: { readonly ready: boolean; readonly reason: string; readonly message?: string },
): Pod {
  const conditions = shown
    ? [
        {
          type: READY_CONDITION,
          status: shown.ready ? 'True' : 'False',
          reason: shown.reason,
          message: shown.message ?? '',
        },
        { type: 'Ready', status: shown.ready ? 'True' : 'False' },
      ]
    : [];
  return {
    metadata: {
      name: `mysql-${ordinal}`,
      namespace: 'default',
      uid: `pod-${ordinal}`,
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { containers: [{ name: 'mysql' }], readinessGates: [{ conditionType: READY_CONDITION }] },
    status: { podIP: `10.244.0.${ordinal + 5}`, conditions },
  };
}

/** A member whose server answered. */
export function member(
  ordinal: number,
  server: ServerFacts,
  shown?: Parameters<typeof podOf>[1],
): MemberFacts {
  return {
    ordinal,
    name: `mysql-${ordinal}`,
    pod: podOf(ordinal, shown),
    inspection: { kind: 'answered', server },
    attempt: undefined,
  };
}

/** A member that does not exist. */
export function absent(ordinal: number): MemberFacts {
  return { ordinal, name: `mysql-${ordinal}`, pod: undefined, inspection: undefined, attempt: undefined };
}

/** What is recorded once mysql-0 has served. */
export const servedRecord: StateRecord = { primary: 'mysql-0', epoch: 1, primaryUuid: UUID[0], cloned: [] };

/** The course's set with its claims. */
export const courseSet: StatefulSet = {
  metadata: { name: 'mysql', namespace: 'default', uid: 'set' },
  spec: {
    selector: {},
    serviceName: 'mysql',
    replicas: 3,
    template: {
      spec: {
        containers: [
          { name: 'mysql', volumeMounts: [{ name: 'mysql-storage', mountPath: '/var/lib/mysql' }] },
        ],
      },
    },
    volumeClaimTemplates: [{ metadata: { name: 'mysql-storage' } }],
  },
};

/** Facts of the course's set; everything that is not given is in order. */
export function factsOf(
  members: readonly MemberFacts[],
  changes: Partial<SetFacts> & { readonly record_?: StateRecord } = {},
): SetFacts {
  return {
    set: courseSet,
    members,
    record: known(changes.record_ ?? servedRecord),
    accounts: known(accounts),
    service: { name: 'mysql', exists: true, headless: true },
    imageVolumesSurvive: true,
    ...changes,
  };
}
