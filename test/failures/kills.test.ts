import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchDns, watchPort } from '../tools/availability.js';
import { eventually, timed, until } from '../tools/eventually.js';
import { architectureFile, type Machine, startMachine } from '../tools/machine.js';
import { ask, askValue, replicaStatus } from '../tools/mysql.js';
import { setIsReady } from '../tools/objects.js';
import { keptObjects, runningContainers } from '../tools/running.js';
import { startToolbox } from '../tools/toolbox.js';

type Program = 'keeper' | 'daemon' | 'containerd';

const twoReplicas = readFileSync(architectureFile, 'utf8').replace('replicas: 3', 'replicas: 2');
const master = 'mysql-0.mysql.default.svc.cluster.local';

let machine: Machine;
let port: number;

/** Ends programs of the cluster as a crash would. */
async function kill(programs: readonly Program[]): Promise<void> {
  const status = await machine.cluster.status();
  for (const program of programs) process.kill(status[program].pid ?? Number.NaN, 'SIGKILL');
}

/** The programs run again, each as a new process, and the API answers. */
async function recovered(
  programs: readonly Program[],
  before: ReadonlyMap<Program, number | undefined>,
): Promise<void> {
  await until(
    'the programs run again',
    () => machine.cluster.status(),
    (status) =>
      status.state === 'running' &&
      programs.every(
        (program) => status[program].pid !== undefined && status[program].pid !== before.get(program),
      ),
  );
  await eventually('the API answers', () => machine.kubectl.ok(['get', '--raw', '/readyz']));
}

beforeAll(async () => {
  machine = await startMachine('kills');
  await machine.ok(['up', '-', '--publish', 'mysql-master'], { input: twoReplicas });
  port = (await machine.cluster.status()).published[0]?.hostPort ?? Number.NaN;
  await startToolbox(machine.kubectl);
  await ask(
    machine.kubectl,
    'mysql-0',
    'CREATE DATABASE kept; CREATE TABLE kept.t (id INT AUTO_INCREMENT PRIMARY KEY)',
  );
});

afterAll(() => machine?.[Symbol.asyncDispose]());

describe('kill -9', () => {
  const kills: readonly (readonly [name: string, programs: readonly Program[], byItself: boolean])[] = [
    ['the daemon', ['daemon'], true],
    ['containerd', ['containerd'], true],
    ['the keeper', ['keeper'], true],
    ['the daemon and containerd', ['daemon', 'containerd'], true],
    ['all of them', ['keeper', 'daemon', 'containerd'], false],
  ];

  it.each(kills)(
    '%s: containers run on, nothing is lost, and all works again',
    async (name, programs, byItself) => {
      const { kubectl, cluster } = machine;
      const [containers, objects] = [await runningContainers(kubectl), await keptObjects(kubectl)];
      expect(containers.map(({ pid }) => pid)).not.toContain(undefined);
      const status = await cluster.status();
      const before = new Map(programs.map((program) => [program, status[program].pid]));
      const dns = await watchDns(kubectl, 'toolbox', master);
      const published = watchPort(port);
      const { seconds } = await timed(async () => {
        await kill(programs);
        if (!byItself) await cluster.up();
        await recovered(programs, before);
      });
      const [withoutPort, withoutDns] = [await published.stop(), await dns.stop()];
      console.log(
        `kill -9 of ${name}: running again after ${seconds.toFixed(2)} s; ${withoutDns.toFixed(2)} s without DNS, ${withoutPort.toFixed(2)} s without published ports`,
      );
      await setIsReady(kubectl, 'mysql', 2);
      expect(await runningContainers(kubectl)).toEqual(containers);
      expect(await keptObjects(kubectl)).toEqual(objects);
      expect((await cluster.status()).published).toEqual(status.published);
      await ask(kubectl, 'mysql-0', 'INSERT INTO kept.t VALUES ()');
      expect(await replicaStatus(kubectl, 'mysql-1')).toMatchObject({ running: true });
    },
  );

  it('afterwards: a container that was adopted is watched, restarted and deleted like any other', async () => {
    const { kubectl } = machine;
    const [before] = (await runningContainers(kubectl)).filter(({ pod }) => pod === 'mysql-1');
    await ask(kubectl, 'mysql-1', 'SHUTDOWN');
    const after = await until(
      'the container is started again',
      async () => (await runningContainers(kubectl)).find(({ pod }) => pod === 'mysql-1'),
      (container) =>
        container?.restartCount === (before?.restartCount ?? 0) + 1 && container.pid !== undefined,
    );
    expect(after?.podUid).toBe(before?.podUid);
    await setIsReady(kubectl, 'mysql', 2);
    await kubectl.ok(['delete', 'pod', 'toolbox', '--timeout=30s']);
    expect(await askValue(kubectl, 'mysql-1', 'SELECT COUNT(*) FROM kept.t')).toBe(
      await askValue(kubectl, 'mysql-0', 'SELECT COUNT(*) FROM kept.t'),
    );
  });
});
