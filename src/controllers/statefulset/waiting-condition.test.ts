import { describe, expect, it } from 'vitest';
import type { StatefulSet, StatefulSetStatus } from '../../api/generated/apps-v1.js';
import { kinds } from '../../api/kinds.js';
import { startTestCluster, type TestCluster } from '../../cluster/test-cluster.fixture.js';
import type { Waiting } from '../../reconcile/contract.js';
import { clusterWith, createSet, patchSet, setOf, templateWith, webKey } from './cluster.fixture.js';
import { withWaiting } from './waiting-condition.js';

const now = new Date('2026-01-01T00:01:00Z');
const empty: StatefulSetStatus = { replicas: 0 };
const waitFor = (name: string, message = 'is slow', reason = 'PodNotReady'): Waiting => ({
  reason,
  message: `${name} ${message}`,
  on: { kind: 'Pod', namespace: 'default', name },
});

function next(
  status: StatefulSetStatus,
  waiting: Waiting | undefined,
  options: Partial<Parameters<typeof withWaiting>[1]> = {},
) {
  return withWaiting(status, { waiting, lasting: undefined, isActing: false, now, ...options });
}

const told = next(empty, waitFor('db-1'), { lasting: waitFor('db-1') });
const conditionIn = ({ conditions = [] }: StatefulSetStatus) =>
  conditions.map(({ status, reason, message }) => `${status} ${reason}: ${message}`);

describe('condition holdfast.dev/Waiting', () => {
  it('comes only when the wait has lasted', () => {
    expect(next(empty, waitFor('db-1'))).toBe(empty);
    expect(next(empty, waitFor('db-1'), { lasting: waitFor('db-0') })).toBe(empty);
    expect(conditionIn(told)).toEqual(['True PodNotReady: waits for Pod db-1: db-1 is slow']);
  });

  it.each([
    ['figures', waitFor('db-1', 'is slow, 7 s'), undefined],
    ['the subject', waitFor('db-10'), 'True PodNotReady: waits for Pod db-10: db-10 is slow'],
    [
      'the reason',
      waitFor('db-1', 'ends', 'PodTerminating'),
      'True PodTerminating: waits for Pod db-1: db-1 ends',
    ],
  ])('follows %s of a set that goes on waiting', (_name, waiting, message) => {
    const then = next(told, waiting);
    expect(conditionIn(then)).toEqual(message === undefined ? conditionIn(told) : [message]);
    if (message === undefined) expect(then).toBe(told);
    expect(then.conditions?.[0]?.lastTransitionTime).toBe('2026-01-01T00:01:00Z');
  });

  it('ends when nothing is waited for and nothing is done, and stays so', () => {
    expect(next(told, undefined, { isActing: true })).toBe(told);
    const over = next(told, undefined, { now: new Date('2026-01-01T00:02:00Z') });
    expect(conditionIn(over)).toEqual(['False NotWaiting: the set waits for nothing']);
    expect(over.conditions?.[0]?.lastTransitionTime).toBe('2026-01-01T00:02:00Z');
    expect(next(over, undefined)).toBe(over);
    expect(next(over, waitFor('db-1'))).toBe(over);
  });

  it('leaves conditions of others alone', () => {
    const mine = { type: 'Mine', status: 'True' };
    const both = next({ replicas: 0, conditions: [mine] }, waitFor('db-1'), { lasting: waitFor('db-1') });
    expect(both.conditions?.map(({ type }) => type)).toEqual(['Mine', 'holdfast.dev/Waiting']);
    expect(next(both, undefined).conditions).toContain(mine);
  });

  it('costs a set that comes up in the ordinary course nothing', async () => {
    await using cluster = await startTestCluster();
    const statuses = await statusesOf(cluster);
    await createSet(cluster, {});
    await cluster.until(() => cluster.ready().length === 3);
    await cluster.clock.advance(60_000);
    expect(statuses.filter(({ conditions }) => conditions !== undefined)).toEqual([]);
  });

  it('is written once while a set waits, and is over when the set is settled', async () => {
    await using cluster = await clusterWith({ replicas: 1 });
    const statuses = await statusesOf(cluster);
    await patchSet(cluster, {
      spec: { template: templateWith('v2', { 'simulated.holdfast.dev/ready-after-ms': '40000' }) },
    });
    await cluster.clock.advance(30_000);
    const waiting = statuses.filter(({ conditions }) => conditions !== undefined);
    expect(waiting.flatMap(conditionIn)).toEqual([
      'True PodNotReady: waits for Pod web-0: web-0 runs, but container web is not ready; it is the last Pod that the set waits for',
    ]);
    await cluster.clock.advance(30_000);
    expect(conditionIn((await setOf(cluster)).status ?? empty)).toEqual([
      'False NotWaiting: the set waits for nothing',
    ]);
    const settled = statuses.length;
    await cluster.clock.advance(600_000);
    expect(statuses.length).toBe(settled);
  });
});

/** Every status that the set has from now on. */
async function statusesOf({ client }: TestCluster): Promise<readonly StatefulSetStatus[]> {
  const statuses: StatefulSetStatus[] = [];
  await client.watch<StatefulSet>(kinds.StatefulSet, webKey.namespace, {}, ({ object }) => {
    if (object.status !== undefined) statuses.push(object.status);
  });
  return statuses;
}
