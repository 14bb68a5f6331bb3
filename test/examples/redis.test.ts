import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../tools/eventually.js';
import { type Machine, machine } from '../tools/machine.js';
import { claimNames, isReady, podOf, readyAddresses, setIsReady } from '../tools/objects.js';
import { attemptMs, startWrites, type WriteStream, writesGoOn } from '../tools/write-stream.js';
import { expectSameIdentity, followReadme, publishedPort } from './example.js';

const readme = 'examples/redis/README.md';
const servers = ['redis-0', 'redis-1', 'redis-2'];
const forced = ['--grace-period=0', '--force'];

let made: Machine;
let port: number;

beforeAll(async () => {
  made = await machine('redis');
  await followReadme(made, readme, 'Start');
});

afterAll(() => made?.[Symbol.asyncDispose]());

async function redis(pod: string, ...args: readonly string[]): Promise<string> {
  return (await made.kubectl.ok(['exec', pod, '--', 'redis-cli', ...args])).trim();
}

/** A section of INFO, by its fields. */
async function info(pod: string, section: string): Promise<Readonly<Record<string, string>>> {
  const lines = (await redis(pod, 'info', section)).split(/\r?\n/);
  return Object.fromEntries(lines.map((line) => [line.split(':')[0] ?? '', line.replace(/^[^:]*:/, '')]));
}

/** Waits until these replicas follow redis-0 by its name and have everything that it has. */
function eventuallyInStep(replicas: readonly string[]): Promise<void> {
  return eventually('all replicas are in step', async () => {
    for (const pod of replicas) {
      const replica = await info(pod, 'replication');
      expect(replica).toMatchObject({
        ...{ role: 'slave', master_host: 'redis-0.redis', master_link_status: 'up' },
        master_sync_in_progress: '0',
      });
      const primary = await info('redis-0', 'replication');
      expect(primary).toMatchObject({ role: 'master', connected_slaves: `${replicas.length}` });
      expect(primary['master_replid']).toBe(replica['master_replid']);
      // The primary counts on by itself: what it had before the replica was asked is what the replica must have.
      const again = await info(pod, 'replication');
      expect(Number(again['slave_repl_offset'])).toBeGreaterThanOrEqual(
        Number(primary['master_repl_offset']),
      );
    }
  });
}

/** One command over a connection, and its one-line answer. */
function command(socket: Socket, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => settle(() => reject(new Error('no answer'))), attemptMs);
    const answered = (data: Buffer): void => settle(() => resolve(data.toString().trim()));
    const ended = (): void => settle(() => reject(new Error('the connection ended')));
    const settle = (end: () => void): void => {
      clearTimeout(late);
      socket.off('data', answered).off('close', ended);
      end();
    };
    socket.on('data', answered).on('close', ended);
    socket.write(`${line}\r\n`);
  });
}

/** A client outside of the cluster that writes one key after the other through the published Service. */
function startClient(prefix: string): WriteStream {
  let socket: Socket | undefined;
  return startWrites({
    write: async (number) => {
      socket ??= connect(port, '127.0.0.1').on('error', () => {});
      const answer = await command(socket, `SET ${prefix}:${number} written`);
      if (answer !== '+OK') throw new Error(answer);
    },
    reset: () => {
      socket?.destroy();
      socket = undefined;
    },
  });
}

/** Each of these servers has every acknowledged write. */
async function expectNothingLost(prefix: string, stream: WriteStream, pods = servers): Promise<void> {
  const { acknowledged } = stream.report();
  expect(acknowledged.length).toBeGreaterThan(0);
  for (const pod of pods) {
    const found = new Set((await redis(pod, '--raw', 'keys', `${prefix}:*`)).split(/\s+/));
    expect(acknowledged.filter((number) => !found.has(`${prefix}:${number}`))).toEqual([]);
  }
}

describe('the example of Redis', () => {
  it('does what its README says', async () => {
    await followReadme(made, readme, 'Try');
    port = await publishedPort(made, 'redis-primary');
    await setIsReady(made.kubectl, 'redis', 3);
    await eventuallyInStep(['redis-1', 'redis-2']);
    // What the README scaled away has left its claim.
    expect(await claimNames(made.kubectl)).toEqual([...servers, 'redis-3'].map((pod) => `data-${pod}`));
  });

  it('runs without root, on a disk that its group owns', async () => {
    const { stdout } = await made.kubectl.run(['exec', 'redis-0', '--', 'sh', '-ec', 'id -u; id -G']);
    expect(stdout).toBe('999\n999\n');
    const owner = ['exec', 'redis-0', '--', 'stat', '-c', '%u %g', '/data/appendonlydir'];
    expect(await made.kubectl.ok(owner)).toBe('999 999\n');
  });

  it('leads writers to redis-0 alone and readers to all', async () => {
    const address = async (pod: string): Promise<string> =>
      (await podOf(made.kubectl, pod)).status?.podIP ?? '';
    expect(await readyAddresses(made.kubectl, 'redis-primary')).toEqual([await address('redis-0')]);
    expect(await readyAddresses(made.kubectl, 'redis-read')).toEqual(
      (await Promise.all(servers.map(address))).toSorted(),
    );
  });
});

describe('a replica that is deleted', () => {
  it('comes back on its disk and gets only what it has missed', async () => {
    const { kubectl } = made;
    const before = await info('redis-0', 'stats');
    await kubectl.ok(['scale', 'statefulset', 'redis', '--replicas=2']);
    await setIsReady(kubectl, 'redis', 2);
    await using stream = startClient('missed');
    await writesGoOn(stream, 20);
    await stream.stop();
    await kubectl.ok(['scale', 'statefulset', 'redis', '--replicas=3']);
    await setIsReady(kubectl, 'redis', 3);
    await eventuallyInStep(['redis-1', 'redis-2']);
    await expectNothingLost('missed', stream);
    const after = await info('redis-0', 'stats');
    expect(after['sync_full']).toBe(before['sync_full']);
    expect(Number(after['sync_partial_ok'])).toBe(Number(before['sync_partial_ok']) + 1);
  });

  it.each([
    { pod: 'redis-1', deletion: [], seenFrom: 'redis-0' },
    { pod: 'redis-2', deletion: forced, seenFrom: 'redis-1' },
  ])('$pod comes back as who it was, with every write $deletion', async ({ pod, ...how }) => {
    await using stream = startClient(pod);
    await writesGoOn(stream, 20);
    await expectSameIdentity(made.kubectl, pod, how);
    await writesGoOn(stream, 20);
    await stream.stop();
    await eventuallyInStep(['redis-1', 'redis-2']);
    await expectNothingLost(pod, stream);
  });
});

describe('a primary that is deleted', () => {
  it.each([
    { name: 'told to stop', deletion: [] },
    { name: 'killed', deletion: forced },
  ])('and $name comes back with every write, and is followed again', async ({ name, deletion }) => {
    const prefix = name.replaceAll(' ', '-');
    await using stream = startClient(prefix);
    await writesGoOn(stream, 20);
    await expectSameIdentity(made.kubectl, 'redis-0', { deletion, seenFrom: 'redis-1' });
    await writesGoOn(stream, 20);
    await stream.stop();
    await eventuallyInStep(['redis-1', 'redis-2']);
    await expectNothingLost(prefix, stream);
    expect(await redis('redis-0', 'get', 'greeting')).toBe('hello');
  });

  it('leaves replicas that go on answering reads, and no one to write to', async () => {
    const { kubectl } = made;
    // Without its set nothing brings the primary back.
    await kubectl.ok(['delete', 'statefulset', 'redis', '--cascade=orphan']);
    await kubectl.ok(['delete', 'pod', 'redis-0', '--timeout=60s']);
    for (const pod of ['redis-1', 'redis-2']) {
      expect(await info(pod, 'replication')).toMatchObject({ role: 'slave', master_link_status: 'down' });
      expect(await redis(pod, 'get', 'greeting')).toBe('hello');
      expect(isReady(await podOf(kubectl, pod))).toBe(true);
    }
    expect(await readyAddresses(kubectl, 'redis-primary')).toEqual([]);
    expect(await readyAddresses(kubectl, 'redis-read')).toHaveLength(2);
    const uids = await Promise.all(['redis-1', 'redis-2'].map((pod) => podOf(kubectl, pod)));
    expect(await made.ok(['up', 'examples/redis/redis.yaml'])).toContain('statefulset.apps/redis created');
    await eventuallyInStep(['redis-1', 'redis-2']);
    expect(await redis('redis-0', 'get', 'greeting')).toBe('hello');
    for (const { metadata } of uids)
      expect((await podOf(kubectl, metadata?.name ?? '')).metadata?.uid).toBe(metadata?.uid);
  });
});

/** The image without any of the example: as the official image's documentation has it. */
const plain = `
apiVersion: v1
kind: ConfigMap
metadata: { name: plain }
data:
  own.conf: |
    port 6380
    protected-mode yes
---
apiVersion: v1
kind: Pod
metadata: { name: plain }
spec:
  terminationGracePeriodSeconds: 1
  volumes: [{ name: conf, configMap: { name: plain } }]
  containers:
  - { name: default, image: "redis:7" }
  - { name: options, image: "redis:7", args: ["--port", "6381", "--requirepass", "secret"] }
  - name: file
    image: redis:7
    args: [/conf/own.conf]
    volumeMounts: [{ name: conf, mountPath: /conf }]
`;

describe('the image that stands in for redis:7', () => {
  it('runs as user redis, is open to other Pods, and takes options or a file as the official image does', async () => {
    const { kubectl } = made;
    await kubectl.ok(['apply', '-f', '-'], { input: plain });
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/plain', '--timeout=60s']);
    const address = (await podOf(kubectl, 'plain')).status?.podIP ?? '';
    const ask = (...args: readonly string[]): Promise<string> => redis('redis-1', '-h', address, ...args);
    expect(await eventually('it answers', () => ask('ping'))).toBe('PONG');
    expect(
      await eventually('it answers', () => ask('-p', '6381', '-a', 'secret', '--no-auth-warning', 'ping')),
    ).toBe('PONG');
    expect(await eventually('it answers', () => ask('-p', '6380', 'ping'))).toMatch(/^DENIED/);
    const status = ['exec', 'plain', '-c', 'default', '--', 'cat', '/proc/1/status'];
    expect(await kubectl.ok(status)).toMatch(/^Name:\s+redis-server[\s\S]*^Uid:\s+999\s/m);
    expect(await redis('plain', '--version')).toMatch(/^redis-cli \d/);
    await kubectl.ok(['delete', 'pod', 'plain', '--wait=false']);
  });
});
