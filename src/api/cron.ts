/* Schedules as the parser that Kubernetes uses reads them (robfig/cron v3, five fields), with its words for what is wrong. */

import { parseGoDuration } from './duration.js';

/** The numbers at which one field of a schedule matches; `open` when it was left so, by `*` or `?`. */
export interface CronField {
  readonly values: ReadonlySet<number>;
  readonly open: boolean;
}

/** A schedule that was understood: times of the calendar, or a distance between two starts. */
export type Schedule = CalendarSchedule | { readonly kind: 'every'; readonly periodMs: number };

/** Five fields; `zone` when the text itself named a time zone. */
export interface CalendarSchedule {
  readonly kind: 'calendar';
  readonly minute: CronField;
  readonly hour: CronField;
  readonly day: CronField;
  readonly month: CronField;
  readonly weekday: CronField;
  readonly zone?: string;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const bounds = {
  minute: { min: 0, max: 59 },
  hour: { min: 0, max: 23 },
  day: { min: 1, max: 31 },
  month: { min: 1, max: 12, names: months },
  weekday: { min: 0, max: 6, names: days },
};
const descriptors: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** Thrown inside this file only. */
class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

function parseNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) {
    throw new ScheduleError(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  const value = Number(text);
  if (value < 0) throw new ScheduleError(`negative number (${value}) not allowed: ${text}`);
  return value;
}

function parseNamed(text: string, { min, names = [] }: Bounds): number {
  const index = names.indexOf(text.toLowerCase());
  return index < 0 ? parseNumber(text) : index + min;
}

function limits(expression: string, range: string, bounds: Bounds): readonly [start: number, end: number] {
  const ends = range.split('-');
  const [low = '', high] = ends;
  if (low === '*' || low === '?') return [bounds.min, bounds.max];
  const start = parseNamed(low, bounds);
  if (ends.length > 2) throw new ScheduleError(`too many hyphens: ${expression}`);
  return [start, high === undefined ? start : parseNamed(high, bounds)];
}

function parseExpression(expression: string, bounds: Bounds): CronField {
  const [range = '', step, ...more] = expression.split('/');
  const [start, stated] = limits(expression, range, bounds);
  if (more.length > 0) throw new ScheduleError(`too many slashes: ${expression}`);
  const by = step === undefined ? 1 : parseNumber(step);
  const end = step !== undefined && !range.includes('-') ? bounds.max : stated;
  if (start < bounds.min)
    throw new ScheduleError(`beginning of range (${start}) below minimum (${bounds.min}): ${expression}`);
  if (end > bounds.max)
    throw new ScheduleError(`end of range (${end}) above maximum (${bounds.max}): ${expression}`);
  if (start > end)
    throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${expression}`);
  if (by === 0) throw new ScheduleError(`step of range should be a positive number: ${expression}`);
  const count = Math.floor((end - start) / by) + 1;
  const values = new Set(Array.from({ length: count }, (_, index) => start + index * by));
  return { values, open: by === 1 && /^[*?]/.test(range) };
}

function parseField(text: string, bounds: Bounds): CronField {
  const parts = text
    .split(',')
    .filter((one) => one !== '')
    .map((expression) => parseExpression(expression, bounds));
  return {
    values: new Set(parts.flatMap(({ values }) => [...values])),
    open: parts.some(({ open }) => open),
  };
}

function parseDescriptor(text: string): Schedule {
  const fields = descriptors.get(text);
  if (fields !== undefined) return parseFields(fields);
  const every = '@every ';
  if (!text.startsWith(every)) throw new ScheduleError(`unrecognized descriptor: ${text}`);
  const duration = text.slice(every.length);
  if (/^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+)$/.test(duration)) {
    const seconds = Math.floor((parseGoDuration(duration) ?? 0) / 1000);
    return { kind: 'every', periodMs: Math.max(seconds, 1) * 1000 };
  }
  const what = /^[+-]?[\d.]+$/.test(duration) ? 'missing unit in duration' : 'invalid duration';
  throw new ScheduleError(`failed to parse duration ${text}: time: ${what} ${JSON.stringify(duration)}`);
}

function parseFields(schedule: string): CalendarSchedule {
  const parts = schedule.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== 5) {
    throw new ScheduleError(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  }
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  return {
    kind: 'calendar',
    minute: parseField(minute, bounds.minute),
    hour: parseField(hour, bounds.hour),
    day: parseField(day, bounds.day),
    month: parseField(month, bounds.month),
    weekday: parseField(weekday, bounds.weekday),
  };
}

function parse(text: string): Schedule {
  const zoned = /^(?:CRON_)?TZ=(?<zone>\S*) (?<rest>.*)$/s.exec(text)?.groups;
  const schedule = zoned?.['rest']?.trim() ?? text;
  const parsed = schedule.startsWith('@') ? parseDescriptor(schedule) : parseFields(schedule);
  const zone = zoned?.['zone'];
  return parsed.kind === 'every' || zone === undefined ? parsed : { ...parsed, zone };
}

/** Reads a schedule of five fields or a descriptor (`@daily`, `@every 90s`), or says what is wrong with it. */
export function parseSchedule(text: string): { readonly schedule: Schedule } | { readonly problem: string } {
  try {
    return { schedule: parse(text) };
  } catch (error) {
    if (error instanceof ScheduleError) return { problem: error.message };
    throw error;
  }
}

/** What is wrong with a schedule of five fields or a descriptor (`@daily`); undefined when it is fine. */
export function scheduleProblem(text: string): string | undefined {
  const parsed = parseSchedule(text);
  return 'problem' in parsed ? parsed.problem : undefined;
}
