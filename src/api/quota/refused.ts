import type { ResourceQuota } from '../generated/core-v1.js';
import { compareQuantities, parseQuantity } from '../quantity.js';
import { amountOf, plus, type ResourceAmounts } from './amounts.js';

/** What a quota refused: the resources of which there was not enough, and how much of each was asked for. */
export interface Refused {
  readonly quota: string;
  readonly requested: ResourceAmounts;
}

const sentence = /exceeded quota: (?<quota>[^,\s]+), requested: (?<requested>[^\s]+), used: /;

/** Reads it from Kubernetes' sentence, the only place where it stands; undefined when that says something else. */
export function refusedIn(message: string): Refused | undefined {
  const { quota, requested } = sentence.exec(message)?.groups ?? {};
  if (quota === undefined || requested === undefined) return undefined;
  return { quota, requested: amountsIn(requested) };
}

/** Whether a quota has room by now, as far as its status tells, for what it refused; one that is gone has. */
export function hasRoomFor({ requested }: Refused, quota: ResourceQuota | undefined): boolean {
  const [hard, used] = [amounts(quota?.spec?.hard), amounts(quota?.status?.used)];
  return [...requested].every(([resource, amount]) => {
    const most = hard.get(resource);
    return most === undefined || compareQuantities(plus(amountOf(used, resource), amount), most) <= 0;
  });
}

function amountsIn(text: string): ResourceAmounts {
  const pairs = text.split(',').map((pair) => pair.split('='));
  return amounts(Object.fromEntries(pairs.map(([name = '', amount = '']) => [name, amount])));
}

function amounts(written: Readonly<Record<string, string>> = {}): ResourceAmounts {
  return new Map(Object.entries(written).map(([name, amount]) => [name, parseQuantity(amount)]));
}
