import { isIPv4 } from '../../api/ip.js';
import type { Random } from '../../lib/random.js';

/** Why an address cannot be had; the caller makes a field error of it. */
export type Refusal = { readonly refused: string };

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/**
 * The addresses of a Service range. Those that are asked for by name usually lie low, so others are given out from above
 * the lower band first; one that was freed comes up again only after all others.
 */
export class ServiceAddresses {
  readonly cidr: string;
  readonly #base: number;
  readonly #size: number;
  readonly #band: number;
  readonly #used = new Set<string>();
  #next: number;

  constructor(cidr: string, random: Random) {
    const [address = '', bits = ''] = cidr.split('/');
    if (!isIPv4(address) || !/^\d+$/.test(bits))
      throw new Error(`the Service range ${cidr} is not an IPv4 range such as 10.96.0.0/16`);
    this.cidr = cidr;
    this.#size = 2 ** (32 - Number(bits));
    this.#base = toNumber(address) - (toNumber(address) % this.#size);
    this.#band = Math.min(Math.max(16, Math.floor(this.#size / 16)), 256);
    this.#next = this.#band + Math.floor(random.next() * (this.#size - 1 - this.#band));
  }

  /** Takes a free address. */
  allocate(): string | Refusal {
    const upper = this.#size - 1 - this.#band;
    for (let step = 0; step < upper; step++) {
      const offset = this.#band + ((this.#next - this.#band + step) % upper);
      if (this.#take(offset)) {
        this.#next = offset + 1;
        return toAddress(this.#base + offset);
      }
    }
    for (let offset = 1; offset < this.#band; offset++) {
      if (this.#take(offset)) return toAddress(this.#base + offset);
    }
    return { refused: `failed to allocate a serviceIP: range is full` };
  }

  /** Takes exactly this address; gives the reason when it cannot be had. */
  reserve(address: string): Refusal | undefined {
    const offset = isIPv4(address) ? toNumber(address) - this.#base : -1;
    if (offset < 1 || offset >= this.#size - 1) {
      const range = `The range of valid IPs is ${this.cidr}`;
      return {
        refused: `failed to allocate IP ${address}: the provided IP (${address}) is not in the valid range. ${range}`,
      };
    }
    if (this.#take(offset)) return undefined;
    return { refused: `failed to allocate IP ${address}: provided IP is already allocated` };
  }

  /** Marks an address that a stored Service has. */
  note(address: string): void {
    this.#used.add(address);
  }

  /** Gives an address back. */
  release(address: string): void {
    this.#used.delete(address);
  }

  #take(offset: number): boolean {
    const address = toAddress(this.#base + offset);
    if (this.#used.has(address)) return false;
    this.#used.add(address);
    return true;
  }
}
