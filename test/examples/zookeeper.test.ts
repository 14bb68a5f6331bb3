import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../tools/eventually.js';
import { type Machine, machine } from '../tools/machine.js';
import { isReady, podOf, readyAddresses, setIsReady } from '../tools/objects.js';
import { expectSameIdentity, followReadme } from './example.js';

const readme = 'examples/zookeeper/README.md';
const members = ['zookeeper-0', 'zookeeper-1', 'zookeeper-2'];

let made: Machine;

beforeAll(async () => {
  made = await machine('zookeeper');
  await followReadme(made, readme, 'Start');
});

afterAll(() => made?.[Symbol.asyncDispose]());

/** Gives commands to ZooKeeper's own client on a member, and what it printed. */
function client(pod: string, ...commands: readonly string[]): Promise<string> {
  return made.kubectl.ok(['exec', '-i', pod, '--', 'zkCli.sh'], { input: `${commands.join('\n')}\n` });
}

/** What a member has at these paths after it has caught up with the leader. */
async function read(pod: string, paths: readonly string[]): Promise<readonly string[]> {
  const printed = await client(pod, 'sync /', ...paths.map((path) => `get ${path}`));
  return printed.split('\n').filter((line) => line.startsWith('value of '));
}

function create(pod: string, path: string): Promise<string> {
  return client(pod, `create ${path} "value of ${path}"`);
}

/** The part of each member in the quorum, sorted; 'none' of one that serves nobody. */
async function parts(pods = members): Promise<readonly string[]> {
  const each = pods.map(async (pod) => {
    const { stdout, code } = await made.kubectl.run(['exec', pod, '--', 'zkServer.sh', 'status']);
    return code === 0 ? stdout.trim() : 'none';
  });
  return (await Promise.all(each)).toSorted();
}

/** Waits until one member leads and the others follow. */
function eventuallyOneLeads(pods = members): Promise<unknown> {
  const followers = pods.slice(1).map(() => 'Mode: follower');
  const wanted = [...followers, 'Mode: leader'].join();
  return until(
    'one leads, the others follow',
    () => parts(pods),
    (found) => found.join() === wanted,
  );
}

describe('the example of ZooKeeper', () => {
  it('does what its README says', async () => {
    await followReadme(made, readme, 'Try');
    await eventuallyOneLeads();
  });

  it('runs without root, on a disk that its group owns and nowhere else', async () => {
    const script = 'id -u; id -G; stat -c "%u %g" /data/version-2; cat /data/myid; touch /elsewhere';
    const { stdout, stderr } = await made.kubectl.run(['exec', 'zookeeper-2', '--', 'sh', '-c', script]);
    expect(stdout).toBe('1000\n1000\n1000 1000\n3\n');
    expect(stderr).toContain('Read-only file system');
  });

  it('leads clients to all members', async () => {
    const pods = await Promise.all(members.map((pod) => podOf(made.kubectl, pod)));
    const addresses = pods.map(({ status }) => status?.podIP).toSorted();
    expect(await readyAddresses(made.kubectl, 'zookeeper-client')).toEqual(addresses);
  });
});

describe('a member that is deleted', () => {
  it.each([
    { pod: 'zookeeper-0', deletion: [], seenFrom: 'zookeeper-1' },
    { pod: 'zookeeper-1', deletion: [], seenFrom: 'zookeeper-2' },
    { pod: 'zookeeper-2', deletion: ['--grace-period=0', '--force'], seenFrom: 'zookeeper-0' },
  ])(
    '$pod comes back as who it was, with everything that was acknowledged $deletion',
    async ({ pod, ...how }) => {
      const paths = [`/before-${pod}`, `/after-${pod}`];
      await create(pod, `/before-${pod}`);
      await expectSameIdentity(made.kubectl, pod, how);
      await eventuallyOneLeads();
      await create(how.seenFrom, `/after-${pod}`);
      expect(await read(pod, paths)).toEqual(paths.map((path) => `value of ${path}`));
      const ordinal = Number(pod.split('-')[1]);
      expect(await made.kubectl.ok(['exec', pod, '--', 'cat', '/data/myid'])).toBe(`${ordinal + 1}\n`);
    },
  );
});

describe('the quorum', () => {
  const scale = (replicas: number): Promise<string> =>
    made.kubectl.ok(['scale', 'statefulset/zookeeper', `--replicas=${replicas}`]);

  it('is kept by two: they take writes while the third is away', async () => {
    await scale(2);
    await setIsReady(made.kubectl, 'zookeeper', 2);
    await eventuallyOneLeads(members.slice(0, 2));
    await create('zookeeper-0', '/two');
    expect(await read('zookeeper-1', ['/two'])).toEqual(['value of /two']);
  });

  it('is not kept by one, which then is not ready, serves nobody and is not restarted for it', async () => {
    await scale(1);
    const alone = await until(
      'it is not ready',
      () => podOf(made.kubectl, 'zookeeper-0'),
      (pod) => !isReady(pod),
    );
    expect(await parts(['zookeeper-0'])).toEqual(['none']);
    await until(
      'clients are led to nobody',
      () => readyAddresses(made.kubectl, 'zookeeper-client'),
      (addresses) => addresses.length === 0,
    );
    expect(alone.status?.containerStatuses?.[0]?.restartCount).toBe(0);
  });

  it('is there again with all three, each of which has everything', async () => {
    await scale(3);
    await setIsReady(made.kubectl, 'zookeeper', 3);
    await eventuallyOneLeads();
    const paths = ['/two', ...members.map((pod) => `/before-${pod}`)];
    for (const pod of members)
      expect(await read(pod, paths)).toEqual(paths.map((path) => `value of ${path}`));
  });
});
