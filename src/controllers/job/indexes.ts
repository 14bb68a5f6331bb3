/** Completion indexes as ordered intervals, each from its first to its last index. */
export type Indexes = readonly (readonly [first: number, last: number])[];

/** Reads `1,3-5,7`; what is not below `completions`, or no index at all, is left out. */
export function parseIndexes(text: string | undefined, completions: number): Indexes {
  const intervals = (text ?? '').split(',').flatMap((part): (readonly [number, number])[] => {
    const found = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (found === null) return [];
    const first = Number(found[1]);
    const last = Math.min(Number(found[2] ?? first), completions - 1);
    return first <= last ? [[first, last]] : [];
  });
  return ordered(intervals);
}

/** The text form that Job statuses have: two neighbours as `1,2`, three and more as `1-3`. */
export function indexesText(indexes: Indexes): string {
  return indexes
    .map(([first, last]) => {
      if (first === last) return `${first}`;
      return last === first + 1 ? `${first},${last}` : `${first}-${last}`;
    })
    .join(',');
}

/** The indexes with more of them. */
export function withIndexes(indexes: Indexes, more: Iterable<number>): Indexes {
  return ordered([...indexes, ...[...more].map((index) => [index, index] as const)]);
}

/** How many there are. */
export function countOf(indexes: Indexes): number {
  return indexes.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** True when the index is among them. */
export function hasIndex(indexes: Indexes, index: number): boolean {
  let low = 0;
  let high = indexes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((indexes[middle]?.[1] ?? 0) >= index) high = middle;
    else low = middle + 1;
  }
  const found = indexes[low];
  return found !== undefined && found[0] <= index;
}

/** How many of `wanted` are among them. */
export function overlapOf(indexes: Indexes, wanted: Indexes): number {
  let sum = 0;
  for (const [first, last] of wanted) {
    for (const [from, to] of indexes) sum += Math.max(0, Math.min(last, to) - Math.max(first, from) + 1);
  }
  return sum;
}

/** The first `count` indexes below `completions` that are not taken. */
export function firstFree(taken: Indexes, count: number, completions: number): readonly number[] {
  const free: number[] = [];
  let candidate = 0;
  const upTo = (end: number): void => {
    for (; candidate < end && free.length < count; candidate += 1) free.push(candidate);
  };
  for (const [first, last] of taken) {
    upTo(Math.min(first, completions));
    candidate = Math.max(candidate, last + 1);
  }
  upTo(completions);
  return free;
}

function ordered(intervals: readonly (readonly [number, number])[]): Indexes {
  const result: [number, number][] = [];
  for (const [first, last] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}
