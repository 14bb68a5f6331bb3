import { compareQuantities, formatQuantity, parseQuantity, type QuantityValue } from '../quantity.js';

/** Amounts of resources by name. */
export type ResourceAmounts = ReadonlyMap<string, QuantityValue>;

/** One of something that is counted. */
export const single: QuantityValue = parseQuantity('1');

/** No amount of anything. */
export const noAmounts: ResourceAmounts = new Map();

const zero: QuantityValue = parseQuantity('0');

/** The sum, in the format of the first that is not nothing. */
export function plus(a: QuantityValue, b: QuantityValue): QuantityValue {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** The difference, in the format of the first. */
export function minus(a: QuantityValue, b: QuantityValue): QuantityValue {
  return { nano: a.nano - b.nano, format: a.format };
}

/** The amount of one resource; nothing when it is not there. */
export function amountOf(amounts: ResourceAmounts, name: string): QuantityValue {
  return amounts.get(name) ?? zero;
}

/** Of each resource the more of both. */
export function greatest(a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts {
  if (a.size === 0) return b;
  const most = new Map(a);
  for (const [name, amount] of b) {
    if (compareQuantities(amount, amountOf(most, name)) > 0 || !most.has(name)) most.set(name, amount);
  }
  return most;
}

/** What is more than before, of those resources of which something is. */
export function increase(after: ResourceAmounts, before: ResourceAmounts): ResourceAmounts {
  const more = [...after].map(([name, amount]) => [name, minus(amount, amountOf(before, name))] as const);
  return new Map(more.filter(([, { nano }]) => nano > 0n));
}

/** Only the resources of these names. */
export function only(amounts: ResourceAmounts, names: Iterable<string>): ResourceAmounts {
  const kept = new Map<string, QuantityValue>();
  for (const name of names) {
    const amount = amounts.get(name);
    if (amount !== undefined) kept.set(name, amount);
  }
  return kept;
}

/** True when both are the same amounts, however they are written. */
export function sameAmounts(a: ResourceAmounts, b: ResourceAmounts): boolean {
  return a.size === b.size && [...a].every(([name, { nano }]) => b.get(name)?.nano === nano);
}

/** As Kubernetes prints amounts in a sentence: `cpu=1,pods=2`. */
export function shownAmounts(amounts: ResourceAmounts): string {
  const sorted = [...amounts].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, amount]) => `${name}=${formatQuantity(amount)}`).join(',');
}
