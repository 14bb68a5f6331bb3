import type { ResourceQuota } from '../../api/generated/core-v1.js';
import type { KubeObject } from '../../api/kube-object.js';
import { greatest, noAmounts, type ResourceAmounts } from '../../api/quota/amounts.js';
import { countsKind, shareOf } from '../../api/quota/index.js';
import { type Meter, meterOf } from '../../api/quota/meter.js';
import { Tally } from '../../api/quota/tally.js';
import type { Resource } from '../registry/resources.js';

/** Everything that an object is or may be in a moment: the stored version, and those on their way to the store. */
export type Versions = (key: string) => readonly KubeObject[];

/** What is taken of one quota. An object counts for the most that it may turn out to be, so that no two writes pass the quota together. */
export class Account {
  readonly quota: ResourceQuota;
  readonly #versions: Versions;
  readonly #tally = new Tally();
  /** Objects whose usage will change with time alone, with their meters. */
  readonly #changing = new Map<string, { readonly meter: Meter; readonly at: number }>();

  constructor(quota: ResourceQuota, versions: Versions) {
    this.quota = quota;
    this.#versions = versions;
  }

  /** The meter of a kind that the quota counts. */
  meterOf({ kind }: Resource): Meter | undefined {
    const meter = meterOf(kind);
    return meter !== undefined && countsKind(this.quota, meter) ? meter : undefined;
  }

  /** What is taken at this time. */
  used(now: number): ResourceAmounts {
    for (const [key, { meter, at }] of this.#changing) if (now > at) this.count(key, meter, now);
    return this.#tally.total;
  }

  /** Counts one object as it is now. */
  count(key: string, meter: Meter, now: number): void {
    const versions = this.#versions(key);
    const shares = versions.map((object) => shareOf(this.quota, meter, { object, now }));
    this.#tally.set(key, shares.reduce(greatest, noAmounts));
    const moments = versions.flatMap((object) => meter.changesAt?.(object) ?? []).filter((at) => at >= now);
    if (moments.length === 0) this.#changing.delete(key);
    else this.#changing.set(key, { meter, at: Math.min(...moments) });
  }
}
