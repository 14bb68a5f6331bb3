import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './sources.js';
import { statefulSetContract } from './statefulset-contract.js';

/** The ids that begin a test's name, of all test files. */
function tested(): ReadonlySet<string> {
  const files = ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
      .map((path) => join(root, folder, path)),
  );
  // The name stands first in the call of `it(` or `it.each(...)(`; a table may stand before it.
  const names = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\(\s*['"`](A\d+-\d+) /g)]);
  return new Set(names.map((match) => match[1] ?? ''));
}

describe('the StatefulSet contract', () => {
  const ids = Object.keys(statefulSetContract);
  const found = tested();

  it('has a test for each of its lines', () => {
    expect(ids.filter((id) => !found.has(id))).toEqual([]);
  });

  it('knows every id that a test is named by', () => {
    expect([...found].filter((id) => statefulSetContract[id] === undefined)).toEqual([]);
  });
});
