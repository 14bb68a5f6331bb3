import { expect, it } from 'vitest';
import type { Pod, Toleration } from '../../api/generated/core-v1.js';
import type { StandingTaint } from './facts.js';
import { planEviction } from './plan.js';

const start = Date.parse('2026-01-01T00:00:00Z');
const taint = (key: string, sinceSeconds = 0): StandingTaint => ({
  taint: { key, effect: 'NoExecute' },
  sinceMs: start + sinceSeconds * 1000,
});

function pod(tolerations: readonly Toleration[], extra: object = {}): Pod {
  return {
    metadata: { name: 'p', namespace: 'default', ...extra },
    spec: { nodeName: 'n', tolerations, containers: [] },
  };
}

const all = { operator: 'Exists' };
const some = (key: string, tolerationSeconds: number): Toleration => ({ key, ...all, tolerationSeconds });

it.each<[string, Pod, readonly StandingTaint[], 'evict' | 'stay' | number]>([
  ['untainted', pod([]), [], 'stay'],
  ['not tolerated', pod([]), [taint('a')], 'evict'],
  ['one of two not tolerated', pod([{ key: 'a', ...all }]), [taint('a'), taint('b')], 'evict'],
  ['tolerated for ever', pod([all]), [taint('a')], 'stay'],
  ['tolerated for some time', pod([some('a', 300)]), [taint('a')], 290_000],
  ['the shortest of two times', pod([some('a', 300), some('a', 60)]), [taint('a')], 50_000],
  ['the earliest of two taints', pod([some('a', 300), some('b', 60)]), [taint('a'), taint('b', 5)], 55_000],
  ['some time beats for ever', pod([all, some('a', 60)]), [taint('a')], 50_000],
  ['time is up', pod([some('a', 10)]), [taint('a')], 'evict'],
  ['tolerated for no time', pod([some('a', -1)]), [taint('a', 10)], 'evict'],
  ['another effect', pod([{ key: 'a', ...all, effect: 'NoSchedule' }]), [taint('a')], 'evict'],
  ['on its way out', pod([], { deletionTimestamp: 'x' }), [taint('a')], 'stay'],
])('a Pod on a tainted node: %s', (_name, subject, taints, wanted) => {
  const plan = planEviction({ pod: subject, taints }, new Date(start + 10_000));
  expect(plan.actions.map(({ type }) => type)).toEqual(wanted === 'evict' ? ['evict'] : []);
  expect(plan.lookAgainAfterMs).toBe(typeof wanted === 'number' ? wanted : undefined);
  expect(plan.waitingFor?.reason).toBe(typeof wanted === 'number' ? 'TaintEviction' : undefined);
});
