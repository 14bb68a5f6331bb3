import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../lib/virtual-clock.js';
import { isSameWait, type Waiting } from './contract.js';
import { WaitAnnouncer } from './wait-announcer.js';

const on = (name: string): NonNullable<Waiting['on']> => ({ kind: 'Pod', namespace: 'default', name });
const wait = (reason: string, name: string, message = 'waits'): Waiting => ({
  reason,
  message,
  on: on(name),
});

function announcer(isNews?: (waiting: Waiting) => boolean) {
  const clock = new VirtualClock();
  const told: string[] = [];
  const events = {
    event: (_about: unknown, _type: unknown, ...[reason, message]: readonly [string, string]) =>
      void told.push(`${reason}: ${message}`),
    flushed: () => Promise.resolve(),
  };
  const about = (key: string) => (key === 'gone' ? undefined : { name: key });
  const made = new WaitAnnouncer({ clock, events, about, ...(isNews && { isNews }) });
  const lasting: string[] = [];
  made.lasting((key) => lasting.push(key));
  return { clock, told, made, lasting };
}

describe('waits in Events', () => {
  it('tells a wait once it has lasted, once, in its newest words', async () => {
    const { clock, told, made, lasting } = announcer();
    made.note('a', wait('Slow', 'p', 'waits 1 s'));
    await clock.advance(6000);
    made.note('a', wait('Slow', 'p', 'waits 7 s'));
    expect(made.lastingWait('a')).toBeUndefined();
    await clock.advance(6000);
    made.note('a', wait('Slow', 'p', 'waits 13 s'));
    await clock.advance(60_000);
    expect(told).toEqual(['Slow: waits 7 s']);
    expect(lasting).toEqual(['a']);
    expect(made.lastingWait('a')?.message).toBe('waits 13 s');
  });

  it('tells another reason and another subject anew', async () => {
    const { clock, told, made } = announcer();
    for (const one of [wait('Slow', 'p'), wait('Slow', 'q'), wait('Stuck', 'q')]) {
      made.note('a', one);
      await clock.advance(11_000);
    }
    expect(told).toEqual(['Slow: waits', 'Slow: waits', 'Stuck: waits']);
  });

  it('tells nothing of waits that end or change in time, and nothing of objects that are gone', async () => {
    const { clock, told, made, lasting } = announcer();
    made.note('a', wait('Slow', 'p'));
    made.note('gone', wait('Slow', 'p'));
    await clock.advance(9000);
    made.note('a', wait('Slow', 'q'));
    await clock.advance(9000);
    made.note('a', undefined);
    await clock.advance(60_000);
    expect([told, lasting]).toEqual([[], []]);
  });

  it('tells nothing of waits that are no news, and nothing once it is stopped', async () => {
    const { clock, told, made } = announcer(({ reason }) => reason !== 'Ordinary');
    made.note('a', wait('Ordinary', 'p'));
    made.note('b', wait('Slow', 'p'));
    made.stop();
    await clock.advance(60_000);
    expect(told).toEqual([]);
  });

  it('says what would let it go on', async () => {
    const { clock, told, made } = announcer();
    made.note('a', { reason: 'Held', message: 'it is held', unblockedBy: 'somebody lets it go' });
    await clock.advance(11_000);
    expect(told).toEqual(['Held: it is held. To go on: somebody lets it go']);
  });

  it.each([
    [wait('A', 'p'), wait('A', 'p', 'other words'), true],
    [wait('A', 'p'), wait('B', 'p'), false],
    [wait('A', 'p'), wait('A', 'q'), false],
    [wait('A', 'p'), { reason: 'A', message: '' }, false],
    [{ reason: 'A', message: '' }, { reason: 'A', message: 'x' }, true],
  ])('%j and %j are the same: %s', (a, b, same) => {
    expect(isSameWait(a, b)).toBe(same);
  });
});
