import { Counter, Histogram, type Registry } from 'prom-client';

/** How a pass ended. */
export type PassOutcome = 'done' | 'conflict' | 'failed';

/** What a driver reports about each pass; durations in milliseconds. */
export interface ReconcileMetrics {
  pass(reconciler: string, outcome: PassOutcome, durationMs: number): void;
}

/** Reports passes to a Prometheus registry. */
export function createReconcileMetrics(registry: Registry): ReconcileMetrics {
  const passes = new Counter({
    name: 'holdfast_reconcile_passes_total',
    help: 'Passes of the reconcilers, by how they ended.',
    labelNames: ['reconciler', 'outcome'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'holdfast_reconcile_pass_seconds',
    help: 'How long passes take.',
    labelNames: ['reconciler'],
    buckets: [0.0005, 0.002, 0.01, 0.05, 0.25, 1, 5],
    registers: [registry],
  });
  return {
    pass(reconciler, outcome, durationMs) {
      passes.inc({ reconciler, outcome });
      seconds.observe({ reconciler }, durationMs / 1000);
    },
  };
}
