import type { Life } from './life.js';

/** One Pod's sandbox, on paper. Times are milliseconds since the epoch. */
export interface Sandbox {
  /** The Pod's `namespace/name`. */
  readonly podKey: string;
  readonly ip: string;
  readonly createdAtMs: number;
  /** The life of its containers, when it is not simply the first one. */
  readonly life?: Life;
  /** When it was told to stop. */
  readonly stoppingSinceMs?: number;
}

/** What a sandbox starts with; `ip` is the address of its own that the Pod had before. */
export interface SandboxStart {
  readonly podKey: string;
  readonly nowMs: number;
  readonly ip?: string | undefined;
  /** The node's address, for a Pod that is in the node's network. */
  readonly sharedIP?: string;
  /** The life that its containers are in already. */
  readonly life?: Life | undefined;
}

/** First address that a Pod may get; the one before is the gateway's. */
const firstAddress = 2;
const lastAddress = 65_534;

/** The addresses of Pods; nodes that share them never give one out twice. */
export class PaperAddresses {
  readonly #used = new Set<string>();
  readonly #network: string;
  #next = firstAddress;

  /** `network` is the first half of the Pods' addresses, as in `10.244`. */
  constructor(network: string) {
    this.#network = network;
  }

  /** Takes this address if it is free, or else any. */
  take(wanted: string | undefined): string {
    const address = wanted !== undefined && !this.#used.has(wanted) ? wanted : this.#free();
    this.#used.add(address);
    return address;
  }

  /** The address may be given out again. */
  release(address: string): void {
    this.#used.delete(address);
  }

  #free(): string {
    for (let tried = firstAddress; tried <= lastAddress; tried += 1) {
      const number = this.#next;
      this.#next = number === lastAddress ? firstAddress : number + 1;
      const address = `${this.#network}.${number >> 8}.${number & 255}`;
      if (!this.#used.has(address)) return address;
    }
    throw new Error(`no address left for a Pod in ${this.#network}.0.0/16`);
  }
}

/** What would run on a node if there were containers: addresses and times, by the Pod's uid. */
export class PaperRuntime {
  /** When the node last said that it is there; milliseconds since the epoch. */
  renewedMs = Number.NEGATIVE_INFINITY;
  /** Whether its Node has been there: a person may delete it, and it is not made again. */
  wasRegistered = false;
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #addresses: PaperAddresses;
  readonly #listeners = new Set<(podKey: string) => void>();

  constructor(addresses: PaperAddresses) {
    this.#addresses = addresses;
  }

  get(uid: string): Sandbox | undefined {
    return this.#sandboxes.get(uid);
  }

  /** Starts a Pod's sandbox; one that has an address from an earlier life of this node keeps it. */
  start(uid: string, { podKey, nowMs, ip, sharedIP, life }: SandboxStart): Sandbox {
    const known = this.#sandboxes.get(uid);
    if (known !== undefined) return known;
    const address = sharedIP ?? this.#addresses.take(ip);
    const sandbox = { podKey, ip: address, createdAtMs: nowMs, ...(life === undefined ? {} : { life }) };
    this.#sandboxes.set(uid, sandbox);
    this.#tell(sandbox.podKey);
    return sandbox;
  }

  /** Calls `listener` with the key of every Pod that starts or is told to stop; returns the way to stop. */
  onChange(listener: (podKey: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts a Pod's containers again. */
  restart(uid: string, life: Life): void {
    const sandbox = this.#sandboxes.get(uid);
    if (sandbox === undefined) return;
    this.#sandboxes.set(uid, { ...sandbox, life });
    this.#tell(sandbox.podKey);
  }

  /** Notes when a Pod was told to stop. */
  stop(uid: string, nowMs: number): void {
    const sandbox = this.#sandboxes.get(uid);
    if (sandbox === undefined) return;
    this.#sandboxes.set(uid, { ...sandbox, stoppingSinceMs: nowMs });
    this.#tell(sandbox.podKey);
  }

  /** Forgets a Pod; its address is free again. */
  remove(uid: string): void {
    const sandbox = this.#sandboxes.get(uid);
    if (sandbox === undefined) return;
    this.#addresses.release(sandbox.ip);
    this.#sandboxes.delete(uid);
  }

  #tell(podKey: string): void {
    for (const listener of this.#listeners) listener(podKey);
  }
}
