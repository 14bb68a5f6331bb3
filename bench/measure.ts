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

/** One line of the report: what was measured, the goal and whether it was met. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
}

/** The rows as a Markdown table. */
export function markdown(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ what, measured, goal, met }) => `| ${what} | ${measured} | ${goal} | ${met ? 'yes' : '**no**'} |`,
  );
  return ['| what | measured | goal | met |', '|---|---|---|---|', ...lines].join('\n');
}
