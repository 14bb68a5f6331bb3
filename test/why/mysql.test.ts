import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Link } from '../../src/why/index.js';
import { courseFile } from '../course/course.js';
import { until } from '../tools/eventually.js';
import { type Machine, startMachine } from '../tools/machine.js';
import { ask } from '../tools/mysql.js';

let made: Machine;

beforeAll(async () => {
  made = await startMachine('why-mysql');
  await made.kubectl.ok(['apply', '-f', courseFile('3-statefulset-with-claims.yaml')]);
});

afterAll(() => made?.[Symbol.asyncDispose]());

async function linksFor(question: string): Promise<readonly Link[]> {
  const { stdout } = await made.holdfast(['why', question, '-o', 'json']);
  const links: readonly Link[] = JSON.parse(stdout);
  return links;
}

/** Waits until the last link of an answer fits, and gives what it says. */
async function endOf(question: string, fits: (last: Link) => boolean): Promise<string> {
  const holds = (links: readonly Link[]): boolean => links.slice(-1).some(fits);
  const links = await until(`the answer to ${question}`, () => linksFor(question), holds, {
    timeoutMs: 120_000,
  });
  return links.at(-1)?.message ?? '';
}

describe('holdfast why, of real MySQL servers', () => {
  it('a member that has no name to replicate from, and holds the next one back', async () => {
    await endOf('pod/mysql-2', ({ reason }) => reason === 'NoService');
    const { code } = await made.holdfast(['why', 'pod/mysql-2']);
    const links = await linksFor('pod/mysql-2');
    const source = 'Service mysql does not exist, so mysql-0.mysql.default.svc.cluster.local cannot be found';
    expect({ code, messages: links.map(({ message }) => message), way: links.at(-1)?.unblockedBy }).toEqual({
      code: 1,
      messages: [
        'it does not exist: the set mysql has not made it yet',
        `1 of 3 Pods are ready; mysql-1 runs, but its readiness gate mysql.holdfast.dev/ready is not met: ${source}; mysql-2 waits until it is Running and Ready`,
        source,
      ],
      way: 'create Service mysql with clusterIP: None',
    });
  });

  it('a primary whose image stands in for another', async () => {
    const { code, stdout } = await made.holdfast(['why', 'pod/mysql-0']);
    expect({ code, answer: stdout.trimEnd().replace(/mysql:9[\d.]+/, 'mysql:9') }).toEqual({
      code: 0,
      answer:
        'Pod default/mysql-0: it runs and is ready: mysql-0 takes writes; no registry supplied docker.io/library/mysql:8: holdfast.local/mysql:9, made on this machine, stands in for it',
    });
  });

  it('a clone under way, with figures of now', async () => {
    const { kubectl } = made;
    const row = 'INSERT INTO shop.goods VALUES (REPEAT("x", 8388608))';
    const rows = Array.from({ length: 25 }, () => row).join('; ');
    await ask(kubectl, 'mysql-0', `CREATE DATABASE shop; CREATE TABLE shop.goods (packed LONGBLOB); ${rows}`);
    // Held to 25 MiB a second, so that the clone lasts for a few seconds however fast the machine is.
    const slow = 'SET GLOBAL clone_max_data_bandwidth = 25, GLOBAL clone_max_network_bandwidth = 25';
    await ask(kubectl, 'mysql-1', `INSTALL PLUGIN clone SONAME 'mysql_clone.so'; ${slow}`);
    await kubectl.ok(['apply', '-f', courseFile('3-headless-service.yaml')]);
    const copied = /^mysql-1 is cloning from mysql-0, (\d+) of (\d+) MiB$/;
    // Each stage of a clone has a size of its own; that of the files is the one that lasts.
    const said = await endOf('pod/mysql-1', ({ message }) => Number(copied.exec(message)?.[2]) > 200);
    const [done = Number.NaN, all = Number.NaN] = (copied.exec(said) ?? []).slice(1).map(Number);
    expect(done).toBeLessThan(all);
  });
});
