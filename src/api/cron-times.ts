import type { CalendarSchedule, Schedule } from './cron.js';
import { offsetAt, unchangedUntil } from './time-zones.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** No zone changes its clocks twice in a week. */
const stretchMs = 7 * dayMs;
/** What does not happen within five years never does (`0 0 31 2 *`). */
const horizonMs = 5 * 366 * dayMs;

/**
 * The first start after an instant (milliseconds since the epoch); undefined when there is none. A time that clocks skip
 * in spring does not come, one that they show twice in autumn comes twice, as with the library that Kubernetes uses.
 */
export function nextStart(schedule: Schedule, afterMs: number, zone = 'UTC'): number | undefined {
  if (schedule.kind === 'every') return Math.floor(afterMs / 1000) * 1000 + schedule.periodMs;
  const clocks = schedule.zone ?? zone;
  let atMs = startOfNext(afterMs, minuteMs);
  while (atMs < afterMs + horizonMs) {
    const untilMs = unchangedUntil(clocks, atMs, atMs + stretchMs);
    const offset = offsetAt(clocks, atMs);
    const found = firstMatch(schedule, atMs + offset, untilMs + offset);
    if (found !== undefined) return found - offset;
    atMs = untilMs;
  }
  return undefined;
}

/** The span (after, until] of instants, and the clocks by which a schedule is read. */
export interface StartSpan {
  readonly afterMs: number;
  readonly untilMs: number;
  readonly zone?: string | undefined;
}

/** The last start within a span; undefined when there is none. */
export function lastStart(schedule: Schedule, { afterMs, untilMs, zone }: StartSpan): number | undefined {
  const first = nextStart(schedule, afterMs, zone);
  if (first === undefined || first > untilMs) return undefined;
  if (schedule.kind === 'every') return first + wholes(untilMs - first, schedule.periodMs);
  // Halves the span: something starts after `low` and within it, nothing does after `high`.
  let [low, high] = [afterMs, untilMs];
  while (high - low > minuteMs) {
    const middle = Math.floor((low + high) / 2);
    if ((nextStart(schedule, middle, zone) ?? Number.POSITIVE_INFINITY) <= untilMs) low = middle;
    else high = middle;
  }
  return nextStart(schedule, low, zone);
}

/** True when more than `limit` starts fall within a span. */
export function startsMoreThan(schedule: Schedule, limit: number, span: StartSpan): boolean {
  let atMs: number | undefined = span.afterMs;
  for (let count = 0; count <= limit; count += 1) {
    atMs = nextStart(schedule, atMs, span.zone);
    if (atMs === undefined || atMs > span.untilMs) return false;
  }
  return true;
}

/** The first minute in [from, to) that a schedule names; both are what clocks show, written as if it were UTC. */
function firstMatch(schedule: CalendarSchedule, fromMs: number, toMs: number): number | undefined {
  let atMs = fromMs;
  while (atMs < toMs) {
    const date = new Date(atMs);
    if (!dayMatches(schedule, date)) atMs = startOfNext(atMs, dayMs);
    else if (!schedule.hour.values.has(date.getUTCHours())) atMs = startOfNext(atMs, hourMs);
    else if (!schedule.minute.values.has(date.getUTCMinutes())) atMs = startOfNext(atMs, minuteMs);
    else return atMs;
  }
  return undefined;
}

/** Day of month and day of week must both match when one was left open; otherwise either will do. */
function dayMatches({ month, day, weekday }: CalendarSchedule, date: Date): boolean {
  if (!month.values.has(date.getUTCMonth() + 1)) return false;
  const byDay = day.values.has(date.getUTCDate());
  const byWeekday = weekday.values.has(date.getUTCDay());
  return day.open || weekday.open ? byDay && byWeekday : byDay || byWeekday;
}

function startOfNext(atMs: number, unitMs: number): number {
  return wholes(atMs, unitMs) + unitMs;
}

function wholes(ms: number, unitMs: number): number {
  return Math.floor(ms / unitMs) * unitMs;
}
