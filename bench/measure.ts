/** Several measurements of one thing, milliseconds or any other unit. */
export interface Sample {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly count: number;
}

/** The median of measurements, with the noise around it. */
export function sampleOf(values: readonly number[]): Sample {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  return {
    median: (upper + lower) / 2,
    lowest: sorted[0] ?? Number.NaN,
    highest: sorted.at(-1) ?? Number.NaN,
    count: values.length,
  };
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** `1.23 s (1.20-1.31, n=5)`. */
export function seconds(sample: Sample): string {
  const text = (ms: number): string => (ms / 1000).toFixed(2);
  return `${text(sample.median)} s (${text(sample.lowest)}-${text(sample.highest)}, n=${sample.count})`;
}

/** One line of the report: what was measured, the goal and whether it was met; peers have no goal. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean | undefined;
}

/** The rows as a Markdown table. */
export function markdown(rows: readonly Row[]): string {
  const word = (met: boolean | undefined): string => (met === undefined ? '' : met ? 'yes' : '**no**');
  const lines = rows.map(
    ({ what, measured, goal, met }) => `| ${what} | ${measured} | ${goal} | ${word(met)} |`,
  );
  return ['| what | measured | goal | met |', '|---|---|---|---|', ...lines].join('\n');
}

/** The smallest value that so much of all values (0 to 1) is not above. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
