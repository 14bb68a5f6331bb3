import { semanticEqual } from '../../api/deep.js';
import type { ResourceQuotaStatus } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import { formatQuantity, parseQuantity, type QuantityValue } from '../../api/quantity.js';
import { amountOf, plus } from '../../api/quota/amounts.js';
import { limitedResources, shareOf } from '../../api/quota/index.js';
import { meterOf } from '../../api/quota/meter.js';
import type { Plan } from '../../reconcile/contract.js';
import type { QuotaAction } from './actions.js';
import type { QuotaFacts } from './facts.js';

/** Decides the next write for one ResourceQuota: what it limits, and what is taken. */
export function planQuota(facts: QuotaFacts, now: Date): Plan<QuotaAction> {
  const { quota } = facts;
  if (isTerminating(quota)) return { actions: [] };
  const status: ResourceQuotaStatus = { hard: quota.spec?.hard ?? {}, used: usedOf(facts, now.getTime()) };
  const changes = momentsOf(facts).filter((at) => at >= now.getTime());
  return {
    actions: semanticEqual(quota.status, status) ? [] : [{ type: 'updateStatus', quota, status }],
    ...(changes.length > 0 && { lookAgainAfterMs: Math.min(...changes) - now.getTime() + 1 }),
  };
}

/** What is taken, of every resource that objects of some kind count towards. */
function usedOf({ quota, counted }: QuotaFacts, now: number): Readonly<Record<string, string>> {
  const meters = counted.flatMap(({ kind, objects }) => {
    const meter = meterOf(kind);
    return meter === undefined ? [] : [{ meter, objects }];
  });
  const names = limitedResources(quota).filter((name) => meters.some(({ meter }) => meter.counts(name)));
  const total = new Map<string, QuantityValue>(names.map((name) => [name, parseQuantity('0')]));
  for (const { meter, objects } of meters) {
    for (const object of objects) {
      for (const [name, amount] of shareOf(quota, meter, { object, now }))
        total.set(name, plus(amountOf(total, name), amount));
    }
  }
  return Object.fromEntries([...total].map(([name, amount]) => [name, formatQuantity(amount)]));
}

/** When objects will count for less although nobody writes them. */
function momentsOf({ counted }: QuotaFacts): readonly number[] {
  return counted.flatMap(({ kind, objects }) => {
    const meter = meterOf(kind);
    return objects.flatMap((object) => meter?.changesAt?.(object) ?? []);
  });
}
