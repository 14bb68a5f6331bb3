import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** The text of a file of the repository. */
export function sourceOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The lines from the one that begins as told to the one that closes it, with the comment above; fails when it is gone. */
export function excerpt(path: string, beginning: string): string {
  const lines = sourceOf(path).split('\n');
  const first = lines.findIndex((line) => line.trimStart().startsWith(beginning));
  if (first < 0) throw new Error(`${path}: no line begins with ${beginning}`);
  const line = lines[first] ?? '';
  const indent = line.slice(0, line.length - line.trimStart().length);
  const closes = (one: string): boolean => one.startsWith(`${indent}}`);
  const last = closesItself(line) ? first : lines.findIndex((one, index) => index > first && closes(one));
  const from = (lines[first - 1] ?? '').trimStart().startsWith('/**') ? first - 1 : first;
  return lines
    .slice(from, last + 1)
    .map((one) => one.slice(indent.length))
    .join('\n');
}

function closesItself(line: string): boolean {
  return line.split('{').length === line.split('}').length;
}
