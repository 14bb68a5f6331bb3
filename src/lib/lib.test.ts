import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { abortable, onAbort, timeoutSignal } from './abort.js';
import { DisposeStack } from './async-dispose.js';
import { Backoff } from './backoff.js';
import { readConfig } from './config.js';
import { deepFreeze } from './deep-freeze.js';
import { hasErrno, messageOf } from './errors.js';
import { createLogger } from './logger.js';
import { seededRandom } from './seeded-random.js';
import { systemRandom } from './system-random.js';
import { VirtualClock } from './virtual-clock.js';

describe('random', () => {
  it('is the same for the same seed', () => {
    const draw = (seed: number): unknown => {
      const random = seededRandom(seed);
      return [random.next(), random.uuid(), random.suffix(5)];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it.each([
    ['system', systemRandom],
    ['seeded', seededRandom(1)],
  ])('makes well-formed values (%s)', (_name, random) => {
    expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(random.suffix(5)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(random.next()).toBeLessThan(1);
  });
});

describe('createLogger', () => {
  it('writes a JSON line with the level, the fields and the error', () => {
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    const log = createLogger({ level: 'info', destination }).child({ controller: 'x' });
    log.debug('not written');
    log.error('failed', { error: new Error('why') });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      msg: 'failed',
      controller: 'x',
      error: { message: 'why' },
    });
  });
});

describe('abort', () => {
  it('gives up on a promise when the signal is aborted', async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => {}), controller.signal);
    controller.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    await expect(abortable(Promise.resolve(1), new AbortController().signal)).resolves.toBe(1);
  });

  it('aborts by the clock', async () => {
    const clock = new VirtualClock();
    const signal = timeoutSignal(clock, 100);
    await clock.advance(99);
    expect(signal.aborted).toBe(false);
    await clock.advance(1);
    expect(signal.aborted).toBe(true);
  });

  it('calls at once when it is already aborted', () => {
    let calls = 0;
    onAbort(AbortSignal.abort(), () => {
      calls += 1;
    });
    expect(calls).toBe(1);
  });
});

describe('DisposeStack', () => {
  it('stops in reverse order, everything, and tells the failures', async () => {
    const seen: string[] = [];
    const stack = new DisposeStack();
    stack.defer(() => {
      seen.push('first');
    });
    stack.defer(() => {
      throw new Error('second');
    });
    stack.defer(() => {
      seen.push('third');
    });
    await expect(stack[Symbol.asyncDispose]()).rejects.toThrow('second');
    expect(seen).toEqual(['third', 'first']);
  });
});

describe('small ones', () => {
  it('backs off to the limit', () => {
    const backoff = new Backoff({ baseMs: 10, maxMs: 50 });
    expect([1, 2, 3, 4].map(() => backoff.next())).toEqual([10, 20, 40, 50]);
    backoff.reset();
    expect(backoff.next()).toBe(10);
  });

  it('freezes deeply', () => {
    const value = deepFreeze({ a: [{ b: 1 }], c: null });
    expect(Object.isFrozen(value.a[0])).toBe(true);
  });

  it('reads messages and codes of errors', () => {
    expect(messageOf('text')).toBe('text');
    expect(messageOf(new AggregateError([new Error('a'), new Error('b')]))).toBe('a; b');
    expect(hasErrno(Object.assign(new Error('x'), { code: 'ENOENT' }), 'EEXIST', 'ENOENT')).toBe(true);
  });

  it('reads the environment with defaults, and refuses a wrong log level by name', () => {
    expect(readConfig({ HOLDFAST_HOME: '/h', KUBECONFIG: '/a:/b' })).toMatchObject({
      home: '/h',
      cluster: 'default',
      kubeconfig: ['/a', '/b'],
      logLevel: 'info',
    });
    expect(() => readConfig({ HOLDFAST_LOG: 'loud' })).toThrow('HOLDFAST_LOG');
  });

  it.each([
    [{}, true, '/var/lib/holdfast', '/run/holdfast', '/var/cache/holdfast'],
    [{}, false, '/u/.local/share/holdfast', '/u/.local/state/holdfast', '/u/.cache/holdfast'],
    [{ XDG_DATA_HOME: '/d' }, true, '/var/lib/holdfast', '/run/holdfast', '/var/cache/holdfast'],
    [
      { XDG_DATA_HOME: '/d', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: 'relative' },
      false,
      '/d/holdfast',
      '/s/holdfast',
      '/u/.cache/holdfast',
    ],
    [{ HOLDFAST_HOME: '/h', HOLDFAST_RUN: '/r', HOLDFAST_CACHE: '/c' }, false, '/h', '/r', '/c'],
  ])('finds the places of clusters: %j, root %s', (env, isRoot, home, run, cache) => {
    expect(readConfig({ HOME: '/u', ...env }, isRoot)).toMatchObject({ home, run, cache });
  });
});
