import type { LimitRangeItem } from '../../api/generated/core-v1.js';
import type { Amounts, Usage } from '../../api/pod-usage.js';
import { canonicalQuantity, compareQuantities, quantityToNumber } from '../../api/quantity.js';

interface Constraint {
  readonly name: string;
  readonly type: string;
  readonly bound: string;
}

function exceeds(given: string | undefined, bound: string): given is string {
  return given !== undefined && compareQuantities(given, bound) > 0;
}

function isBelow(given: string | undefined, bound: string): given is string {
  return given !== undefined && compareQuantities(given, bound) < 0;
}

function belowMinimum({ name, type, bound }: Constraint, { requests, limits }: Usage): string | undefined {
  const subject = `minimum ${name} usage per ${type} is ${canonicalQuantity(bound)}`;
  const [request, limit] = [requests[name], limits[name]];
  if (request === undefined) return `${subject}.  No request is specified`;
  if (isBelow(request, bound)) return `${subject}, but request is ${canonicalQuantity(request)}`;
  return isBelow(limit, bound) ? `${subject}, but limit is ${canonicalQuantity(limit)}` : undefined;
}

function aboveMaximum({ name, type, bound }: Constraint, { requests, limits }: Usage): string | undefined {
  const subject = `maximum ${name} usage per ${type} is ${canonicalQuantity(bound)}`;
  const [request, limit] = [requests[name], limits[name]];
  if (limit === undefined) return `${subject}.  No limit is specified`;
  if (exceeds(limit, bound)) return `${subject}, but limit is ${canonicalQuantity(limit)}`;
  return exceeds(request, bound) ? `${subject}, but request is ${canonicalQuantity(request)}` : undefined;
}

/** Claims have no limits: what they ask for is what they get. */
function requestAboveMaximum({ name, type, bound }: Constraint, { requests }: Usage): string | undefined {
  const subject = `maximum ${name} usage per ${type} is ${canonicalQuantity(bound)}`;
  const request = requests[name];
  if (request === undefined) return `${subject}.  No request is specified`;
  return exceeds(request, bound) ? `${subject}, but request is ${canonicalQuantity(request)}` : undefined;
}

function aboveRatio({ name, type, bound }: Constraint, { requests, limits }: Usage): string | undefined {
  const subject = `${name} max limit to request ratio per ${type} is ${canonicalQuantity(bound)}`;
  const request = quantityToNumber(requests[name] ?? '0');
  const limit = quantityToNumber(limits[name] ?? '0');
  if (request === 0) return `${subject}, but no request is specified or request is 0`;
  if (limit === 0) return `${subject}, but no limit is specified or limit is 0`;
  const ratio = limit / request;
  return ratio > quantityToNumber(bound)
    ? `${subject}, but provided ratio is ${ratio.toFixed(6)}`
    : undefined;
}

type Check = (constraint: Constraint, usage: Usage) => string | undefined;

/** What is wrong with a usage by one item of a LimitRange; nothing when it keeps to it. */
export function violations(item: LimitRangeItem, usage: Usage): readonly string[] {
  const { type } = item;
  const checked = (bounds: Amounts | undefined, check: Check): readonly string[] =>
    Object.entries(bounds ?? {}).flatMap(([name, bound]) => check({ name, type, bound }, usage) ?? []);
  if (type === 'PersistentVolumeClaim') {
    return [...checked(item.min, belowMinimum), ...checked(item.max, requestAboveMaximum)];
  }
  return [
    ...checked(item.min, belowMinimum),
    ...checked(item.max, aboveMaximum),
    ...checked(item.maxLimitRequestRatio, aboveRatio),
  ];
}
