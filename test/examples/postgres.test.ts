import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, until } from '../tools/eventually.js';
import { type Machine, machine } from '../tools/machine.js';
import { claimNames, claimOf, podIsNew, podOf, readyAddresses, setIsReady } from '../tools/objects.js';
import { type WriteStream, writesGoOn } from '../tools/write-stream.js';
import { expectSameIdentity, followReadme } from './example.js';
import { application, plain } from './postgres-manifests.js';

const readme = 'examples/postgres/README.md';
const servers = ['postgres-0', 'postgres-1', 'postgres-2'];
const forced = ['--grace-period=0', '--force'];

let made: Machine;

beforeAll(async () => {
  made = await machine('postgres');
  await followReadme(made, readme, 'Start');
  await made.kubectl.ok(['apply', '-f', '-'], { input: application });
});

afterAll(() => made?.[Symbol.asyncDispose]());

async function sql(pod: string, statement: string): Promise<string> {
  const psql = ['exec', pod, '-c', 'postgres', '--', 'psql', '-U', 'postgres', '-qAtc', statement];
  return (await made.kubectl.ok(psql)).trim();
}

/** Waits until these replicas stream from the primary and have replayed everything that it has now. */
async function eventuallyInStep(replicas: readonly string[]): Promise<void> {
  const position = await sql('postgres-0', 'SELECT pg_current_wal_lsn()');
  const wanted = replicas.map((pod) => `${pod}|streaming|t`).join('\n');
  await eventually('all replicas are in step', async () => {
    const columns = `application_name, state, replay_lsn >= '${position}'`;
    expect(await sql('postgres-0', `SELECT ${columns} FROM pg_stat_replication ORDER BY 1`)).toBe(wanted);
  });
}

// The number of each row that the server acknowledged is printed. A server that vanishes ends no connection: the client
// gives up after two seconds without an answer.
const writing = (prefix: string): string => `
  rm -f /tmp/stop
  limits="keepalives_idle=1 keepalives_interval=1 keepalives_count=2 tcp_user_timeout=2000"
  for ((n = 1; ; n++)); do
    [ ! -e /tmp/stop ] || exit 0
    if psql "$limits" -qc "INSERT INTO written VALUES ('${prefix}', $n)" 2>/dev/null; then echo $n; fi
    sleep 0.05
  done`;

/** An application that writes one row after the other through the primary's Service, each in a session of its own. */
function startApplication(prefix: string): WriteStream {
  const work = made.kubectl.start(['exec', 'application', '--', 'bash', '-c', writing(prefix)]);
  const report: WriteStream['report'] = () => ({
    acknowledged: work.stdout.split('\n').slice(0, -1).map(Number),
    failed: 0,
    longestGapSeconds: 0,
  });
  const stop = async (): Promise<ReturnType<WriteStream['report']>> => {
    await made.kubectl.ok(['exec', 'application', '--', 'touch', '/tmp/stop']);
    expect(await work.ended).toBe(0);
    return report();
  };
  return { report, stop, [Symbol.asyncDispose]: () => work[Symbol.asyncDispose]() };
}

/** Each of these servers has every acknowledged row. */
async function expectNothingLost(prefix: string, stream: WriteStream, pods = servers): Promise<void> {
  const { acknowledged } = stream.report();
  expect(acknowledged.length).toBeGreaterThan(0);
  for (const pod of pods) {
    const found = new Set((await sql(pod, `SELECT n FROM written WHERE prefix = '${prefix}'`)).split('\n'));
    expect(
      acknowledged.filter((number) => !found.has(`${number}`)),
      pod,
    ).toEqual([]);
  }
}

describe('the example of PostgreSQL', () => {
  it('does what its README says', async () => {
    await followReadme(made, readme, 'Try');
    await setIsReady(made.kubectl, 'postgres', 3);
    await eventuallyInStep(['postgres-1', 'postgres-2']);
    await sql('postgres-0', 'CREATE TABLE written (prefix text, n int, PRIMARY KEY (prefix, n))');
    // What the README scaled away has left its claim, and nothing on the primary.
    expect(await claimNames(made.kubectl)).toEqual([...servers, 'postgres-3'].map((pod) => `data-${pod}`));
    const slots = 'SELECT slot_name, active FROM pg_replication_slots ORDER BY 1';
    expect(await sql('postgres-0', slots)).toBe('replica_1|t\nreplica_2|t');
  });

  it('copies each replica from its neighbour', async () => {
    for (const ordinal of [1, 2]) {
      const log = await made.kubectl.ok(['logs', `postgres-${ordinal}`, '-c', 'prepare']);
      expect(log).toContain(`copying postgres-${ordinal - 1}.postgres\ncopied\n`);
    }
  });

  it('runs without root, on a disk that its group owns and nowhere else', async () => {
    const script = 'id -u; id -G; stat -c "%u %g %a" "$PGDATA"; touch /elsewhere';
    const { stdout, stderr } = await made.kubectl.run(['exec', 'postgres-1', '--', 'sh', '-c', script]);
    expect(stdout).toBe('999\n999\n999 999 2700\n');
    expect(stderr).toContain('Read-only file system');
  });

  it('leads writers to postgres-0 alone and readers to all', async () => {
    const pods = await Promise.all(servers.map((pod) => podOf(made.kubectl, pod)));
    const [primary, ...others] = pods.map(({ status }) => status?.podIP);
    expect(await readyAddresses(made.kubectl, 'postgres-primary')).toEqual([primary]);
    expect(await readyAddresses(made.kubectl, 'postgres-read')).toEqual([primary, ...others].toSorted());
  });
});

describe('a replica', () => {
  it('gets the rows that were written while it was away, and no new copy', async () => {
    const { kubectl } = made;
    await kubectl.ok(['scale', 'statefulset/postgres', '--replicas=2']);
    await setIsReady(kubectl, 'postgres', 2);
    await using stream = startApplication('missed');
    await writesGoOn(stream, 10);
    await stream.stop();
    await kubectl.ok(['scale', 'statefulset/postgres', '--replicas=3']);
    await setIsReady(kubectl, 'postgres', 3);
    await eventuallyInStep(['postgres-1', 'postgres-2']);
    await expectNothingLost('missed', stream);
    expect(await kubectl.ok(['logs', 'postgres-2', '-c', 'prepare'])).toBe('the data is there already\n');
  });

  it.each([
    { pod: 'postgres-1', deletion: [], seenFrom: 'postgres-0' },
    { pod: 'postgres-2', deletion: forced, seenFrom: 'postgres-1' },
  ])(
    '$pod comes back as who it was when it is deleted, with every row $deletion',
    async ({ pod, ...how }) => {
      await using stream = startApplication(pod);
      await writesGoOn(stream, 10);
      await expectSameIdentity(made.kubectl, pod, how);
      await writesGoOn(stream, 10);
      await stream.stop();
      await eventuallyInStep(['postgres-1', 'postgres-2']);
      await expectNothingLost(pod, stream);
    },
  );

  it('that has lost its disk is copied anew, whatever its old slot keeps', async () => {
    const { kubectl } = made;
    const uid = (await podOf(kubectl, 'postgres-1')).metadata?.uid;
    const claim = (await claimOf(kubectl, 'data-postgres-1')).metadata?.uid;
    await kubectl.ok(['delete', 'pvc', 'data-postgres-1', '--wait=false']);
    await kubectl.ok(['delete', 'pod', 'postgres-1', '--wait=false']);
    await podIsNew(kubectl, 'postgres-1', uid);
    expect((await claimOf(kubectl, 'data-postgres-1')).metadata?.uid).not.toBe(claim);
    await eventuallyInStep(['postgres-1', 'postgres-2']);
    expect(await sql('postgres-1', 'SELECT count(*) FROM written')).toBe(
      await sql('postgres-0', 'SELECT count(*) FROM written'),
    );
  });
});

describe('a primary that is deleted', () => {
  it.each([
    { name: 'told to stop', deletion: [] },
    { name: 'killed', deletion: forced },
  ])('and $name comes back with every row, and is followed again', async ({ name, deletion }) => {
    const identity = 'SELECT system_identifier FROM pg_control_system()';
    const before = await sql('postgres-0', identity);
    await using stream = startApplication(name);
    await writesGoOn(stream, 10);
    await expectSameIdentity(made.kubectl, 'postgres-0', { deletion, seenFrom: 'postgres-1' });
    await writesGoOn(stream, 10);
    await stream.stop();
    await eventuallyInStep(['postgres-1', 'postgres-2']);
    await expectNothingLost(name, stream);
    expect(await sql('postgres-0', identity)).toBe(before);
    for (const pod of servers)
      expect(await sql(pod, 'SELECT text FROM note ORDER BY 1')).toBe('again\nhello');
  });
});

describe('the image by itself', () => {
  const rowsOf = async (pod: string): Promise<string> => {
    await made.kubectl.ok(['wait', '--for=condition=Ready', `pod/${pod}`, '--timeout=120s']);
    const { podIP = '' } = (await podOf(made.kubectl, pod)).status ?? {};
    const login = ['env', "PGPASSWORD=a 'quoted' word", 'psql', '-h', podIP, '-U', 'owner', '-d', 'shop'];
    const query = ['-qAtc', "SELECT n, current_setting('fsync') FROM visit"];
    return made.kubectl.ok(['exec', 'application', '--', ...login, ...query]);
  };

  it('makes user, database and tables at its first start', async () => {
    const { kubectl } = made;
    await kubectl.ok(['create', 'secret', 'generic', 'plain', "--from-literal=password=a 'quoted' word"]);
    await kubectl.ok(['apply', '-f', '-'], { input: plain('first') });
    expect(await rowsOf('first')).toBe('1|off\n');
  });

  it('waits for the end of another server on its volume, and takes over what fsGroup has opened to its group', async () => {
    const { kubectl } = made;
    await kubectl.ok(['apply', '-f', '-'], { input: plain('second') });
    await until(
      'the second waits',
      () => kubectl.run(['logs', 'second']),
      ({ stdout }) => stdout.includes('another server still runs on /var/lib/postgresql/data/pgdata'),
      { timeoutMs: 60_000 },
    );
    expect(await rowsOf('first')).toBe('1|off\n');
    await kubectl.ok(['delete', 'pod', 'first', '--timeout=60s']);
    expect(await rowsOf('second')).toBe('1|off\n');
    await kubectl.ok(['delete', 'pod', 'second', '--wait=false']);
  });
});
