/** A half-open run of transaction numbers of one source. */
interface Interval {
  readonly from: number;
  readonly to: number;
}

/** A GTID set: sorted, merged intervals by source (a server UUID, with its tag where MySQL 8.3+ puts one). */
export type GtidSet = ReadonlyMap<string, readonly Interval[]>;

/** Parses MySQL's text form (`uuid:1-5:7,uuid2:tag:1`); throws on anything else (manual: GTID Format and Storage). */
export function parseGtidSet(text: string): GtidSet {
  const set = new Map<string, Interval[]>();
  for (const part of text.replaceAll(/\s/g, '').split(',')) {
    if (part !== '') addSource(set, part);
  }
  return new Map([...set].map(([source, intervals]) => [source, merged(intervals)]));
}

function addSource(set: Map<string, Interval[]>, part: string): void {
  const [uuid = '', ...rest] = part.split(':');
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(uuid) || rest.length === 0) {
    throw new Error(`not a GTID set: "${part}"`);
  }
  let source = uuid.toLowerCase();
  for (const piece of rest) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(piece);
    if (match === null) {
      source = `${uuid.toLowerCase()}:${piece}`;
      continue;
    }
    const from = Number(match[1]);
    const interval = { from, to: Number(match[2] ?? from) + 1 };
    set.set(source, [...(set.get(source) ?? []), interval]);
  }
}

function merged(intervals: readonly Interval[]): readonly Interval[] {
  const result: Interval[] = [];
  for (const next of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && next.from <= last.to) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
    } else result.push(next);
  }
  return result;
}

/** What is in `left` and not in `right` (MySQL's GTID_SUBTRACT). */
export function subtractGtids(left: GtidSet, right: GtidSet): GtidSet {
  const rest = new Map<string, readonly Interval[]>();
  for (const [source, intervals] of left) {
    const kept = (right.get(source) ?? []).reduce(
      (left_, cut) => left_.flatMap((interval) => cutOut(interval, cut)),
      [...intervals],
    );
    if (kept.length > 0) rest.set(source, kept);
  }
  return rest;
}

function cutOut(interval: Interval, cut: Interval): Interval[] {
  const before = { from: interval.from, to: Math.min(interval.to, cut.from) };
  const after = { from: Math.max(interval.from, cut.to), to: interval.to };
  return [before, after].filter((piece) => piece.from < piece.to);
}

/** Whether all of `part` is in `whole` (MySQL's GTID_SUBSET). */
export function isGtidSubset(part: GtidSet, whole: GtidSet): boolean {
  return subtractGtids(part, whole).size === 0;
}

/** A set without what one server itself committed, tagged or not. */
export function withoutSource(set: GtidSet, serverUuid: string): GtidSet {
  const own = serverUuid.toLowerCase();
  return new Map([...set].filter(([source]) => source !== own && !source.startsWith(`${own}:`)));
}

/** MySQL's text form of a set. */
export function formatGtidSet(set: GtidSet): string {
  return [...set]
    .map(([source, intervals]) => `${source}:${intervals.map(formatInterval).join(':')}`)
    .toSorted()
    .join(',');
}

function formatInterval(interval: Interval): string {
  return interval.to - interval.from === 1 ? `${interval.from}` : `${interval.from}-${interval.to - 1}`;
}
