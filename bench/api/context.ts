import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asyncDisposable, DisposeStack } from '../../src/lib/async-dispose.js';
import type { LineProgram } from '../../test/tools/line-program.js';
import { type Row, type Sample, sampleOf } from '../measure.js';
import { Noise } from '../noise.js';
import { Programs } from '../programs.js';
import type { RequestResult, RequestTask } from './target.js';

/** Clients that send at once, one request each. */
export const CLIENTS = 32;
/** Rounds that are counted; one more comes before them and warms up. */
export const ROUNDS = 5;

/** What every part of the benchmark works with; all of it goes when it is disposed of. */
export class Context implements AsyncDisposable {
  readonly programs: Programs;
  readonly load: LineProgram;
  readonly noise: Noise;
  /** Not /tmp, which may be memory: what is written here has to reach a disk. */
  readonly directory: string;
  readonly #stack: DisposeStack;
  #made = 0;

  private constructor(programs: Programs, stack: DisposeStack) {
    this.programs = programs;
    this.#stack = stack;
    this.directory = mkdtempSync('/var/tmp/holdfast-bench-');
    stack.use(asyncDisposable(() => rmSync(this.directory, { recursive: true, force: true })));
    this.noise = new Noise(this.directory);
    this.load = stack.use(programs.load());
  }

  /** Bundles the programs and starts the generator. */
  static async open(): Promise<Context> {
    const stack = new DisposeStack();
    return new Context(stack.use(await Programs.bundle()), stack);
  }

  /** A new directory. */
  newDirectory(): string {
    const made = join(this.directory, String(this.#made++));
    mkdirSync(made);
    return made;
  }

  /** Lets the generator's clients send for a while. */
  requests(task: Omit<RequestTask, 'kind' | 'clients'>): Promise<RequestResult> {
    return this.load.ask<RequestResult>({ kind: 'requests', clients: CLIENTS, ...task });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }
}

/** Something that is measured once a round. */
export interface Contender {
  readonly what: string;
  readonly goal?: { readonly text: string; readonly met: (median: number) => boolean };
  run(round: number): Promise<number>;
  /** What else is to be said when all rounds are over. */
  readonly note?: () => string;
}

/** Measures all contenders in turn, round by round; the first round warms up and is not counted. */
export async function alternate(
  context: Context,
  contenders: readonly Contender[],
  { rounds = ROUNDS, show = perSecond }: { rounds?: number; show?: (sample: Sample) => string } = {},
): Promise<Row[]> {
  const values = contenders.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    context.noise.observe();
    for (const [index, contender] of contenders.entries()) {
      const value = await contender.run(round);
      if (round > 0) values[index]?.push(value);
    }
  }
  return contenders.map(({ what, goal, note }, index) => {
    const sample = sampleOf(values[index] ?? []);
    const row: Row = {
      what,
      measured: `${show(sample)}${note === undefined ? '' : `; ${note()}`}`,
      goal: goal?.text ?? '',
      met: goal?.met(sample.median),
    };
    console.log(`${row.what}: ${row.measured}${goal === undefined ? '' : ` (goal ${row.goal})`}`);
    return row;
  });
}

/** `3,200/s (3,100-3,300, n=5)`. */
export function perSecond(sample: Sample): string {
  const [median, lowest, highest] = [sample.median, sample.lowest, sample.highest].map((value) =>
    Math.round(value).toLocaleString('en'),
  );
  return `${median}/s (${lowest}-${highest}, n=${sample.count})`;
}

/** `3.21 ms (3.10-3.30, n=5)`. */
export function milliseconds(sample: Sample): string {
  const [median, lowest, highest] = [sample.median, sample.lowest, sample.highest].map((value) =>
    value.toFixed(value < 10 ? 2 : 1),
  );
  return `${median} ms (${lowest}-${highest}, n=${sample.count})`;
}
