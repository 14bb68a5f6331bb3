import { describe, expect, it } from 'vitest';
import { conflict } from '../api/status-error.js';
import { deferred } from '../lib/deferred.js';
import type { Logger } from '../lib/log.js';
import { silentLogger } from '../lib/log.js';
import { VirtualClock } from '../lib/virtual-clock.js';
import type { Plan, Reconciler, Waiting } from './contract.js';
import { type ReconcilerOptions, startReconciler } from './driver.js';
import type { Running } from './running.js';

type Facts = { readonly key: string };
type Options = ReconcilerOptions<string, Facts, string>;

interface Bench {
  readonly clock: VirtualClock;
  readonly running: Running;
  readonly performed: string[];
  readonly errors: unknown[];
  enqueue(key: string): void;
}

function start(parts: Partial<Reconciler<string, Facts, string>>, more: Partial<Options> = {}): Bench {
  const clock = new VirtualClock();
  const performed: string[] = [];
  const errors: unknown[] = [];
  const log: Logger = {
    ...silentLogger,
    error: (message, fields) => errors.push([message, fields?.['key']]),
  };
  let enqueue: (key: string) => void = () => {};
  const reconciler: Reconciler<string, Facts, string> = {
    name: 'bench',
    observe: async (key) => ({ key }),
    plan: ({ key }) => ({ actions: [key] }),
    perform: async (action) => {
      performed.push(action);
    },
    ...parts,
  };
  const source = (add: (key: string) => void) => {
    enqueue = add;
    return () => {
      enqueue = () => {};
    };
  };
  const running = startReconciler({ reconciler, sources: [source], clock, log, ...more });
  return { clock, running, performed, errors, enqueue: (key) => enqueue(key) };
}

describe('the driver', () => {
  it('observes, plans and performs each key that changed, and is idle then', async () => {
    const bench = start({ plan: ({ key }) => ({ actions: [`${key}1`, `${key}2`] }) });
    bench.enqueue('a');
    bench.enqueue('b');
    bench.enqueue('a');
    await bench.running.idle();
    expect(bench.performed.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2']);
    await bench.running.stop();
  });

  it('never works on one key twice at a time, and looks again when it changed meanwhile', async () => {
    const gate = deferred();
    let passes = 0;
    const bench = start({
      perform: async () => {
        passes += 1;
        await gate.promise;
      },
    });
    bench.enqueue('a');
    await bench.clock.advance(0);
    bench.enqueue('a');
    await bench.clock.advance(0);
    expect(passes).toBe(1);
    gate.resolve();
    await bench.running.idle();
    expect(passes).toBe(2);
    await bench.running.stop();
  });

  it('backs off a failing key, logs the same failure once, and recovers', async () => {
    let attempts = 0;
    const bench = start({
      perform: async () => {
        attempts += 1;
        if (attempts < 5) throw new Error('no');
      },
    });
    bench.enqueue('a');
    await bench.clock.advance(0);
    expect(attempts).toBe(1);
    await bench.clock.advance(5);
    expect(attempts).toBe(2);
    await bench.clock.advance(9);
    expect(attempts).toBe(2);
    await bench.clock.advance(1000);
    expect(attempts).toBe(5);
    expect(bench.errors).toEqual([['pass failed', 'a']]);
    await bench.running.stop();
  });

  it('after a failure does only what reports, and tries again', async () => {
    const done: string[] = [];
    const bench = start({
      plan: () => ({ actions: ['first', 'broken', 'next', 'report'] }),
      isReport: (action) => action === 'report',
      perform: async (action) => {
        done.push(action);
        if (action === 'broken' && done.length < 4) throw new Error('no');
      },
    });
    bench.enqueue('a');
    await bench.clock.advance(0);
    expect(done).toEqual(['first', 'broken', 'report']);
    await bench.clock.advance(5);
    expect(done.slice(3)).toEqual(['first', 'broken', 'next', 'report']);
    expect(bench.errors).toEqual([['pass failed', 'a']]);
    await bench.running.stop();
  });

  it('tries again at once after a conflict, but backs off one that goes on', async () => {
    let attempts = 0;
    const bench = start({
      perform: async () => {
        attempts += 1;
        throw conflict({ group: '', kind: 'Pod', plural: 'pods' }, 'a');
      },
    });
    bench.enqueue('a');
    await bench.clock.advance(0);
    expect(attempts).toBe(6);
    await bench.clock.advance(5);
    expect(attempts).toBe(7);
    await bench.running.stop();
  });

  it('stops performing at the first action that fails', async () => {
    const bench = start(
      {
        plan: () => ({ actions: ['good', 'bad', 'never'] }),
        perform: async (action) => {
          if (action === 'bad') throw new Error('no');
          bench.performed.push(action);
        },
      },
      { backoff: { baseMs: 60_000, maxMs: 60_000 }, describeAction: (action) => `do ${action}` },
    );
    bench.enqueue('a');
    await bench.clock.advance(0);
    expect(bench.performed).toEqual(['good']);
    await bench.running.stop();
  });

  it('looks again when the plan asks for it, and at every resync otherwise', async () => {
    const plans: number[] = [];
    const bench = start(
      {
        plan: (_facts, now): Plan<string> => {
          plans.push(now.getTime() - startMs);
          return plans.length === 1 ? { actions: [], lookAgainAfterMs: 50 } : { actions: [] };
        },
      },
      { resyncMs: 1000 },
    );
    const startMs = bench.clock.now();
    bench.enqueue('a');
    await bench.running.idle();
    await bench.clock.advance(2100);
    expect(plans).toEqual([0, 50, 1050, 2050]);
    await bench.running.stop();
  });

  it('shows what keys wait for, and tells when it begins, changes and ends', async () => {
    const waits: (Waiting | undefined)[] = [
      { reason: 'A', message: 'first' },
      { reason: 'A', message: 'first' },
      { reason: 'B', message: 'second' },
      undefined,
    ];
    const seen: unknown[] = [];
    let pass = -1;
    const bench = start(
      {
        plan: () => {
          pass += 1;
          return { actions: [], waitingFor: waits[pass] };
        },
      },
      { onWaiting: (key, waiting) => seen.push([key, waiting?.reason]) },
    );
    for (const wait of waits) {
      bench.enqueue('a');
      await bench.running.idle();
      expect(bench.running.waiting().get('a')).toEqual(wait);
    }
    expect(seen).toEqual([
      ['a', 'A'],
      ['a', 'B'],
      ['a', undefined],
    ]);
    await bench.running.stop();
  });

  it('forgets what a key waited for when its subject is gone', async () => {
    let isGone = false;
    const bench = start({
      observe: async (key) => (isGone ? undefined : { key }),
      plan: () => ({ actions: [], waitingFor: { reason: 'A', message: 'a' } }),
    });
    bench.enqueue('a');
    await bench.running.idle();
    isGone = true;
    bench.enqueue('a');
    await bench.running.idle();
    expect(bench.running.waiting().size).toBe(0);
    await bench.running.stop();
  });

  it('makes no pass before its caches have their first list', async () => {
    const synced = deferred();
    const bench = start({}, { caches: [{ synced: synced.promise }] });
    bench.enqueue('a');
    await bench.clock.advance(10);
    expect(bench.performed).toEqual([]);
    synced.resolve();
    await bench.running.idle();
    expect(bench.performed).toEqual(['a']);
    await bench.running.stop();
  });

  it('waits for running passes when it is stopped, aborts them, and takes no more', async () => {
    let aborted = false;
    const bench = start({
      perform: (_action, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason);
          });
        }),
    });
    bench.enqueue('a');
    await bench.clock.advance(0);
    await bench.running.stop();
    expect(aborted).toBe(true);
    expect(bench.errors).toEqual([]);
    bench.enqueue('b');
    await bench.running.idle();
  });
});
