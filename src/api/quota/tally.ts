import type { QuantityValue } from '../quantity.js';
import { amountOf, minus, noAmounts, plus, type ResourceAmounts } from './amounts.js';

/** Adds up what many take, each under a key, and may change or give back. */
export class Tally {
  readonly #shares = new Map<string, ResourceAmounts>();
  readonly #total = new Map<string, QuantityValue>();

  /** What all take together. */
  get total(): ResourceAmounts {
    return this.#total;
  }

  /** From now on the key takes this. */
  set(key: string, share: ResourceAmounts): void {
    for (const [name, amount] of this.#shares.get(key) ?? noAmounts)
      this.#total.set(name, minus(amountOf(this.#total, name), amount));
    for (const [name, amount] of share) this.#total.set(name, plus(amountOf(this.#total, name), amount));
    if (share.size === 0) this.#shares.delete(key);
    else this.#shares.set(key, share);
  }
}
