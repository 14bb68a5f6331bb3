const minuteMs = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

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

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  formats.set(zone, made);
  return made;
}

/** How far the zone's clocks are ahead of UTC at this instant, in milliseconds. */
export function offsetAt(zone: string, atMs: number): number {
  if (zone === 'UTC') return 0;
  const match = /GMT(?<sign>[+-])(?<hours>\d+):(?<minutes>\d+)(?::(?<seconds>\d+))?$/.exec(
    formatOf(zone).format(atMs),
  );
  const { sign, hours = 0, minutes = 0, seconds = 0 } = match?.groups ?? {};
  const ms = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -ms : ms;
}

/** Until when, at most `toMs`, the zone's clocks run on unchanged; to be asked for spans with at most one change. */
export function unchangedUntil(zone: string, fromMs: number, toMs: number): number {
  const offset = offsetAt(zone, fromMs);
  if (offsetAt(zone, toMs) === offset) return toMs;
  let [same, changed] = [Math.floor(fromMs / minuteMs), Math.ceil(toMs / minuteMs)];
  while (changed - same > 1) {
    const middle = Math.floor((same + changed) / 2);
    if (offsetAt(zone, middle * minuteMs) === offset) same = middle;
    else changed = middle;
  }
  return changed * minuteMs;
}

/** An instant as RFC 3339 on the zone's clocks: `2026-03-29T03:00:00+02:00`, or with `Z` where that is UTC. */
export function zonedTimeText(zone: string, atMs: number): string {
  const offset = offsetAt(zone, atMs);
  const local = new Date(atMs + offset).toISOString().slice(0, 19);
  if (offset === 0) return `${local}Z`;
  const minutes = Math.floor(Math.abs(offset) / minuteMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
