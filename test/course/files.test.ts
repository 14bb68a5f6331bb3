import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timed, until } from '../tools/eventually.js';
import type { Kubectl } from '../tools/kubectl.js';
import { architectureFile, type Machine, startMachine } from '../tools/machine.js';
import { ask, askValue, cloneStatus } from '../tools/mysql.js';
import { claimNames, podIsNew, podOf, podsOf, readyAddresses, setIsReady } from '../tools/objects.js';
import { startToolbox, type Toolbox } from '../tools/toolbox.js';
import { courseFile, eventuallyReads, expectClonedFrom, expectReplicated, memberIs } from './course.js';

let machine: Machine;
let toolbox: Toolbox;

/** A namespace of its own, so that each file meets nothing of the others; at the end it goes with all it holds, while the next file begins. */
async function emptyNamespace(
  name: string,
): Promise<{ readonly kubectl: Kubectl; readonly name: string } & AsyncDisposable> {
  const manifest = `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`;
  await machine.kubectl.ok(['apply', '-f', '-'], { input: manifest });
  return {
    name,
    kubectl: machine.kubectl.in(name),
    [Symbol.asyncDispose]: async () => {
      await machine.kubectl.ok(['delete', 'namespace', name, '--wait=false']);
    },
  };
}

/** Applies files of the course as they are. */
async function apply(kubectl: Kubectl, ...files: readonly string[]): Promise<void> {
  for (const file of files) await kubectl.ok(['apply', '-f', courseFile(file)]);
}

/** Waits for three ready servers that replicate as the course says. */
async function threeServers(kubectl: Kubectl, namespace: string): Promise<void> {
  const { seconds } = await timed(() => setIsReady(kubectl, 'mysql', 3));
  console.log(`${namespace}: three ready servers after ${seconds.toFixed(1)} s`);
  await expectReplicated(kubectl, namespace);
  await expectClonedFrom(kubectl, 'mysql-1', { pod: 'mysql-0', namespace });
  await expectClonedFrom(kubectl, 'mysql-2', { pod: 'mysql-1', namespace });
}

beforeAll(async () => {
  machine = await startMachine('files');
  toolbox = await startToolbox(machine.kubectl);
});

afterAll(() => machine?.[Symbol.asyncDispose]());

describe('the files of the course', () => {
  it("are the course's own, byte for byte", () => {
    const sums = {
      '1-statefulset.yaml': 'db44a8dfef1914b77476fc3ad07a1bd881e754ec4ba4c58d3602baa3211ef654',
      '2-headless-service.yaml': '2d6aad0fddbfcb487299dedb132149aa4723a10474303e6dd5c60a26b66c3948',
      '2-master-service.yaml': 'cf1fe99c3121e20c507c5023d449b7b3f85aab53fdee05c4de3c14f6fd262776',
      '2-services-and-statefulset.yaml': '7e348955a8e775bd26ceb20b7d580ca49d3f66845adb09653f02a033cbb5944f',
      '2-statefulset-with-service-name.yaml':
        'd1b8c76f46889c2c66e2dd79a4d7a661f472298d837bb4d3c60ad136aacc7433',
      '3-headless-service.yaml': '35c3c3aee07d4afa9ac0dfb1a67725ebfec3e688f53d0cb3a576f3a77b9bba79',
      '3-statefulset-with-claims.yaml': 'b5cccea2a94d00f430012b02c806798a940963c6896538247689aa5cfda8e43b',
    };
    const sumOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
    for (const [name, sum] of Object.entries(sums)) expect(sumOf(courseFile(name))).toBe(sum);
    expect(sumOf(architectureFile)).toBe('3acf5e893afaad5236b0aff3e3d5dd103bee3bb6f507fb2a08d50492e7404851');
  });

  it('1-statefulset.yaml: mysql-1 is held back until the Service that names the master exists', async () => {
    await using empty = await emptyNamespace('part-1');
    const { kubectl } = empty;
    await apply(kubectl, '1-statefulset.yaml');
    await memberIs(kubectl, 'mysql-0', 'Primary');
    const message = await memberIs(kubectl, 'mysql-1', 'NoService');
    expect(message).toBe(
      'Service mysql does not exist, so mysql-0.mysql.part-1.svc.cluster.local cannot be found',
    );
    expect((await podsOf(kubectl, 'app=mysql')).map(({ metadata }) => metadata?.name)).toEqual([
      'mysql-0',
      'mysql-1',
    ]);
    expect(await kubectl.ok(['describe', 'pod', 'mysql-1'])).toMatch(
      /NoService .*Service mysql does not exist/,
    );
    await apply(kubectl, '2-headless-service.yaml');
    await threeServers(kubectl, 'part-1');
  });

  it.each(['2-headless-service.yaml', '3-headless-service.yaml'])(
    '%s: a Service without endpoints, and a name without addresses',
    async (file) => {
      await using empty = await emptyNamespace(file.replace('.yaml', ''));
      await apply(empty.kubectl, file);
      const shown = await empty.kubectl.ok(['get', 'service', 'mysql', '--no-headers']);
      expect(shown).toMatch(/^mysql +ClusterIP +None +<none> +3306\/TCP /);
      expect(await readyAddresses(empty.kubectl, 'mysql')).toEqual([]);
      expect(await toolbox.dnsStatus(`mysql.${empty.name}.svc.cluster.local`)).toBe('NXDOMAIN');
      expect(await toolbox.addresses(`mysql-0.mysql.${empty.name}.svc.cluster.local`)).toEqual([]);
    },
  );

  it('2-master-service.yaml: a Service without endpoints, that refuses at once', async () => {
    await using empty = await emptyNamespace('part-2-master');
    await apply(empty.kubectl, '2-master-service.yaml');
    const address = await empty.kubectl.ok([
      'get',
      'svc',
      'mysql-master',
      '-o',
      'jsonpath={.spec.clusterIP}',
    ]);
    const name = 'mysql-master.part-2-master.svc.cluster.local';
    expect(await toolbox.addresses(name)).toEqual([address]);
    expect(await readyAddresses(empty.kubectl, 'mysql-master')).toEqual([]);
    const tried = await until(
      'the connection is refused',
      () => toolbox.sh(`nc -v -w 3 ${name} 3306 </dev/null 2>&1 || true`),
      (said) => /refused/.test(said),
    );
    expect(tried).toMatch(/refused/);
  });

  it('2-statefulset-with-service-name.yaml: three replicated servers, whose data lives as long as each Pod', async () => {
    await using empty = await emptyNamespace('part-2-named');
    const { kubectl } = empty;
    await apply(kubectl, '2-headless-service.yaml', '2-statefulset-with-service-name.yaml');
    await threeServers(kubectl, 'part-2-named');
    expect(await claimNames(kubectl)).toEqual([]);
    await ask(
      kubectl,
      'mysql-0',
      'CREATE DATABASE d; CREATE TABLE d.t (id INT PRIMARY KEY); INSERT INTO d.t VALUES (1)',
    );
    const counted = { statement: 'SELECT COUNT(*) FROM d.t', value: '1' };
    await eventuallyReads(kubectl, 'mysql-2', counted);
    // A server that ends and is started again is the same Pod: the data is there, and nothing is cloned.
    const cloned = await cloneStatus(kubectl, 'mysql-2');
    const restarts = (await podOf(kubectl, 'mysql-2')).status?.containerStatuses?.[0]?.restartCount ?? 0;
    await ask(kubectl, 'mysql-2', 'SHUTDOWN');
    await until(
      'the container is started again',
      () => podOf(kubectl, 'mysql-2'),
      ({ status }) => status?.containerStatuses?.[0]?.restartCount === restarts + 1,
    );
    await setIsReady(kubectl, 'mysql', 3);
    expect(await cloneStatus(kubectl, 'mysql-2')).toEqual(cloned);
    // A new Pod begins with nothing, and is cloned anew.
    const { uid } = (await podOf(kubectl, 'mysql-2')).metadata ?? {};
    const server = await askValue(kubectl, 'mysql-2', 'SELECT @@server_uuid');
    await kubectl.ok(['delete', 'pod', 'mysql-2', '--wait=false']);
    await podIsNew(kubectl, 'mysql-2', uid);
    expect(await askValue(kubectl, 'mysql-2', 'SELECT @@server_uuid')).not.toBe(server);
    await expectClonedFrom(kubectl, 'mysql-2', { pod: 'mysql-1', namespace: 'part-2-named' });
    await eventuallyReads(kubectl, 'mysql-2', counted);
  });

  it('2-services-and-statefulset.yaml: the same, with mysql-master', async () => {
    await using empty = await emptyNamespace('part-2');
    await apply(empty.kubectl, '2-services-and-statefulset.yaml');
    await threeServers(empty.kubectl, 'part-2');
    expect(await claimNames(empty.kubectl)).toEqual([]);
    const client = 'mysql -hmysql-master.part-2.svc.cluster.local -uroot -pexample -N';
    await toolbox.sh(`${client} -e 'CREATE DATABASE written'`);
    const counted = {
      statement: "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = 'written'",
      value: '1',
    };
    for (const pod of ['mysql-1', 'mysql-2']) await eventuallyReads(empty.kubectl, pod, counted);
  });

  it('3-statefulset-with-claims.yaml: three replicated servers on three claims', async () => {
    await using empty = await emptyNamespace('part-3');
    await apply(empty.kubectl, '3-headless-service.yaml', '3-statefulset-with-claims.yaml');
    await threeServers(empty.kubectl, 'part-3');
    expect(await claimNames(empty.kubectl)).toEqual(
      [0, 1, 2].map((ordinal) => `mysql-storage-mysql-${ordinal}`),
    );
  });
});
