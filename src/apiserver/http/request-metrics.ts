import type { Registry } from 'prom-client';
import { Histogram } from '../../lib/histogram.js';

/** What a request is counted under; the labels of Kubernetes. */
export interface RequestLabels {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly scope: '' | 'cluster' | 'namespace' | 'resource';
  readonly dryRun: boolean;
}

/** Bounds of Kubernetes' own histogram, in milliseconds. */
const boundsMs = [
  5, 25, 50, 100, 200, 400, 600, 800, 1000, 1250, 1500, 2000, 3000, 4000, 5000, 6000, 8000, 10_000, 15_000,
  20_000, 30_000, 45_000, 60_000,
];

const readOnly = new Set(['GET', 'LIST', 'WATCH']);

interface Series {
  /** What stands between the braces. */
  readonly labels: string;
  readonly codes: Map<number, number>;
  readonly durations: Histogram;
  running: number;
}

function textOf({ verb, group, version, resource, subresource, scope, dryRun }: RequestLabels): string {
  return `component="apiserver",dry_run="${dryRun ? 'All' : ''}",group="${group}",resource="${resource}",scope="${scope}",subresource="${subresource}",verb="${verb}",version="${version}"`;
}

function head(name: string, type: string, help: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

/** One request on its way. */
export interface Counted {
  /** The answer is out, with this code. */
  end(code: number, durationMs: number): void;
}

/**
 * Counts requests in plain memory, which costs next to nothing; the metrics library is loaded when someone asks for the
 * figures for the first time.
 */
export class RequestMetrics {
  readonly #series = new Map<string, Series>();
  readonly #running = { mutating: 0, readOnly: 0 };
  readonly #more: readonly (() => string)[];
  #registry: Promise<Registry> | undefined;

  /** `more` are figures of others, as text. */
  constructor(more: readonly (() => string)[] = []) {
    this.#more = more;
  }

  /** A request begins. Watches and streams last as long as their clients want, and are counted apart. */
  begin(labels: RequestLabels, { longRunning }: { readonly longRunning: boolean }): Counted {
    const series = this.#seriesOf(labels);
    const kind = readOnly.has(labels.verb) ? 'readOnly' : 'mutating';
    if (longRunning) series.running++;
    else this.#running[kind]++;
    const end = (code: number, durationMs: number): void => {
      if (longRunning) series.running--;
      else this.#running[kind]--;
      series.codes.set(code, (series.codes.get(code) ?? 0) + 1);
      series.durations.observe(durationMs);
    };
    return { end };
  }

  /** The figures in Prometheus' text format. */
  async text(): Promise<string> {
    this.#registry ??= loadRegistry();
    const registry = await this.#registry;
    return [await registry.metrics(), this.#requests(), ...this.#more.map((make) => make())].join('\n');
  }

  #seriesOf(labels: RequestLabels): Series {
    const id = `${labels.verb} ${labels.group} ${labels.version} ${labels.resource} ${labels.subresource} ${labels.scope} ${labels.dryRun}`;
    let series = this.#series.get(id);
    if (series === undefined) {
      series = { labels: textOf(labels), codes: new Map(), durations: new Histogram(boundsMs), running: 0 };
      this.#series.set(id, series);
    }
    return series;
  }

  #requests(): string {
    const all = [...this.#series.values()];
    const total = all.flatMap(({ labels, codes }) =>
      [...codes].map(([code, count]) => `apiserver_request_total{code="${code}",${labels}} ${count}`),
    );
    const durations = all.flatMap(({ labels, durations: one }) =>
      one.lines('apiserver_request_duration_seconds', labels),
    );
    const long = all
      .filter(({ running }) => running > 0)
      .map(({ labels, running }) => `apiserver_longrunning_requests{${labels}} ${running}`);
    const inflight = Object.entries(this.#running).map(
      ([kind, count]) => `apiserver_current_inflight_requests{request_kind="${kind}"} ${count}`,
    );
    const lines = [
      ...head('apiserver_request_total', 'counter', 'Requests by verb, resource and code.'),
      ...total,
      ...head('apiserver_request_duration_seconds', 'histogram', 'Time to the end of the answer.'),
      ...durations,
      ...head('apiserver_current_inflight_requests', 'gauge', 'Requests that are being answered now.'),
      ...inflight,
      ...head('apiserver_longrunning_requests', 'gauge', 'Watches and streams that run now.'),
      ...long,
    ];
    return `${lines.join('\n')}\n`;
  }
}

async function loadRegistry(): Promise<Registry> {
  const { default: prom } = await import('prom-client');
  const registry = new prom.Registry();
  prom.collectDefaultMetrics({ register: registry });
  return registry;
}
