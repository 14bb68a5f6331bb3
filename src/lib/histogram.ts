/** Counts of durations by upper bound, as Prometheus' text format wants them. Durations in milliseconds. */
export class Histogram {
  readonly #boundsMs: readonly number[];
  readonly #counts: number[];
  #count = 0;
  #totalMs = 0;

  constructor(boundsMs: readonly number[]) {
    this.#boundsMs = boundsMs;
    this.#counts = boundsMs.map(() => 0);
  }

  observe(durationMs: number): void {
    this.#count++;
    this.#totalMs += durationMs;
    const at = this.#boundsMs.findIndex((bound) => durationMs <= bound);
    if (at >= 0) this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** Its lines under a name and labels (`a="b",c="d"`), in seconds. */
  lines(name: string, labels: string): readonly string[] {
    let sum = 0;
    const buckets = this.#boundsMs.map((bound, index) => {
      sum += this.#counts[index] ?? 0;
      return `${name}_bucket{${labels},le="${bound / 1000}"} ${sum}`;
    });
    return [
      ...buckets,
      `${name}_bucket{${labels},le="+Inf"} ${this.#count}`,
      `${name}_sum{${labels}} ${this.#totalMs / 1000}`,
      `${name}_count{${labels}} ${this.#count}`,
    ];
  }
}
