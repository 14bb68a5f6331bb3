import { describe, expect, it } from 'vitest';
import type { Pod } from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '../../api/generated/policy-v1.js';
import type { CoveredPod, Keeper } from './facts.js';
import { planDisruption } from './plan.js';

const now = new Date('2026-01-01T00:10:00Z');
const selector = { matchLabels: { app: 'db' } };

function budget(spec: Omit<PodDisruptionBudgetSpec, 'selector'>, status = {}): PodDisruptionBudget {
  const counts = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  const metadata = { name: 'db', namespace: 'default', generation: 2 };
  return { metadata, spec: { selector, ...spec }, status: { ...counts, ...status } };
}

function pod(index: number, ready = true): Pod {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  return {
    metadata: { name: `db-${index}`, namespace: 'default' },
    status: { phase: 'Running', conditions },
  };
}

function pods(ready: number, unready: number, keeper: Keeper | 'none' | 'unknown'): CoveredPod[] {
  return Array.from({ length: ready + unready }, (_, index) => ({ pod: pod(index, index < ready), keeper }));
}

function statusOf(of: PodDisruptionBudget, covered: readonly CoveredPod[]) {
  const { actions } = planDisruption({ budget: of, pods: covered }, now);
  const action = actions.find((one) => one.type === 'updateStatus');
  return action?.type === 'updateStatus' ? action.status : undefined;
}

const set: Keeper = { uid: 'u', kind: 'StatefulSet', replicas: 5 };

describe('what a budget allows', () => {
  it.each([
    ['minAvailable: 2', { minAvailable: 2 }, pods(5, 0, 'none'), [5, 2, 5, 3]],
    ['minAvailable: 2 with two healthy', { minAvailable: 2 }, pods(2, 3, set), [5, 2, 2, 0]],
    ['minAvailable: 50% rounds up', { minAvailable: '50%' }, pods(5, 0, set), [5, 3, 5, 2]],
    ['maxUnavailable: 1', { maxUnavailable: 1 }, pods(5, 0, set), [5, 4, 5, 1]],
    ['maxUnavailable: 30% rounds up', { maxUnavailable: '30%' }, pods(5, 0, set), [5, 3, 5, 2]],
    ['maxUnavailable: more than there are', { maxUnavailable: 9 }, pods(5, 0, set), [5, 0, 5, 5]],
    ['Pods that are missing count as unhealthy', { maxUnavailable: 1 }, pods(3, 0, set), [5, 4, 3, 0]],
    ['no Pods at all', { maxUnavailable: 1 }, [], [0, 0, 0, 0]],
  ] as const)(
    '%s',
    (_what, spec, covered, [expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed]) => {
      const status = statusOf(budget(spec), covered);
      expect(status).toMatchObject({ expectedPods, desiredHealthy, currentHealthy, disruptionsAllowed });
      expect(status?.observedGeneration).toBe(2);
      expect(status?.conditions).toEqual([
        {
          type: 'DisruptionAllowed',
          status: disruptionsAllowed > 0 ? 'True' : 'False',
          reason: disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods',
          message: '',
          observedGeneration: 2,
          lastTransitionTime: '2026-01-01T00:10:00Z',
        },
      ]);
    },
  );

  it('what cannot be counted allows nothing, and says why', () => {
    const job: Keeper = { uid: 'j', kind: 'jobs.batch', replicas: undefined };
    const status = statusOf(budget({ maxUnavailable: 1 }, { disruptionsAllowed: 3 }), pods(2, 0, job));
    expect(status?.disruptionsAllowed).toBe(0);
    expect(status?.conditions?.[0]).toMatchObject({
      reason: 'SyncFailed',
      message: 'jobs.batch does not implement the scale subresource',
    });
    const orphaned = planDisruption(
      { budget: budget({ maxUnavailable: 1 }), pods: pods(1, 0, 'unknown') },
      now,
    );
    expect(orphaned.waitingFor).toMatchObject({
      reason: 'SyncFailed',
      message: 'PodDisruptionBudget db allows no eviction: found no controllers for pod "db-0"',
    });
  });

  it('Pods without a keeper are told of when they spoil the count', () => {
    const told = (spec: Omit<PodDisruptionBudgetSpec, 'selector'>): readonly string[] =>
      planDisruption({ budget: budget(spec), pods: pods(2, 0, 'none') }, now).actions.map(({ type }) => type);
    expect(told({ maxUnavailable: 1 })).toEqual(['tellUnmanaged', 'updateStatus']);
    expect(told({ minAvailable: 1 })).toEqual(['updateStatus']);
  });

  it('a Pod whose eviction was allowed is no longer healthy, for two minutes', () => {
    const status = { disruptedPods: { 'db-0': '2026-01-01T00:09:00Z', 'db-9': '2026-01-01T00:09:00Z' } };
    const facts = { budget: budget({ minAvailable: 2 }, status), pods: pods(3, 0, set) };
    const fresh = planDisruption(facts, now);
    expect(fresh.lookAgainAfterMs).toBe(60_000);
    expect(statusOf(facts.budget, facts.pods)).toMatchObject({
      currentHealthy: 2,
      disruptionsAllowed: 0,
      disruptedPods: { 'db-0': '2026-01-01T00:09:00Z' },
    });
    const late = planDisruption(facts, new Date('2026-01-01T00:11:00Z'));
    expect(late.actions.map(({ type }) => type)).toEqual(['tellNotDeleted', 'updateStatus']);
  });

  it('a settled budget plans nothing, and says what it waits for', () => {
    const covered = pods(2, 3, set);
    const status = statusOf(budget({ minAvailable: 2 }), covered);
    const plan = planDisruption({ budget: budget({ minAvailable: 2 }, status), pods: covered }, now);
    expect(plan.actions).toEqual([]);
    expect(plan.waitingFor?.message).toBe(
      'PodDisruptionBudget db allows no eviction: it needs 2 healthy Pods and has 2',
    );
  });
});
