import type { Histogram } from '../lib/histogram.js';

/** What a driver's queue has done so far. */
export interface QueueFigures {
  /** Keys that wait for a worker. */
  readonly depth: number;
  readonly adds: number;
  /** Passes that failed and are tried again after a while. */
  readonly retries: number;
  readonly work: Histogram;
}

interface Named {
  readonly name: string;
  figures?(): QueueFigures;
}

function metric(name: string, type: string, lines: readonly string[]): readonly string[] {
  return [`# TYPE ${name} ${type}`, ...lines];
}

/** The figures of all queues in Prometheus' text format, under the names of Kubernetes. */
export function queueMetrics(running: readonly Named[]): string {
  const queues = running.flatMap((one) => {
    const figures = one.figures?.();
    return figures === undefined ? [] : [{ label: `name="${one.name}"`, ...figures }];
  });
  const lines = [
    ...metric(
      'workqueue_depth',
      'gauge',
      queues.map(({ label, depth }) => `workqueue_depth{${label}} ${depth}`),
    ),
    ...metric(
      'workqueue_adds_total',
      'counter',
      queues.map(({ label, adds }) => `workqueue_adds_total{${label}} ${adds}`),
    ),
    ...metric(
      'workqueue_retries_total',
      'counter',
      queues.map(({ label, retries }) => `workqueue_retries_total{${label}} ${retries}`),
    ),
    ...metric(
      'workqueue_work_duration_seconds',
      'histogram',
      queues.flatMap(({ label, work }) => work.lines('workqueue_work_duration_seconds', label)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
