import { type Row, type Sample, sampleOf } from '../measure.js';
import type { ApiServerProgram } from '../programs.js';
import { type Context, milliseconds } from './context.js';
import type { WatchResult } from './target.js';

const CREATES = 60;
const EVERY_MS = 50;
const ROUNDS = 3;
const GOAL_WATCHERS = 100;
const GOAL_MS = 20;

/** How late watchers learn of a create. */
export async function measureWatches(context: Context, server: ApiServerProgram): Promise<Row[]> {
  const rows: Row[] = [];
  for (const watchers of [1, GOAL_WATCHERS, 1000]) {
    const results: WatchResult[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      context.noise.observe();
      const result = await context.load.ask<WatchResult>({
        kind: 'watch',
        target: server.target,
        namespace: 'other',
        prefix: `w${watchers}-${round}-`,
        watchers,
        creates: round === 0 ? CREATES / 3 : CREATES,
        everyMs: EVERY_MS,
      });
      if (round > 0) results.push(result);
    }
    rows.push(rowOf(watchers, results));
  }
  return rows;
}

function rowOf(watchers: number, results: readonly WatchResult[]): Row {
  const of = (value: (result: WatchResult) => number): Sample => sampleOf(results.map(value));
  const p99 = of(({ p99Ms }) => p99Ms);
  const row: Row = {
    what: `watch delay, ${watchers.toLocaleString('en')} watcher${watchers === 1 ? '' : 's'}, ${1000 / EVERY_MS} creates/s: from sending the create to its event`,
    measured: `p50 ${milliseconds(of(({ p50Ms }) => p50Ms))}, p99 ${milliseconds(p99)}`,
    goal: watchers === GOAL_WATCHERS ? `p99 under ${GOAL_MS} ms` : '',
    met: watchers === GOAL_WATCHERS ? p99.median < GOAL_MS : undefined,
  };
  console.log(`${row.what}: ${row.measured}`);
  return row;
}
