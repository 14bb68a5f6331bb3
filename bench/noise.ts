import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Sample, sampleOf } from './measure.js';

/** How steady the machine was: the same work of processor and disk, timed before every round. */
export class Noise {
  readonly #directory: string;
  readonly #spins: number[] = [];
  readonly #syncs: number[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Takes one measurement of each. */
  observe(): void {
    this.#spins.push(timedSync(spin));
    const file = join(this.#directory, 'sync-probe');
    const fd = openSync(file, 'w');
    for (let written = 0; written < 5; written += 1) {
      writeSync(fd, Buffer.alloc(4096), 0, 4096, written * 4096);
      this.#syncs.push(timedSync(() => fdatasyncSync(fd)));
    }
    closeSync(fd);
    rmSync(file);
  }

  /** One line for the report. */
  get text(): string {
    const of = ({ median, lowest, highest }: Sample): string =>
      `${median.toFixed(2)} ms (${lowest.toFixed(2)}-${highest.toFixed(2)})`;
    return `- noise, timed between the runs: the same processor work took ${of(sampleOf(this.#spins))}, fdatasync of 4 KiB ${of(sampleOf(this.#syncs))}`;
  }
}

function timedSync(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function spin(): number {
  let sum = 0;
  for (let index = 0; index < 20_000_000; index += 1) sum = (sum + index * 31) | 0;
  return sum;
}
