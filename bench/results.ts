import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { root } from './cluster.js';

const file = join(root, 'bench/results.md');

const intro = `# Benchmark results

Written by \`npm run bench\`, or by \`npm run bench -- PART\` for one part alone; each part writes its own section. Each figure is a
median of several runs in one session, with the lowest and the highest; peers are measured in the same run, alternated.
`;

/** The sections of a results file by their titles. */
export function sectionsOf(text: string): Map<string, string> {
  const [, ...parts] = text.split(/^## /m);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1).trim()];
    }),
  );
}

/** Puts one section in its place, and leaves the others as they are. */
export function writeSection(title: string, body: string): void {
  const sections = existsSync(file) ? sectionsOf(readFileSync(file, 'utf8')) : new Map<string, string>();
  sections.set(title, body.trim());
  const text = [...sections].map(([name, section]) => `\n## ${name}\n\n${section}\n`).join('');
  writeFileSync(file, intro + text);
  console.log(`bench/results.md: section "${title}" is written`);
}

/** What was measured, when, on what; `load` is the load average before the run. */
export function circumstances(load: number): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Linux ${release()}, Node.js ${process.version}`;
  return `- Holdfast ${version}, ${new Date().toISOString().slice(0, 10)}
- ${machine}; load before the run ${load.toFixed(2)}`;
}
