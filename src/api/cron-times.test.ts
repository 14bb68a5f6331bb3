import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seed } from '../lib/seed.fixture.js';
import { parseSchedule, type Schedule } from './cron.js';
import { lastStart, nextStart, startsMoreThan } from './cron-times.js';
import { zonedTimeText } from './time-zones.js';

function read(text: string): Schedule {
  const parsed = parseSchedule(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.schedule;
}

/** The next few starts after an instant, as the zone's clocks show them. */
function starts(text: string, after: string, zone = 'UTC', count = 3): readonly string[] {
  const found: string[] = [];
  let atMs: number | undefined = Date.parse(after);
  while (found.length < count) {
    atMs = nextStart(read(text), atMs, zone);
    if (atMs === undefined) break;
    found.push(zonedTimeText(zone, atMs));
  }
  return found;
}

describe('when a schedule starts', () => {
  it.each<[string, string, readonly string[]]>([
    ['* * * * *', '2026-01-01T00:00:00Z', ['01-01T00:01', '01-01T00:02', '01-01T00:03']],
    ['*/20 * * * *', '2026-01-01T00:05:07Z', ['01-01T00:20', '01-01T00:40', '01-01T01:00']],
    ['5/20 3 * * *', '2026-01-01T00:00:00Z', ['01-01T03:05', '01-01T03:25', '01-01T03:45']],
    ['0 9-17/4 * * mon-fri', '2026-01-02T12:00:00Z', ['01-02T13:00', '01-02T17:00', '01-05T09:00']],
    ['1,2 0 1 JAN,jul ?', '2026-01-01T00:01:00Z', ['01-01T00:02', '07-01T00:01', '07-01T00:02']],
    // Day of month or day of week, unless one of them is open.
    ['0 0 13 * 5', '2026-02-01T00:00:00Z', ['02-06T00:00', '02-13T00:00', '02-20T00:00']],
    ['0 0 13 * *', '2026-02-01T00:00:00Z', ['02-13T00:00', '03-13T00:00', '04-13T00:00']],
    ['0 0 ? * 5', '2026-02-01T00:00:00Z', ['02-06T00:00', '02-13T00:00', '02-20T00:00']],
    ['0 0 */1 * 5', '2026-02-01T00:00:00Z', ['02-06T00:00', '02-13T00:00', '02-20T00:00']],
    ['0 0 */15 * 5', '2026-02-10T00:00:00Z', ['02-13T00:00', '02-16T00:00', '02-20T00:00']],
    ['0 0 31 * *', '2026-01-31T00:00:00Z', ['03-31T00:00', '05-31T00:00', '07-31T00:00']],
    ['@hourly', '2026-01-01T00:30:00Z', ['01-01T01:00', '01-01T02:00', '01-01T03:00']],
    ['@weekly', '2026-01-01T00:30:00Z', ['01-04T00:00', '01-11T00:00', '01-18T00:00']],
    ['@monthly', '2026-01-01T00:30:00Z', ['02-01T00:00', '03-01T00:00', '04-01T00:00']],
    ['@every 1h30m', '2026-01-01T00:10:00Z', ['01-01T01:40', '01-01T03:10', '01-01T04:40']],
    ['0 0 31 2 *', '2026-01-01T00:00:00Z', []],
  ])('%s after %s', (text, after, expected) => {
    expect(starts(text, after)).toEqual(expected.map((time) => `2026-${time}:00Z`));
  });

  it.each<[string, number]>([
    ['@every 90s', 90_000],
    ['@every 1500ms', 1000],
    ['@every 0', 1000],
    ['@every -5m', 1000],
  ])('%s: whole seconds, at least one', (text, periodMs) => {
    expect(read(text)).toEqual({ kind: 'every', periodMs });
  });

  it('knows the 29th of February, and years', () => {
    expect(starts('0 0 29 2 *', '2026-01-01T00:00:00Z', 'UTC', 2)).toEqual([
      '2028-02-29T00:00:00Z',
      '2032-02-29T00:00:00Z',
    ]);
    expect(starts('@yearly', '2026-01-01T00:00:00Z', 'UTC', 1)).toEqual(['2027-01-01T00:00:00Z']);
  });

  it('skips an hour that clocks skip, and comes twice in one that they show twice', () => {
    expect(starts('30 2 * * *', '2026-03-28T00:00:00Z', 'Europe/Paris')).toEqual([
      '2026-03-28T02:30:00+01:00',
      '2026-03-30T02:30:00+02:00',
      '2026-03-31T02:30:00+02:00',
    ]);
    expect(starts('30 2 * * *', '2026-10-24T12:00:00Z', 'Europe/Paris')).toEqual([
      '2026-10-25T02:30:00+02:00',
      '2026-10-25T02:30:00+01:00',
      '2026-10-26T02:30:00+01:00',
    ]);
    expect(starts('0 0 * * *', '2026-03-07T12:00:00Z', 'America/New_York')).toEqual([
      '2026-03-08T00:00:00-05:00',
      '2026-03-09T00:00:00-04:00',
      '2026-03-10T00:00:00-04:00',
    ]);
    expect(starts('15 0 * * *', '2026-01-01T00:00:00Z', 'Asia/Kolkata', 1)).toEqual([
      '2026-01-02T00:15:00+05:30',
    ]);
  });

  it('a time zone in the text goes before the one beside it', () => {
    expect(
      nextStart(read('TZ=Asia/Tokyo 0 9 * * *'), Date.parse('2026-01-01T01:00:00Z'), 'Europe/Paris'),
    ).toBe(Date.parse('2026-01-02T00:00:00Z'));
  });
});

describe('starts within a span', () => {
  const afterMs = Date.parse('2026-01-01T00:00:00Z');
  const untilMs = Date.parse('2026-01-01T05:00:30Z');
  it.each<[string, string | undefined]>([
    ['* * * * *', '2026-01-01T05:00:00Z'],
    ['1,2 0 * * *', '2026-01-01T00:02:00Z'],
    ['@every 7s', '2026-01-01T05:00:25Z'],
    ['0 6 * * *', undefined],
    ['0 0 31 2 *', undefined],
  ])('the last of %s', (text, expected) => {
    const found = lastStart(read(text), { afterMs, untilMs });
    expect(found).toBe(expected === undefined ? undefined : Date.parse(expected));
  });

  it('counts no further than it is asked to', () => {
    expect(startsMoreThan(read('*/3 * * * *'), 99, { afterMs, untilMs })).toBe(true);
    expect(startsMoreThan(read('*/3 * * * *'), 100, { afterMs, untilMs })).toBe(false);
    expect(startsMoreThan(read('0 0 31 2 *'), 0, { afterMs, untilMs })).toBe(false);
  });
});

/** Asks the runtime's own calendar about every minute, one by one. */
function naively(
  fields: readonly (readonly number[] | '*')[],
  afterMs: number,
  zone: string,
): number | undefined {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    minute: 'numeric',
    hour: 'numeric',
    day: 'numeric',
    month: 'numeric',
    weekday: 'short',
  });
  const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  for (
    let atMs = Math.floor(afterMs / 60_000) * 60_000 + 60_000;
    atMs < afterMs + 3 * 86_400_000;
    atMs += 60_000
  ) {
    const shown = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const values = [
      ...(['minute', 'hour', 'day', 'month'] as const).map((type) => Number(shown.get(type))),
      weekdays.indexOf(shown.get('weekday') ?? ''),
    ];
    const [minute, hour, day, month, weekday] = fields.map(
      (field, index) => field === '*' || field.includes(values[index] ?? -1),
    );
    const oneOpen = fields[2] === '*' || fields[4] === '*';
    if (minute && hour && month && (oneOpen ? day && weekday : day || weekday)) return atMs;
  }
  return undefined;
}

it('finds what a search minute by minute finds, across changes of clocks', () => {
  const field = (min: number, max: number): fc.Arbitrary<readonly number[] | '*'> =>
    fc.oneof(fc.constant<'*'>('*'), fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 }));
  const changes = ['2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-03-08T07:00Z', '2026-11-01T06:00Z'];
  const around = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -50 * 3600, max: 5 * 3600 }))
    .map(([change, seconds]) => Date.parse(change) + seconds * 1000);
  const zone = fc.constantFrom('Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'UTC');
  const schedule = fc.tuple(field(0, 59), field(0, 5), field(1, 31), fc.constant<'*'>('*'), field(0, 6));
  fc.assert(
    fc.property(schedule, around, zone, (fields, afterMs, zoneName) => {
      const text = fields.map((one) => (one === '*' ? one : one.join(','))).join(' ');
      const expected = naively(fields, afterMs, zoneName);
      const found = nextStart(read(text), afterMs, zoneName);
      if (expected === undefined)
        expect(found ?? Number.POSITIVE_INFINITY).toBeGreaterThan(afterMs + 2.9 * 86_400_000);
      else expect([text, found]).toEqual([text, expected]);
    }),
    { seed, numRuns: 150 },
  );
});
