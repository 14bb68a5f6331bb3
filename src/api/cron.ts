/* What is wrong with a schedule, in the words of the parser that Kubernetes uses (robfig/cron v3, five fields). */

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];
const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

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

function checkExpression(expression: string, bounds: Bounds): void {
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
}

function checkDescriptor(text: string): void {
  if (descriptors.includes(text)) return;
  const every = '@every ';
  if (!text.startsWith(every)) throw new ScheduleError(`unrecognized descriptor: ${text}`);
  const duration = text.slice(every.length);
  if (/^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+)$/.test(duration)) return;
  const what = /^[+-]?[\d.]+$/.test(duration) ? 'missing unit in duration' : 'invalid duration';
  throw new ScheduleError(`failed to parse duration ${text}: time: ${what} ${JSON.stringify(duration)}`);
}

function checkSchedule(text: string): void {
  const zoned = /^(?:CRON_)?TZ=\S* (?<rest>.*)$/s.exec(text);
  const schedule = zoned?.groups?.['rest']?.trim() ?? text;
  if (schedule.startsWith('@')) checkDescriptor(schedule);
  else checkFields(schedule);
}

function checkFields(schedule: string): void {
  const parts = schedule.split(/\s+/).filter((part) => part !== '');
  if (parts.length !== fields.length) {
    throw new ScheduleError(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  }
  for (const [index, bounds] of fields.entries())
    for (const expression of (parts[index] ?? '').split(',').filter((one) => one !== ''))
      checkExpression(expression, bounds);
}

/** What is wrong with a schedule of five fields or a descriptor (`@daily`); undefined when it is fine. */
export function scheduleProblem(text: string): string | undefined {
  try {
    checkSchedule(text);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

/** True when the machine knows a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    const known = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    // Names are case sensitive, which the runtime does not mind.
    return known === name || known.toLowerCase() !== name.toLowerCase();
  } catch {
    return false;
  }
}
