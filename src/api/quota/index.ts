import type { ResourceQuota } from '../generated/core-v1.js';
import type { KubeObject } from '../kube-object.js';
import { compareQuantities, parseQuantity } from '../quantity.js';
import { amountOf, increase, noAmounts, only, plus, type ResourceAmounts, shownAmounts } from './amounts.js';
import type { Meter } from './meter.js';
import { scopesOf } from './scopes.js';

/** Names of the resources that a quota limits. */
export function limitedResources({ spec }: ResourceQuota): readonly string[] {
  return Object.keys(spec?.hard ?? {});
}

/** Whether objects of a kind can count towards a quota. */
export function countsKind(quota: ResourceQuota, meter: Meter): boolean {
  return limitedResources(quota).some((name) => meter.counts(name));
}

function isCounted(quota: ResourceQuota, meter: Meter, object: KubeObject): boolean {
  return scopesOf(quota).every((scope) => meter.isWithin?.(object, scope) ?? false);
}

/** What an object takes of what a quota limits, at this time. */
export function shareOf(
  quota: ResourceQuota,
  meter: Meter,
  { object, now }: { readonly object: KubeObject; readonly now: number },
): ResourceAmounts {
  if (!isCounted(quota, meter, object)) return noAmounts;
  return only(meter.usage(object, now), limitedResources(quota));
}

/** A write that would take of a quota. */
export interface Asked {
  readonly object: KubeObject;
  /** The version that stands there; undefined for a creation. */
  readonly old: KubeObject | undefined;
  /** What is taken without this write. */
  readonly used: ResourceAmounts;
  readonly now: number;
}

/** Why a quota does not allow a write, as Kubernetes says it; undefined when it does. */
export function refusalOf(quota: ResourceQuota, meter: Meter, asked: Asked): string | undefined {
  const { object, old, used, now } = asked;
  const limited = limitedResources(quota).filter((name) => meter.counts(name));
  if (limited.length === 0 || !isCounted(quota, meter, object)) return undefined;
  const name = quota.metadata?.name;
  const missing = meter.missing?.(object, limited);
  if (missing !== undefined) return `failed quota: ${name}: ${missing}`;
  const before = old === undefined ? noAmounts : shareOf(quota, meter, { object: old, now });
  const requested = increase(shareOf(quota, meter, { object, now }), before);
  const hard: ResourceAmounts = new Map(
    Object.entries(quota.spec?.hard ?? {}).map(([resource, most]) => [resource, parseQuantity(most)]),
  );
  const exceeded = [...requested].flatMap(([resource, amount]) => {
    const total = plus(amountOf(used, resource), amount);
    return compareQuantities(total, amountOf(hard, resource)) > 0 ? [resource] : [];
  });
  if (exceeded.length === 0) return undefined;
  const taken = new Map(exceeded.map((resource) => [resource, amountOf(used, resource)]));
  const [asks, limits] = [shownAmounts(only(requested, exceeded)), shownAmounts(only(hard, exceeded))];
  return `exceeded quota: ${name}, requested: ${asks}, used: ${shownAmounts(taken)}, limited: ${limits}`;
}
