import { describe, expect, it } from 'vitest';
import type { Pod, ResourceQuota } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { planQuota } from './plan.js';

const now = new Date('2026-01-01T00:00:00Z');
const hard = { pods: '3', 'requests.memory': '1Gi', secrets: '2', 'count/widgets.example.com': '1' };
const quota: ResourceQuota = { metadata: { name: 'q', namespace: 'default' }, spec: { hard } };

function pod(name: string, more: Pod = {}): Pod {
  const containers = [{ name: 'main', resources: { requests: { memory: '100Mi' } } }];
  return { metadata: { name }, spec: { containers }, ...more };
}

function plan(of: ResourceQuota, pods: readonly Pod[]) {
  const counted = [
    { kind: kinds.Pod, objects: pods },
    { kind: kinds.Secret, objects: [{ metadata: { name: 's' } }] },
  ];
  return planQuota({ quota: of, counted }, now);
}

describe('the status of a quota', () => {
  it('says what is limited and what is taken; what nothing counts towards is not taken', () => {
    const over = pod('c', { status: { phase: 'Succeeded' } });
    const status = { hard, used: { pods: '2', 'requests.memory': '200Mi', secrets: '1' } };
    const planned = plan(quota, [pod('a'), pod('b'), over]);
    expect(planned).toEqual({ actions: [{ type: 'updateStatus', quota, status }] });
    expect(plan({ ...quota, status }, [pod('a'), pod('b'), over]).actions).toEqual([]);
  });

  it('is looked at again when a Pod that should have stopped counts no more', () => {
    const metadata = {
      name: 'a',
      deletionTimestamp: '2026-01-01T00:00:05Z',
      deletionGracePeriodSeconds: 30,
    };
    const planned = plan(quota, [pod('a', { metadata })]);
    expect(planned.actions).toMatchObject([{ status: { used: { pods: '1' } } }]);
    expect(planned.lookAgainAfterMs).toBe(35_001);
  });

  it('is left alone when the quota goes', () => {
    const going = { ...quota, metadata: { ...quota.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(plan(going, []).actions).toEqual([]);
  });
});
