/* Long, as each situation is one entry of one list, and read by itself. */
import { parseDocument } from 'yaml';
import type { StatefulSetSpec } from '../api/generated/apps-v1.js';
import { kinds } from '../api/kinds.js';
import { architecture, startTestCluster, type TestCluster } from '../cluster/test-cluster.fixture.js';
import { silentLogger } from '../lib/log.js';
import { seededRandom } from '../lib/seeded-random.js';
import { readCondition } from '../operator/conditions.js';
import { type MysqlOperator, readinessGateHook, startMysqlOperator } from '../operator/index.js';
import { PaperServers } from '../operator/paper-servers.fixture.js';
import type { MemberFigures } from './reader.js';
import { key } from './situations.fixture.js';

/** A cluster whose MySQL servers are on paper, with the operator at work. */
export interface MysqlWorld extends AsyncDisposable {
  readonly cluster: TestCluster;
  readonly servers: PaperServers;
  readonly operator: MysqlOperator;
  /** The document of members, as `holdfast why` reads it. */
  figures(): Promise<ReadonlyMap<string, MemberFigures>>;
  /** Applies the course's architecture, its set changed so. */
  applyCourse(spec?: Partial<StatefulSetSpec>, options?: { readonly without?: string }): Promise<void>;
  /** Lets time pass until the operator shows this state of a member. */
  untilState(ordinal: number, state: string): Promise<void>;
  /** Lets time pass until all three members serve. */
  untilReplicated(): Promise<void>;
}

/** Starts one. */
export async function startMysqlWorld(
  options: { readonly imageVolumesSurvive?: boolean } = {},
): Promise<MysqlWorld> {
  let cluster: TestCluster | undefined;
  const findSet = (namespace: string, name: string) =>
    cluster?.client.cache(kinds.StatefulSet).get({ namespace, name });
  const started = await startTestCluster({ admission: [readinessGateHook(findSet)] });
  cluster = started;
  const { client, clock } = started;
  await client.cache(kinds.StatefulSet).synced;
  const servers = new PaperServers({
    size: 3,
    clock,
    podOf: (uid) => {
      const pod = started.pods().find(({ metadata }) => metadata?.uid === uid);
      const ordinal = Number(pod?.metadata?.name?.split('-').at(-1));
      return pod && { ordinal, shown: readCondition(pod) };
    },
  });
  const deps = { client, clock, log: silentLogger, random: seededRandom(2) };
  const { imageVolumesSurvive = true } = options;
  const operator = startMysqlOperator(deps, { sql: servers, imageVolumesSurvive });
  const stateOf = (ordinal: number): string | undefined => {
    const pod = started.pods().find(({ metadata }) => metadata?.name === `mysql-${ordinal}`);
    return pod && readCondition(pod)?.reason;
  };
  return {
    cluster: started,
    servers,
    operator,
    figures: async () => {
      const members = await operator.members();
      return new Map(members.map((one) => [`${one.namespace}/${one.name}`, one]));
    },
    applyCourse: (spec, { without } = {}) => applyCourse(started, spec, without),
    untilState: async (ordinal, state) => {
      await started.until(() => stateOf(ordinal) === state);
      // Containers of simulated Pods get ready a moment after they run.
      await clock.advance(200);
    },
    untilReplicated: () => started.until(() => started.ready().length === 3),
    async [Symbol.asyncDispose]() {
      await operator.stop();
      await started[Symbol.asyncDispose]();
    },
  };
}

async function applyCourse(
  cluster: TestCluster,
  spec: Partial<StatefulSetSpec> = {},
  without?: string,
): Promise<void> {
  for (const text of architecture().split(/^---$/m)) {
    if (without !== undefined && text.includes(without)) continue;
    const document = parseDocument(text);
    if (document.get('kind') === 'StatefulSet') {
      for (const [field, value] of Object.entries(spec)) document.setIn(['spec', field], value);
    }
    await cluster.apply(document.toString());
  }
}

/** A state of the operator that is brought about, and what is asked in it. */
export interface MysqlSituation {
  readonly name: string;
  readonly imageVolumesSurvive?: boolean;
  readonly act: (world: MysqlWorld) => Promise<unknown>;
  readonly ask: string;
  readonly expected: string;
}

/** Transactions that the server of this ordinal committed itself. */
const ownTransactions = (ordinal: number): string => `0000000${ordinal + 1}-0000-0000-0000-000000000000:1-2`;
const channel = {
  sourceHost: 'mysql-0.mysql.default.svc.cluster.local',
  sourceUser: 'r',
  io: 'Yes',
  sql: true,
  autoPosition: true,
  lagSeconds: 0,
  silentSeconds: 0,
  error: undefined,
} as const;

const deletePod = ({ cluster }: MysqlWorld, name: string): Promise<unknown> =>
  cluster.client.delete(kinds.Pod, key(name));

/** MySQL members. */
export const ofMysql: readonly MysqlSituation[] = [
  {
    name: 'the primary of a set that is replicated',
    act: async (at) => {
      await at.applyCourse();
      await at.untilReplicated();
    },
    ask: 'pod/mysql-0',
    expected: 'Pod default/mysql-0: it runs and is ready: mysql-0 takes writes',
  },
  {
    name: 'a replica that is a little behind',
    act: async (at) => {
      await at.applyCourse();
      await at.untilReplicated();
      at.servers.change(2, { channel: { ...channel, lagSeconds: 3 } });
      await at.cluster.clock.advance(2000);
    },
    ask: 'pod/mysql-2',
    expected: 'Pod default/mysql-2: it runs and is ready: mysql-2 replicates from mysql-0, 3 s behind now',
  },
  {
    name: 'a Pod that is held back by a clone, with figures of now',
    act: async (at) => {
      at.servers.holdsClones = true;
      at.servers.progressOfClones = { doneBytes: 412 * 2 ** 20, totalBytes: 886 * 2 ** 20 };
      await at.applyCourse();
      await at.untilState(1, 'Cloning');
      await at.cluster.clock.advance(5000);
    },
    ask: 'pod/mysql-2',
    expected: `Pod default/mysql-2: it does not exist: the set mysql has not made it yet
  └ StatefulSet default/mysql: 1 of 3 Pods are ready; mysql-1 runs, but its readiness gate mysql.holdfast.dev/ready is not met: mysql-1 is cloning from mysql-0; mysql-2 waits until it is Running and Ready
    └ Pod default/mysql-1: mysql-1 is cloning from mysql-0, 412 of 886 MiB`,
  },
  {
    name: 'a replica without the headless Service',
    act: async (at) => {
      await at.applyCourse({}, { without: 'clusterIP: None' });
      await at.untilState(1, 'NoService');
    },
    ask: 'sts/mysql',
    expected: `StatefulSet default/mysql: 1 of 3 Pods are ready; mysql-1 runs, but its readiness gate mysql.holdfast.dev/ready is not met: Service mysql does not exist, so mysql-0.mysql.default.svc.cluster.local cannot be found; mysql-2 waits until it is Running and Ready
  └ Pod default/mysql-1: Service mysql does not exist, so mysql-0.mysql.default.svc.cluster.local cannot be found

To go on: create Service mysql with clusterIP: None`,
  },
  {
    name: 'a root password that is wrong',
    act: async (at) => {
      at.servers.fail(0, 'denied', "Access denied for user 'root'@'10.244.0.1' (using password: YES)");
      await at.applyCourse();
      await at.untilState(0, 'AccessDenied');
    },
    ask: 'pod/mysql-1',
    expected: `Pod default/mysql-1: it does not exist: the set mysql has not made it yet
  └ StatefulSet default/mysql: 0 of 3 Pods are ready; mysql-0 runs, but its readiness gate mysql.holdfast.dev/ready is not met: mysql-0 lets neither the operator nor root in: Access denied for user 'root'@'10.244.0.1' (using password: YES); mysql-1 waits until it is Running and Ready
    └ Pod default/mysql-0: mysql-0 lets neither the operator nor root in: Access denied for user 'root'@'10.244.0.1' (using password: YES)

To go on: give the container the root password that its data directory was made with`,
  },
  {
    name: 'replicas whose primary does not answer',
    act: async (at) => {
      at.servers.fail(0, 'unreachable', 'connect ECONNREFUSED');
      await at.applyCourse({ podManagementPolicy: 'Parallel' });
      await at.untilState(2, 'WaitingForPrimary');
    },
    ask: 'pod/mysql-2',
    expected: `Pod default/mysql-2: mysql-2 waits until mysql-0 is the primary
  └ Pod default/mysql-0: the server of mysql-0 does not answer

To go on: its server answers; kubectl logs mysql-0 tells what it does`,
  },
  {
    name: 'a clone that failed',
    act: async (at) => {
      at.servers.cloneFailure = 'Clone Donor Error: Connect failed: 2003';
      await at.applyCourse();
      await at.untilState(1, 'WaitingForDonor');
    },
    ask: 'pod/mysql-1',
    expected:
      'Pod default/mysql-1: the clone to mysql-1 failed and is tried again: Clone Donor Error: Connect failed: 2003',
  },
  {
    name: 'a set in the middle of which replication stopped',
    act: async (at) => {
      await at.applyCourse();
      await at.untilReplicated();
      at.servers.change(1, {
        channel: { ...channel, sql: false, error: { number: 1062, message: 'Duplicate entry' } },
      });
      await at.untilState(1, 'ReplicationStopped');
      await at.cluster.clock.advance(2000);
    },
    ask: 'sts/mysql',
    expected: `StatefulSet default/mysql: 2 of 3 Pods are ready; mysql-1 runs, but its readiness gate mysql.holdfast.dev/ready is not met: mysql-1 stopped replicating: error 1062: Duplicate entry; mysql-2 waits until it is Running and Ready
  └ Pod default/mysql-1: mysql-1 stopped replicating: error 1062: Duplicate entry

To go on: the error is mended on the server; replication is started again at each look`,
  },
  {
    name: 'a primary that came back empty',
    act: async (at) => {
      await at.applyCourse();
      await at.untilReplicated();
      at.servers.model.emptyVolume(0);
      await deletePod(at, 'mysql-0');
      await at.untilState(0, 'LostData');
    },
    ask: 'pod/mysql-0',
    expected: `Pod default/mysql-0: mysql-0 has lost its data: server 00000001-0000-0000-0000-000000000000 held it, and this is the new server 00000004-0000-0000-0000-000000000000. It stays closed, so that an empty server does not become the primary.

To go on: put the volume of mysql-0 back; or, to begin again with nothing, delete the set, its claims and the ConfigMap of its state`,
  },
  {
    name: 'a replica that would lose its clone',
    imageVolumesSurvive: false,
    act: async (at) => {
      const containers = [
        { name: 'mysql', image: 'mysql:8', env: [{ name: 'MYSQL_ROOT_PASSWORD', value: 'example' }] },
      ];
      await at.applyCourse({ template: { metadata: { labels: { app: 'mysql' } }, spec: { containers } } });
      await at.untilState(1, 'DataNotOnVolume');
    },
    ask: 'pod/mysql-1',
    expected: `Pod default/mysql-1: mysql-1 keeps its data in the container: what it cloned would be gone when the server restarts

To go on: mount a volume at /var/lib/mysql`,
  },
  {
    name: 'a replica with tables of its own',
    act: async (at) => {
      at.servers.change(1, { tables: { count: 4, oldestMs: 0 }, gtidExecuted: ownTransactions(1) });
      await at.applyCourse();
      await at.untilState(1, 'ForeignData');
    },
    ask: 'pod/mysql-1',
    expected: `Pod default/mysql-1: mysql-1 holds 4 tables that are not the primary's; they are not overwritten

To go on: save what is needed from mysql-1, then delete its claim and the Pod`,
  },
  {
    name: 'a replica that connects',
    act: async (at) => {
      at.servers.change(1, { channel: { ...channel, io: 'Connecting' } });
      await at.applyCourse();
      await at.untilState(1, 'Joining');
    },
    ask: 'pod/mysql-1',
    expected: 'Pod default/mysql-1: mysql-1 is connecting to mysql-0',
  },
  {
    name: 'a replica that is far behind',
    act: async (at) => {
      await at.applyCourse();
      await at.untilReplicated();
      at.servers.change(1, { channel: { ...channel, lagSeconds: 45 } });
      await at.untilState(1, 'Lagging');
    },
    ask: 'pod/mysql-1',
    expected: `Pod default/mysql-1: mysql-1 is more than 30 s behind mysql-0, 45 s behind now

To go on: it catches up, or annotation mysql.holdfast.dev/max-lag-seconds of the set allows more`,
  },
  {
    name: 'replication that stopped with an error',
    act: async (at) => {
      await at.applyCourse();
      await at.untilReplicated();
      const error = { number: 1062, message: "Duplicate entry '7' for key 't.PRIMARY'" };
      at.servers.change(2, { channel: { ...channel, sql: false, error } });
      await at.untilState(2, 'ReplicationStopped');
    },
    ask: 'pod/mysql-2',
    expected: `Pod default/mysql-2: mysql-2 stopped replicating: error 1062: Duplicate entry '7' for key 't.PRIMARY'

To go on: the error is mended on the server; replication is started again at each look`,
  },
  {
    name: 'a replica with transactions of its own',
    act: async (at) => {
      await at.applyCourse();
      await at.untilReplicated();
      at.servers.change(2, { gtidExecuted: ownTransactions(2) });
      await at.untilState(2, 'ErrantTransactions');
    },
    ask: 'pod/mysql-2',
    expected: `Pod default/mysql-2: mysql-2 has transactions that the primary does not have: 00000003-0000-0000-0000-000000000000:1-2

To go on: save what is needed from mysql-2, then delete its claim and the Pod: it is cloned again`,
  },
  {
    name: 'a server whose GTIDs wait for open transactions',
    act: async (at) => {
      at.servers.change(0, { gtidMode: 'ON_PERMISSIVE', ongoingAnonymousTransactions: 2 });
      await at.applyCourse();
      await at.untilState(0, 'Configuring');
      await at.cluster.clock.advance(2000);
    },
    ask: 'pod/mysql-0',
    expected: 'Pod default/mysql-0: gtid_mode waits for 2 transactions without GTID to end',
  },
  {
    name: 'a record that somebody broke',
    act: async (at) => {
      await at.applyCourse();
      await at.untilReplicated();
      await at.cluster.client.modify(kinds.ConfigMap, key('mysql-mysql-state'), (map) => ({
        ...map,
        data: {},
      }));
      await deletePod(at, 'mysql-2');
      await at.cluster.clock.advance(5000);
    },
    ask: 'pod/mysql-2',
    expected:
      'Pod default/mysql-2: ConfigMap mysql-mysql-state has no valid "primary" and "epoch"; mend it or delete it',
  },
  {
    name: 'a member where no operator runs',
    act: async (at) => {
      await at.operator.stop();
      await at.applyCourse();
      await at.cluster.clock.advance(5000);
    },
    ask: 'pod/mysql-1',
    expected: `Pod default/mysql-1: it does not exist: the set mysql has not made it yet
  └ StatefulSet default/mysql: 0 of 3 Pods are ready; mysql-0 runs, but its readiness gate mysql.holdfast.dev/ready is not met: the condition is not set; mysql-1 waits until it is Running and Ready
    └ Pod default/mysql-0: the MySQL operator has said nothing of its server yet

To go on: the MySQL operator runs and looks at the set`,
  },
  {
    name: 'a set that replicates by itself',
    act: async (at) => {
      const containers = [
        {
          name: 'mysql',
          image: 'mysql:8',
          command: ['start'],
          env: [{ name: 'MYSQL_ROOT_PASSWORD', value: 'example' }],
        },
      ];
      await at.applyCourse({ template: { metadata: { labels: { app: 'mysql' } }, spec: { containers } } });
      await at.untilReplicated();
    },
    ask: 'sts/mysql',
    expected:
      'StatefulSet default/mysql: 3 of 3 Pods are ready; the MySQL operator leaves it alone: its container has a command of its own: it may replicate by itself',
  },
];
