import { describe, expect, it } from 'vitest';
import type { Pod } from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget } from '../../api/generated/policy-v1.js';
import { kinds } from '../../api/kinds.js';
import type { ResourceApi, WriteOptions } from '../../api/resource-api.js';
import { StatusError } from '../../api/status-error.js';
import { testServer } from '../server.fixture.js';

const key = { namespace: 'default', name: 'p' };

async function podIn(api: ResourceApi, phase: string, ready: boolean): Promise<Pod> {
  const pod = await api.create(kinds.Pod, {
    metadata: { ...key, labels: { app: 'a' } },
    spec: { nodeName: 'node-0', containers: [{ name: 'c', image: 'c' }] },
  });
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  return api.updateSub(kinds.Pod, { ...pod, status: { phase, conditions } }, 'status');
}

interface BudgetOptions {
  readonly name?: string;
  readonly policy?: string;
  readonly status?: PodDisruptionBudget['status'];
}

async function budgetIn(api: ResourceApi, { name = 'b', policy, status }: BudgetOptions = {}): Promise<void> {
  const made = await api.create(kinds.PodDisruptionBudget, {
    metadata: { name, namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'a' } },
      minAvailable: 1,
      ...(policy !== undefined && { unhealthyPodEvictionPolicy: policy }),
    },
  });
  const counted = {
    observedGeneration: 1,
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 1,
    expectedPods: 1,
  };
  await api.updateSub(kinds.PodDisruptionBudget, { ...made, status: { ...counted, ...status } }, 'status');
}

function evict(api: ResourceApi, body: object = {}, options: WriteOptions = {}): Promise<unknown> {
  return api.createSub(kinds.Pod, key, 'eviction', { metadata: key, ...body }, options);
}

/** The end of an eviction: `gone`, or the code and the first cause (or the message) of the refusal. */
async function outcome(eviction: Promise<unknown>): Promise<string> {
  try {
    await eviction;
    return 'granted';
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const { code, message, details } = error.status;
    const retry = details?.retryAfterSeconds === undefined ? '' : `, again in ${details.retryAfterSeconds} s`;
    return `${code} ${details?.causes?.[0]?.message ?? message}${retry}`;
  }
}

describe('an eviction', () => {
  it.each<[string, string, boolean, BudgetOptions, string]>([
    [
      'of a ready Pod that is needed',
      'Running',
      true,
      {},
      '429 The disruption budget b needs 1 healthy pods and has 0 currently',
    ],
    ['that the budget allows', 'Running', true, { status: { disruptionsAllowed: 1 } }, 'granted'],
    ['of a Pod that has ended', 'Failed', false, {}, 'granted'],
    ['of a Pod that has not begun', 'Pending', false, {}, 'granted'],
    [
      'of a sick Pod while too few are well',
      'Running',
      false,
      {},
      '429 The disruption budget b needs 1 healthy pods and has 0 currently',
    ],
    ['of a sick Pod while enough are well', 'Running', false, { status: { currentHealthy: 1 } }, 'granted'],
    ['of a sick Pod that may always go', 'Running', false, { policy: 'AlwaysAllow' }, 'granted'],
    [
      'under a budget that is not counted yet',
      'Running',
      true,
      { status: { observedGeneration: 0, disruptionsAllowed: 1 } },
      '429 The disruption budget b is still being processed by the server., again in 10 s',
    ],
  ])('%s', async (_name, phase, ready, options, wanted) => {
    const { api } = await testServer();
    await podIn(api, phase, ready);
    await budgetIn(api, options);
    expect(await outcome(evict(api))).toBe(wanted);
  });

  it('under two budgets is not decided', async () => {
    const { api } = await testServer();
    await podIn(api, 'Running', true);
    await budgetIn(api);
    await budgetIn(api, { name: 'c' });
    expect(await outcome(evict(api))).toMatch(/^500 This pod has more than one PodDisruptionBudget/);
  });

  it('names the Pod of its address', async () => {
    const { api } = await testServer();
    await podIn(api, 'Running', true);
    const other = { metadata: { ...key, name: 'q' } };
    expect(await outcome(evict(api, other))).toBe('400 name in URL does not match name in Eviction object');
  });

  it.each<[string, object, WriteOptions]>([
    ['request', {}, { dryRun: true }],
    ['body', { deleteOptions: { dryRun: ['All'] } }, {}],
  ])('as a dry run by its %s only asks', async (_name, body, options) => {
    const { api } = await testServer();
    await podIn(api, 'Running', true);
    await budgetIn(api, { status: { disruptionsAllowed: 1 } });
    expect(await outcome(evict(api, body, options))).toBe('granted');
    expect((await api.get(kinds.Pod, key)).metadata?.deletionTimestamp).toBeUndefined();
    const { status } = await api.get(kinds.PodDisruptionBudget, { namespace: 'default', name: 'b' });
    expect(status).toMatchObject({ disruptionsAllowed: 1 });
    expect(status?.disruptedPods).toBeUndefined();
  });
});
