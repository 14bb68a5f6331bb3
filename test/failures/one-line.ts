import { expect } from 'vitest';
import type { ProcessResult } from '../tools/process.js';

/** A refusal that a person can use: an exit code other than 0, and one line on stderr, with no stack; gives the line. */
export function expectOneLine({ code, stderr }: ProcessResult): string {
  const lines = stderr.trimEnd().split('\n');
  expect(code, stderr).not.toBe(0);
  expect(lines, stderr).toHaveLength(1);
  expect(stderr).toMatch(/^holdfast: /);
  expect(stderr).not.toMatch(/\n\s+at /);
  return lines[0] ?? '';
}
