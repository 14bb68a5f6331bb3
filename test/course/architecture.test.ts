import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/api/generated/core-v1.js';
import { timed, until } from '../tools/eventually.js';
import { kubectlVersions } from '../tools/kubectl.js';
import { architectureFile, type Machine } from '../tools/machine.js';
import { ask, askValue, queryPort } from '../tools/mysql.js';
import { conditionOf, isReady, type ListOf, podOf, podsOf, readyAddresses } from '../tools/objects.js';
import type { Toolbox } from '../tools/toolbox.js';
import { type ArchitectureWorld, startArchitecture } from './architecture-world.js';
import { eventuallyReads, expectClonedFrom, expectReplicated, memberCondition, memberIs } from './course.js';

const members = ['mysql-0', 'mysql-1', 'mysql-2'];
const podLabel = 'statefulset.kubernetes.io/pod-name';

let world: ArchitectureWorld;
let machine: Machine;
let toolbox: Toolbox;

beforeAll(async () => {
  world = await startArchitecture();
  ({ machine, toolbox } = world);
});

afterAll(() => world?.[Symbol.asyncDispose]());

describe('the whole architecture in one file', () => {
  it('M15: one command applies the file unchanged, waits, and says how to connect', async () => {
    for (const name of ['service/mysql', 'service/mysql-master', 'statefulset.apps/mysql'])
      expect(world.printed).toContain(`${name} created`);
    expect(world.printed).toContain(
      `mysql -h 127.0.0.1 -P ${await world.portOf('mysql-master')} -uroot -pexample`,
    );
    expect(world.printed).toContain(`mysql -h 127.0.0.1 -P ${await world.portOf('mysql')} -uroot -pexample`);
    await expectReplicated(machine.kubectl, 'default');
  });

  it('M15: the line that needs no client on this machine works', async () => {
    expect(world.printed).toContain('npx holdfast exec -it mysql-0 -- mysql -uroot -pexample');
    const command = ['exec', '-i', 'mysql-0', '--', 'mysql', '-uroot', '-pexample', '-N'];
    const { code, stdout } = await machine.holdfast(command, { input: 'SELECT @@hostname' });
    expect([code, stdout]).toEqual([0, 'mysql-0\n']);
    expect((await machine.holdfast(['exec', 'mysql-1', '--', 'sh', '-c', 'exit 5'])).code).toBe(5);
  });

  it('M15: applied again, by us and by kubectl, it changes nothing', async () => {
    const before = await podsOf(machine.kubectl, 'app=mysql');
    const objects = await machine.kubectl.json(['get', 'svc,sts']);
    const { value, seconds } = await timed(() => machine.ok(['up', architectureFile]));
    console.log(`a second up on the running cluster: ${seconds.toFixed(1)} s`);
    expect(value.match(/ unchanged$/gm)).toHaveLength(3);
    for (const version of kubectlVersions) {
      const applied = await machine.kubectlOf(version).ok(['apply', '-f', architectureFile]);
      expect(applied).toMatch(/^service\/mysql unchanged\nservice\/mysql-master unchanged\n/);
    }
    expect(await machine.kubectl.json(['get', 'svc,sts'])).toEqual(objects);
    expect(await podsOf(machine.kubectl, 'app=mysql')).toEqual(before);
  });
});

describe('the StatefulSet', () => {
  it('M2: makes its Pods one by one, each only when the one before is Running and Ready', async () => {
    for (const [index, name] of members.entries()) {
      const made = world.firstVersion(name, () => true);
      const before = members[index - 1];
      if (before === undefined) continue;
      const readyBefore = world.firstVersion(
        before,
        (pod) => pod.status?.phase === 'Running' && isReady(pod),
      );
      expect(made).toBeGreaterThan(readyBefore);
    }
    const args = [
      'get',
      'events',
      '--field-selector',
      'involvedObject.kind=StatefulSet,reason=SuccessfulCreate',
    ];
    const { items } = await machine.kubectl.json<ListOf<Event>>(args);
    const told = items
      .map(({ message }) => /[Cc]reate Pod (mysql-\d)/.exec(message ?? '')?.[1])
      .filter((name) => name !== undefined);
    expect([...told].sort()).toEqual(members);
  });

  it('M4: puts its Pod-name label on each Pod, and puts it back when it is removed', async () => {
    for (const name of members) {
      expect((await podOf(machine.kubectl, name)).metadata?.labels?.[podLabel]).toBe(name);
    }
    const { uid } = (await podOf(machine.kubectl, 'mysql-1')).metadata ?? {};
    await machine.kubectl.ok(['label', 'pod', 'mysql-1', `${podLabel}-`]);
    const again = await until(
      'the label is back',
      () => podOf(machine.kubectl, 'mysql-1'),
      (pod) => pod.metadata?.labels?.[podLabel] === 'mysql-1',
    );
    expect(again.metadata?.uid).toBe(uid);
  });

  it('M9, M10: makes one claim for each Pod, bound to a volume made on demand', async () => {
    const claims = await world.tableOf(['get', 'pvc']);
    expect(claims).toEqual(
      members.map((pod) => ({
        ...{ NAME: `mysql-storage-${pod}`, STATUS: 'Bound', VOLUME: expect.stringMatching(/^pvc-/) },
        ...{ CAPACITY: '5Gi', 'ACCESS MODES': 'RWO', STORAGECLASS: 'standard' },
      })),
    );
    const volumes = await world.tableOf(['get', 'pv', '--sort-by={.spec.claimRef.name}']);
    expect(volumes).toEqual(
      members.map((pod) => ({
        ...{ NAME: expect.stringMatching(/^pvc-/), CAPACITY: '5Gi', 'ACCESS MODES': 'RWO', STATUS: 'Bound' },
        ...{ 'RECLAIM POLICY': 'Delete', CLAIM: `default/mysql-storage-${pod}`, STORAGECLASS: 'standard' },
      })),
    );
  });
});

describe('names', () => {
  it('M5: each Pod has a name of its own, in full and short, and the reverse', async () => {
    for (const name of members) {
      const { status } = await podOf(machine.kubectl, name);
      const full = `${name}.mysql.default.svc.cluster.local`;
      expect(await toolbox.addresses(full)).toEqual([status?.podIP]);
      expect(await toolbox.addresses(`${name}.mysql`, { search: true })).toEqual([status?.podIP]);
      expect(await toolbox.lookup(`${name}.mysql`)).toEqual([status?.podIP]);
      expect((await toolbox.sh(`dig +short -x ${status?.podIP}`)).trim()).toBe(`${full}.`);
    }
    expect(await toolbox.dnsStatus('mysql-3.mysql.default.svc.cluster.local')).toBe('NXDOMAIN');
  });

  it('M5: a Pod knows itself by the same name', async () => {
    const hostname = await machine.kubectl.ok(['exec', 'mysql-1', '--', 'hostname']);
    expect(hostname.trim()).toBe('mysql-1');
    const hosts = await machine.kubectl.ok(['exec', 'mysql-1', '--', 'cat', '/etc/hosts']);
    expect(hosts).toMatch(/^10\.244\.\S+\s+mysql-1\.mysql\.default\.svc\.cluster\.local\s+mysql-1$/m);
  });

  it('M7: mysql-master is a ClusterIP that leads to mysql-0 alone', async () => {
    const address = await machine.kubectl.ok([
      'get',
      'svc',
      'mysql-master',
      '-o',
      'jsonpath={.spec.clusterIP}',
    ]);
    expect(address).toMatch(/^10\.96\./);
    expect(await toolbox.addresses('mysql-master.default.svc.cluster.local')).toEqual([address]);
    const first = await podOf(machine.kubectl, 'mysql-0');
    expect(await readyAddresses(machine.kubectl, 'mysql-master')).toEqual([first.status?.podIP]);
    const client = 'mysql -hmysql-master.default.svc.cluster.local -uroot -pexample -N';
    expect((await toolbox.sh(`${client} -e 'SELECT @@hostname'`)).trim()).toBe('mysql-0');
  });

  it('M14: mysql leads to every ready member, the master included', async () => {
    const found = (await podsOf(machine.kubectl, 'app=mysql')).map(({ status }) => status?.podIP ?? '');
    expect(await toolbox.addresses('mysql.default.svc.cluster.local')).toEqual(found.toSorted());
    expect(await toolbox.lookup('mysql')).toEqual(found.toSorted());
  });
});

describe('replication', () => {
  it('M11: mysql-1 cloned mysql-0, mysql-2 cloned mysql-1, both replicate from mysql-0 by its name', async () => {
    await expectClonedFrom(machine.kubectl, 'mysql-1', { pod: 'mysql-0', namespace: 'default' });
    await expectClonedFrom(machine.kubectl, 'mysql-2', { pod: 'mysql-1', namespace: 'default' });
    await expectReplicated(machine.kubectl, 'default');
    const ids = await Promise.all(
      members.map((pod) => askValue(machine.kubectl, pod, 'SELECT @@server_uuid')),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('M12: a write on the master is read on both replicas; a write on a replica is refused', async () => {
    await ask(machine.kubectl, 'mysql-0', 'CREATE DATABASE m12; CREATE TABLE m12.t (id INT PRIMARY KEY)');
    await ask(machine.kubectl, 'mysql-0', 'INSERT INTO m12.t VALUES (7)');
    for (const pod of ['mysql-1', 'mysql-2']) {
      await eventuallyReads(machine.kubectl, pod, { statement: 'SELECT MAX(id) FROM m12.t', value: '7' });
      await expect(ask(machine.kubectl, pod, 'INSERT INTO m12.t VALUES (8)')).rejects.toThrow(
        /ERROR 1290 .*--super-read-only/,
      );
    }
  });

  it('M14: an ordinary client writes to mysql-master and reads from mysql, from a Pod and from the host', async () => {
    const client = 'mysql -uroot -pexample -N';
    await toolbox.sh(
      `${client} -hmysql-master -e 'CREATE DATABASE m14; CREATE TABLE m14.t (id INT PRIMARY KEY)'`,
    );
    await toolbox.sh(`${client} -hmysql-master -e 'INSERT INTO m14.t VALUES (1)'`);
    await queryPort(await world.portOf('mysql-master'), 'INSERT INTO m14.t VALUES (2)');
    for (const pod of members)
      await eventuallyReads(machine.kubectl, pod, { statement: 'SELECT COUNT(*) FROM m14.t', value: '2' });
    expect((await toolbox.sh(`${client} -hmysql -e 'SELECT COUNT(*) FROM m14.t'`)).trim()).toBe('2');
    const answered = new Set<unknown>();
    const port = await world.portOf('mysql');
    for (let asked = 0; asked < 6; asked += 1) {
      const [row] = await queryPort(port, 'SELECT @@hostname AS name, COUNT(*) AS rows_read FROM m14.t');
      expect(Number(row?.['rows_read'])).toBe(2);
      answered.add(row?.['name']);
    }
    expect([...answered].sort()).toEqual(members);
  });
});

describe('readiness', () => {
  it('M8: no replica was an endpoint before it was replicating', () => {
    for (const name of ['mysql-1', 'mysql-2']) {
      const replicating = world.firstVersion(
        name,
        (pod) => conditionOf(pod, memberCondition)?.reason === 'Replicating' && isReady(pod),
      );
      const offered = world.slices.first(({ object }) =>
        (object.endpoints ?? []).some(
          ({ conditions, targetRef }) => targetRef?.name === name && conditions?.ready === true,
        ),
      );
      expect(offered).toBeGreaterThan(replicating);
    }
    const readyTooEarly = world.pods
      .changes()
      .filter(({ object }) => object.metadata?.labels?.['app'] === 'mysql' && isReady(object))
      .filter(({ object }) => conditionOf(object, memberCondition)?.status !== 'True');
    expect(readyTooEarly.map(({ object }) => object.metadata?.name)).toEqual([]);
  });

  it('M8: a replica that falls behind gets no requests until it has caught up', async () => {
    const { kubectl } = machine;
    await kubectl.ok(['annotate', 'statefulset', 'mysql', 'mysql.holdfast.dev/max-lag-seconds=1']);
    const { status } = await podOf(kubectl, 'mysql-2');
    const client = ['mysql', '-uroot', '-pexample', '--unbuffered', '--skip-column-names'];
    await using lock = kubectl.start(['exec', '-i', 'mysql-2', '--', ...client]);
    lock.write("FLUSH TABLES WITH READ LOCK; SELECT 'locked';\n");
    await lock.printed(/locked/);
    await ask(kubectl, 'mysql-0', 'INSERT INTO m12.t VALUES (100)');
    expect(await memberIs(kubectl, 'mysql-2', 'Lagging')).toMatch(/behind/);
    const without = await until(
      'mysql-2 is no endpoint',
      () => readyAddresses(kubectl, 'mysql'),
      (addresses) => !addresses.includes(status?.podIP ?? ''),
    );
    expect(await toolbox.addresses('mysql.default.svc.cluster.local')).toEqual(without);
    lock.end('UNLOCK TABLES;\n');
    await memberIs(kubectl, 'mysql-2', 'Replicating');
    await until(
      'mysql-2 is an endpoint again',
      () => readyAddresses(kubectl, 'mysql'),
      (addresses) => addresses.includes(status?.podIP ?? ''),
    );
    expect(await askValue(kubectl, 'mysql-2', 'SELECT MAX(id) FROM m12.t')).toBe('100');
    await kubectl.ok(['annotate', 'statefulset', 'mysql', 'mysql.holdfast.dev/max-lag-seconds-']);
  });
});
