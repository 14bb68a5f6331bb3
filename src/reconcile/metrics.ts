/** How a pass ended. */
export type PassOutcome = 'done' | 'conflict' | 'failed';

/** What a driver reports about each pass; durations in milliseconds. */
export interface ReconcileMetrics {
  pass(reconciler: string, outcome: PassOutcome, durationMs: number): void;
}
