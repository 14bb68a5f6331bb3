import type { Gauge, Registry } from 'prom-client';

/** What a request is counted under. */
export interface RequestLabels {
  readonly verb: string;
  readonly resource: string;
  readonly code: number;
}

const bucketsMs = [1, 5, 10, 50, 100, 500, 1000, 5000, 30_000];

interface Series {
  readonly labels: RequestLabels;
  count: number;
  totalMs: number;
  readonly buckets: number[];
}

/**
 * Counts requests in plain memory, which costs next to nothing; the metrics library is loaded when someone asks for the
 * figures for the first time.
 */
export class RequestMetrics {
  readonly #series = new Map<string, Series>();
  #registry: Promise<Registry> | undefined;
  /** Watches and streams that run now. */
  longRunning = 0;

  observe(labels: RequestLabels, durationMs: number): void {
    const id = `${labels.verb} ${labels.resource} ${labels.code}`;
    let series = this.#series.get(id);
    if (series === undefined) {
      series = { labels, count: 0, totalMs: 0, buckets: bucketsMs.map(() => 0) };
      this.#series.set(id, series);
    }
    series.count++;
    series.totalMs += durationMs;
    const at = bucketsMs.findIndex((bound) => durationMs <= bound);
    if (at >= 0) series.buckets[at] = (series.buckets[at] ?? 0) + 1;
  }

  /** The figures in Prometheus' text format. */
  async text(): Promise<string> {
    this.#registry ??= this.#load();
    const registry = await this.#registry;
    return `${await registry.metrics()}\n${this.#requests()}`;
  }

  async #load(): Promise<Registry> {
    const { default: prom } = await import('prom-client');
    const registry = new prom.Registry();
    prom.collectDefaultMetrics({ register: registry });
    const metrics = this;
    new prom.Gauge({
      name: 'apiserver_longrunning_requests',
      help: 'Watches, log streams and proxied streams that run now.',
      registers: [registry],
      collect(this: Gauge): void {
        this.set(metrics.longRunning);
      },
    });
    return registry;
  }

  #requests(): string {
    const lines = [
      '# HELP apiserver_request_total Requests by verb, resource and code.',
      '# TYPE apiserver_request_total counter',
    ];
    const durations = [
      '# HELP apiserver_request_duration_seconds Time to the end of the answer.',
      '# TYPE apiserver_request_duration_seconds histogram',
    ];
    for (const { labels, count, totalMs, buckets } of this.#series.values()) {
      const text = `verb="${labels.verb}",resource="${labels.resource}",code="${labels.code}"`;
      lines.push(`apiserver_request_total{${text}} ${count}`);
      let sum = 0;
      for (const [index, bound] of bucketsMs.entries()) {
        sum += buckets[index] ?? 0;
        durations.push(`apiserver_request_duration_seconds_bucket{${text},le="${bound / 1000}"} ${sum}`);
      }
      durations.push(`apiserver_request_duration_seconds_bucket{${text},le="+Inf"} ${count}`);
      durations.push(`apiserver_request_duration_seconds_sum{${text}} ${totalMs / 1000}`);
      durations.push(`apiserver_request_duration_seconds_count{${text}} ${count}`);
    }
    return `${[...lines, ...durations].join('\n')}\n`;
  }
}
