/** Passes happen more often than this while the controller runs. */
const pauseMs = 30_000;

interface Sign {
  readonly text: string;
  readonly seenMs: number;
}

/**
 * Remembers when nodes were last seen to have said something new: by this clock, since theirs may differ. After a pause of its
 * own (the machine slept, the control plane was down) every node has its full time again.
 */
export class SignsOfLife {
  readonly #signs = new Map<string, Sign>();
  #lastMs: number | undefined;

  /** Notes a node's latest sign; returns when it was first seen. */
  heard(name: string, text: string, nowMs: number): number {
    if (this.#lastMs !== undefined && nowMs - this.#lastMs > pauseMs) {
      for (const [other, sign] of this.#signs) this.#signs.set(other, { ...sign, seenMs: nowMs });
    }
    this.#lastMs = nowMs;
    const known = this.#signs.get(name);
    if (known?.text === text) return known.seenMs;
    this.#signs.set(name, { text, seenMs: nowMs });
    return nowMs;
  }

  /** The node is gone. */
  forget(name: string): void {
    this.#signs.delete(name);
  }
}
