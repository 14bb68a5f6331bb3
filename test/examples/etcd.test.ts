import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PodDisruptionBudget } from '../../src/api/generated/policy-v1.js';
import { until } from '../tools/eventually.js';
import { type Machine, machine } from '../tools/machine.js';
import { claimNames, podOf, podsOf, setIsReady } from '../tools/objects.js';
import { attemptMs, startWrites, type WriteStream, writesGoOn } from '../tools/write-stream.js';
import { expectSameIdentity, followReadme, publishedPort } from './example.js';

const readme = 'examples/etcd/README.md';
const members = ['etcd-0', 'etcd-1', 'etcd-2'];
const claims = members.map((name) => `data-${name}`);
const forced = ['--grace-period=0', '--force'];

let made: Machine;
let port: number;

beforeAll(async () => {
  made = await machine('etcd');
  await followReadme(made, readme, 'Start');
});

afterAll(() => made?.[Symbol.asyncDispose]());

/** Asks a member by itself, whatever the others say. */
async function ask(pod: string, ...args: readonly string[]): Promise<string> {
  const command = ['etcdctl', '--endpoints=http://localhost:2379', ...args];
  return (await made.kubectl.ok(['exec', pod, '--', ...command])).trim();
}

/** Every member: its id, name, and the address by which its peers know it. */
async function memberList(): Promise<readonly string[]> {
  const printed = await ask('etcd-0', 'member', 'list', '-w', 'simple');
  return printed
    .split('\n')
    .map((line) => line.split(', '))
    .map(([id, status, name, peer]) => `${id} ${status} ${name} ${peer}`)
    .toSorted();
}

/** A client outside of the cluster that writes one key after the other through the published Service. */
function startClient(prefix: string): WriteStream {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return startWrites({
    write: async (number) => {
      const body = JSON.stringify({ key: base64(`${prefix}/${number}`), value: base64('written') });
      const signal = AbortSignal.timeout(attemptMs);
      const url = `http://127.0.0.1:${port}/v3/kv/put`;
      const response = await fetch(url, { method: 'POST', body, signal });
      const answer = await response.text();
      if (!response.ok) throw new Error(answer);
    },
    reset: () => {},
  });
}

/** Each of these members has every acknowledged write on its own disk. */
async function expectNothingLost(prefix: string, stream: WriteStream, pods = members): Promise<void> {
  const { acknowledged } = stream.report();
  expect(acknowledged.length).toBeGreaterThan(0);
  for (const pod of pods) {
    const local = ['--consistency=s', '--prefix', '--keys-only', `${prefix}/`];
    const found = new Set((await ask(pod, 'get', ...local)).split(/\s+/));
    expect(acknowledged.filter((number) => !found.has(`${prefix}/${number}`))).toEqual([]);
  }
}

describe('the example of etcd', () => {
  it('does what its README says', async () => {
    await followReadme(made, readme, 'Try');
    port = await publishedPort(made, 'etcd-client');
  });

  it('is one cluster of three members that know each other by name', async () => {
    const ids = (await memberList()).map((line) => line.replace(/^[0-9a-f]{10,16} /, ''));
    expect(ids.toSorted()).toEqual(members.map((name) => `started ${name} http://${name}.etcd:2380`));
    expect(await claimNames(made.kubectl)).toEqual(claims);
    const budget = await made.kubectl.json<PodDisruptionBudget>(['get', 'pdb', 'etcd']);
    expect(budget.status).toMatchObject({ expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 });
  });

  it('runs without root, on a disk that its group owns, and reads no variables of Services', async () => {
    const { stdout } = await made.kubectl.run(['exec', 'etcd-0', '--', 'sh', '-ec', 'id -u; id -G; env']);
    expect(stdout).toMatch(/^1000\n1000\n/);
    expect(stdout).not.toContain('ETCD_CLIENT');
    const data = await made.kubectl.ok(['exec', 'etcd-0', '--', 'stat', '-c', '%u %g', '/var/lib/etcd/data']);
    expect(data).toBe('1000 1000\n');
  });

  it('is unchanged when it is applied again', async () => {
    const before = await podsOf(made.kubectl, 'app=etcd');
    expect((await made.ok(['up', 'examples/etcd/etcd.yaml'])).match(/ unchanged$/gm)).toHaveLength(4);
    expect(await podsOf(made.kubectl, 'app=etcd')).toEqual(before);
  });
});

describe('a member that is deleted', () => {
  it.each([
    { pod: 'etcd-0', deletion: [], seenFrom: 'etcd-1' },
    { pod: 'etcd-1', deletion: [], seenFrom: 'etcd-2' },
    { pod: 'etcd-2', deletion: forced, seenFrom: 'etcd-0' },
  ])('$pod comes back as who it was, with every write $deletion', async ({ pod, ...how }) => {
    const before = await memberList();
    await using stream = startClient(pod);
    await writesGoOn(stream, 20);
    await expectSameIdentity(made.kubectl, pod, how);
    await writesGoOn(stream, 20);
    await stream.stop();
    await expectNothingLost(pod, stream);
    expect(await memberList()).toEqual(before);
  });
});

describe('the majority', () => {
  it('goes on without a member, which gets what it has missed when it is back', async () => {
    const { kubectl } = made;
    const before = await memberList();
    await kubectl.ok(['scale', 'statefulset', 'etcd', '--replicas=2']);
    await setIsReady(kubectl, 'etcd', 2);
    expect(await claimNames(kubectl)).toEqual(claims);
    await using stream = startClient('missed');
    await writesGoOn(stream, 20);
    await stream.stop();
    await kubectl.ok(['scale', 'statefulset', 'etcd', '--replicas=3']);
    await setIsReady(kubectl, 'etcd', 3);
    await expectNothingLost('missed', stream, ['etcd-2']);
    expect(await memberList()).toEqual(before);
  });

  it('is back after all three were killed at once, with everything', async () => {
    const { kubectl } = made;
    const before = await memberList();
    const old = new Set((await podsOf(kubectl, 'app=etcd')).map(({ metadata }) => metadata?.uid));
    await using stream = startClient('all');
    await writesGoOn(stream, 20);
    await kubectl.ok(['delete', 'pod', '-l', 'app=etcd', '--wait=false', ...forced]);
    await until(
      'three new Pods are there',
      () => podsOf(kubectl, 'app=etcd'),
      (pods) => pods.length === 3 && pods.every(({ metadata }) => !old.has(metadata?.uid)),
      { timeoutMs: 60_000 },
    );
    await setIsReady(kubectl, 'etcd', 3);
    await writesGoOn(stream, 20);
    await stream.stop();
    await expectNothingLost('all', stream);
    expect(await memberList()).toEqual(before);
    expect((await podOf(kubectl, 'etcd-0')).status?.containerStatuses?.[0]?.restartCount).toBe(0);
  });
});
