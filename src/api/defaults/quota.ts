import type { LimitRange, LimitRangeItem, ResourceQuota } from '../generated/core-v1.js';
import { canonicalAmounts, change, mapList } from './fill.js';

function canonicalItem(item: LimitRangeItem): LimitRangeItem {
  const parts = ['default', 'defaultRequest', 'max', 'maxLimitRequestRatio', 'min'] as const;
  return parts.reduce((done, part) => change(done, part, canonicalAmounts), item);
}

/** For containers the greatest amount is the default limit, and the default limit the default request. */
function defaultItem(item: LimitRangeItem): LimitRangeItem {
  const given = canonicalItem(item);
  if (given.type !== 'Container') return given;
  const limits = { ...given.max, ...given.default };
  return { ...given, default: limits, defaultRequest: { ...given.min, ...limits, ...given.defaultRequest } };
}

function withoutEmpty(item: LimitRangeItem): LimitRangeItem {
  const { default: limits, defaultRequest, ...rest } = item;
  const some = (amounts: typeof limits): boolean => Object.keys(amounts ?? {}).length > 0;
  return {
    ...rest,
    ...(some(limits) && { default: limits }),
    ...(some(defaultRequest) && { defaultRequest }),
  };
}

/** A LimitRange's defaults. */
export function defaultLimitRange(range: LimitRange): LimitRange {
  return change(range, 'spec', (spec) =>
    change(spec, 'limits', (limits) => mapList(limits, (item) => withoutEmpty(defaultItem(item)))),
  );
}

/** A ResourceQuota with its quantities as Kubernetes stores them. */
export function defaultResourceQuota(quota: ResourceQuota): ResourceQuota {
  const limited = change(quota, 'spec', (spec) => change(spec, 'hard', canonicalAmounts));
  return change(limited, 'status', (status) =>
    change(change(status, 'hard', canonicalAmounts), 'used', canonicalAmounts),
  );
}
