import { readFileSync } from 'node:fs';
import { chown, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersistentVolume, Pod } from '../../src/api/generated/core-v1.js';
import { eventually, timed, until } from '../tools/eventually.js';
import { architectureFile, type Machine, startMachine } from '../tools/machine.js';
import { ask, askValue, cloneStatus, queryPort, replicaStatus } from '../tools/mysql.js';
import { claimNames, claimOf, isReady, podIsNew, podOf, setIsReady } from '../tools/objects.js';
import { startToolbox, type Toolbox } from '../tools/toolbox.js';
import { startWriting, type WriteReport, writesGoOn } from '../tools/write-stream.js';
import { eventuallyReads, eventuallyReplicated, expectClonedFrom, memberIs } from './course.js';

const claims = [0, 1, 2].map((ordinal) => `mysql-storage-mysql-${ordinal}`);

let machine: Machine;
let toolbox: Toolbox;
let masterPort: number;
let notes: WriteReport['acknowledged'] = [];

const oneReplica = readFileSync(architectureFile, 'utf8').replace('replicas: 3', 'replicas: 1');

/** Makes a clone last: so many MiB of incompressible rows. */
async function fill(mebibytes: number): Promise<void> {
  const { kubectl } = machine;
  await ask(kubectl, 'mysql-0', 'CREATE DATABASE bulk; CREATE TABLE bulk.t (id INT PRIMARY KEY, b LONGBLOB)');
  const row = 'REPEAT(RANDOM_BYTES(1024), 4096)';
  for (let id = 0; id < mebibytes; id += 4)
    await ask(kubectl, 'mysql-0', `INSERT INTO bulk.t VALUES (${id}, ${row})`);
}

/** The directory on this machine behind a claim. */
async function directoryOf(claim: string): Promise<string> {
  const { spec } = await claimOf(machine.kubectl, claim);
  const volume = await machine.kubectl.json<PersistentVolume>(['get', 'pv', spec?.volumeName ?? '']);
  return volume.spec?.hostPath?.path ?? volume.spec?.local?.path ?? '';
}

/** Moves everything from one directory into another. */
async function moveContent(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) await rename(join(from, name), join(to, name));
}

/** Every row that was ever acknowledged is on every server. */
async function expectNothingLost(pods: readonly string[]): Promise<void> {
  const wanted = { statement: 'SELECT COUNT(*) FROM stream.t', value: '' };
  const value = await askValue(machine.kubectl, 'mysql-0', wanted.statement);
  for (const pod of pods) await eventuallyReads(machine.kubectl, pod, { ...wanted, value });
  const rows = await queryPort(masterPort, 'SELECT id FROM stream.t');
  const there = new Set(rows.map((row) => Number(row['id'])));
  expect(notes.filter((id) => !there.has(id))).toEqual([]);
}

beforeAll(async () => {
  machine = await startMachine('restarts');
  await machine.ok(['up', '-', '--publish', 'mysql-master'], { input: oneReplica });
  const { published } = await machine.cluster.status();
  masterPort = published[0]?.hostPort ?? Number.NaN;
  toolbox = await startToolbox(machine.kubectl);
});

afterAll(() => machine?.[Symbol.asyncDispose]());

describe('a daemon that is killed in the middle of a clone', () => {
  it('takes up where it was: the clone is finished, and the rest follows', async () => {
    const { kubectl, cluster } = machine;
    await fill(256);
    await kubectl.ok(['scale', 'statefulset', 'mysql', '--replicas=3']);
    await memberIs(kubectl, 'mysql-1', 'Cloning');
    await until(
      'mysql-1 is being cloned',
      () => cloneStatus(kubectl, 'mysql-1'),
      (clone) => clone?.['STATE'] === 'In Progress',
    );
    const { daemon } = await cluster.status();
    const killedAt = Date.now();
    process.kill(daemon.pid ?? Number.NaN, 'SIGKILL');
    await eventually('the API is back', () => kubectl.ok(['get', '--raw', '/readyz']));
    await setIsReady(kubectl, 'mysql', 3);
    await eventuallyReplicated(kubectl, 'default');
    await expectClonedFrom(kubectl, 'mysql-1', { pod: 'mysql-0', namespace: 'default' });
    await expectClonedFrom(kubectl, 'mysql-2', { pod: 'mysql-1', namespace: 'default' });
    const clone = await cloneStatus(kubectl, 'mysql-1');
    const [begun, ended] = ['BEGIN_TIME', 'END_TIME'].map((column) => Date.parse(`${clone?.[column]}Z`));
    expect(killedAt).toBeGreaterThan(begun ?? Number.NaN);
    expect(killedAt).toBeLessThan(ended ?? Number.NaN);
    const into = (killedAt - (begun ?? 0)) / 1000;
    const whole = ((ended ?? 0) - (begun ?? 0)) / 1000;
    console.log(`daemon killed ${into.toFixed(2)} s into a clone of ${whole.toFixed(2)} s`);
    expect(await askValue(kubectl, 'mysql-2', 'SELECT COUNT(*) FROM bulk.t')).toBe('64');
    // What made the clone long is of no more use.
    await ask(kubectl, 'mysql-0', 'DROP DATABASE bulk');
  });
});

describe('kubectl delete pod', () => {
  it('M3, M7, M10, M13: mysql-0 under a stream of writes comes back on its claim, and nothing is lost', async () => {
    const { kubectl } = machine;
    await ask(kubectl, 'mysql-0', 'CREATE DATABASE stream; CREATE TABLE stream.t (id INT PRIMARY KEY)');
    const before = await podOf(kubectl, 'mysql-0');
    const claim = await claimOf(kubectl, 'mysql-storage-mysql-0');
    await using stream = startWriting(masterPort, 'stream.t');
    await writesGoOn(stream);
    await kubectl.ok(['delete', 'pod', 'mysql-0', '--wait=false']);
    const after = await podIsNew(kubectl, 'mysql-0', before.metadata?.uid);
    // The name leads to the new Pod at once: nothing may remember the old address, or that there was none.
    expect(await toolbox.addresses('mysql-0.mysql.default.svc.cluster.local')).toEqual([after.status?.podIP]);
    await writesGoOn(stream);
    const { acknowledged, failed, longestGapSeconds } = await stream.stop();
    notes = acknowledged;
    console.log(
      `delete pod mysql-0: ${acknowledged.length} writes acknowledged, ${failed} refused, ${longestGapSeconds.toFixed(2)} s without writes`,
    );
    expect((await claimOf(kubectl, 'mysql-storage-mysql-0')).metadata?.uid).toBe(claim.metadata?.uid);
    await setIsReady(kubectl, 'mysql', 3);
    await eventuallyReplicated(kubectl, 'default');
    await expectNothingLost(['mysql-1', 'mysql-2']);
    const client = 'mysql -hmysql-master.default.svc.cluster.local -uroot -pexample -N';
    expect((await toolbox.sh(`${client} -e 'SELECT @@hostname'`)).trim()).toBe('mysql-0');
  });

  it('M10: a replica comes back on its claim and replicates on, without another clone', async () => {
    const { kubectl } = machine;
    const cloned = await cloneStatus(kubectl, 'mysql-2');
    const server = await askValue(kubectl, 'mysql-2', 'SELECT @@server_uuid');
    const { uid } = (await podOf(kubectl, 'mysql-2')).metadata ?? {};
    await kubectl.ok(['delete', 'pod', 'mysql-2', '--wait=false']);
    const { seconds } = await timed(() => podIsNew(kubectl, 'mysql-2', uid));
    console.log(`delete pod mysql-2: ready again after ${seconds.toFixed(1)} s`);
    expect(await askValue(kubectl, 'mysql-2', 'SELECT @@server_uuid')).toBe(server);
    expect(await cloneStatus(kubectl, 'mysql-2')).toEqual(cloned);
    await eventuallyReplicated(kubectl, 'default');
    await expectNothingLost(['mysql-2']);
  });
});

describe('scaling', () => {
  it('3 to 4 clones the newcomer from its neighbour; 4 to 3 takes the last away and keeps its claim', async () => {
    const { kubectl } = machine;
    await kubectl.ok(['scale', 'statefulset', 'mysql', '--replicas=4']);
    const { seconds } = await timed(() => setIsReady(kubectl, 'mysql', 4));
    console.log(`scale 3 to 4: ready after ${seconds.toFixed(1)} s`);
    await expectClonedFrom(kubectl, 'mysql-3', { pod: 'mysql-2', namespace: 'default' });
    await eventuallyReplicated(kubectl, 'default', 4);
    await expectNothingLost(['mysql-3']);
    await kubectl.ok(['scale', 'statefulset', 'mysql', '--replicas=3']);
    await kubectl.ok(['wait', '--for=delete', 'pod/mysql-3', '--timeout=60s']);
    await setIsReady(kubectl, 'mysql', 3);
    expect(await claimNames(kubectl)).toEqual([...claims, 'mysql-storage-mysql-3']);
    await eventuallyReplicated(kubectl, 'default');
  });
});

describe('the set and its claims', () => {
  it('M10: claims outlive the set, and the set comes back with its data', async () => {
    const { kubectl } = machine;
    await kubectl.ok(['delete', 'statefulset', 'mysql', '--timeout=60s']);
    await kubectl.ok(['wait', '--for=delete', 'pod', '-l', 'app=mysql', '--timeout=60s'], {
      timeoutMs: 70_000,
    });
    expect(await claimNames(kubectl)).toEqual([...claims, 'mysql-storage-mysql-3']);
    await kubectl.ok(['apply', '-f', architectureFile]);
    const { seconds } = await timed(() => setIsReady(kubectl, 'mysql', 3));
    console.log(`set deleted and applied again: ready after ${seconds.toFixed(1)} s`);
    await eventuallyReplicated(kubectl, 'default');
    await expectNothingLost(['mysql-1', 'mysql-2']);
  });

  it('an emptied volume of mysql-0 ends in LostData, never in an empty master; put back, it goes on', async () => {
    const { kubectl, cluster } = machine;
    const volume = await directoryOf('mysql-storage-mysql-0');
    const aside = `${cluster.paths.home}-aside`;
    await replaceContent(() => moveAside(volume, aside));
    await using stream = startWriting(masterPort, 'stream.t');
    const message = await memberIs(kubectl, 'mysql-0', 'LostData');
    expect(message).toMatch(/mysql-0 has lost its data/);
    await until(
      'the empty server is closed',
      () => askValue(kubectl, 'mysql-0', 'SELECT @@super_read_only'),
      (value) => value === '1',
    );
    await expect(ask(kubectl, 'mysql-0', 'CREATE DATABASE wrong')).rejects.toThrow(/ERROR 1290/);
    expect(isReady(await podOf(kubectl, 'mysql-0'))).toBe(false);
    expect((await stream.stop()).acknowledged).toEqual([]);
    for (const pod of ['mysql-1', 'mysql-2'])
      expect(Number(await askValue(kubectl, pod, 'SELECT COUNT(*) FROM stream.t'))).toBeGreaterThan(20);
    expect(await kubectl.ok(['describe', 'pod', 'mysql-0'])).toMatch(/LostData/);
    await replaceContent(async () => {
      await rm(volume, { recursive: true, force: true });
      await rename(aside, volume);
    });
    await setIsReady(kubectl, 'mysql', 3);
    await eventuallyReplicated(kubectl, 'default');
    await expectNothingLost(['mysql-1', 'mysql-2']);
  });
});

/** Empties a directory into another that is made for it. */
async function moveAside(volume: string, aside: string): Promise<void> {
  const { mode, uid, gid } = await stat(volume);
  await mkdir(aside, { mode: mode & 0o7777 });
  await chown(aside, uid, gid);
  await moveContent(volume, aside);
}

/** Does something to the volume of mysql-0 while no mysql-0 runs; the replicas run on, without their set for a moment. */
async function replaceContent(work: () => Promise<void>): Promise<void> {
  const { kubectl } = machine;
  await kubectl.ok(['delete', 'statefulset', 'mysql', '--cascade=orphan']);
  await kubectl.ok(['delete', 'pod', 'mysql-0', '--timeout=60s']);
  await work();
  await kubectl.ok(['apply', '-f', architectureFile]);
}

describe('down and up', () => {
  it('is a node shutdown and a boot: the same Pods with the same data', async () => {
    const { kubectl, cluster } = machine;
    const uids = async (): Promise<readonly (string | undefined)[]> => {
      const { items } = await kubectl.json<{ items: readonly Pod[] }>(['get', 'pods', '-l', 'app=mysql']);
      return items.map(({ metadata }) => metadata?.uid);
    };
    const before = await uids();
    const stopped = await timed(() => cluster.down());
    const started = await timed(async () => {
      await cluster.up();
      await eventuallyReplicated(kubectl, 'default');
    });
    console.log(
      `down ${stopped.seconds.toFixed(1)} s; up until replication is back ${started.seconds.toFixed(1)} s`,
    );
    await setIsReady(kubectl, 'mysql', 3);
    expect(await uids()).toEqual(before);
    expect(await replicaStatus(kubectl, 'mysql-2')).toMatchObject({ running: true });
    await expectNothingLost(['mysql-1', 'mysql-2']);
  });
});
