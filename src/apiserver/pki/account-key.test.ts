import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureAccountKey } from './account-key.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hf-account-key-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('the key is made once, for its owner alone', async () => {
  const inside = join(dir, 'pki');
  const first = await ensureAccountKey(inside);
  expect(first).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect((await stat(join(inside, 'sa.key'))).mode & 0o777).toBe(0o600);
  expect(await ensureAccountKey(inside)).toBe(first);
});

test('a damaged key is made anew', async () => {
  await writeFile(join(dir, 'sa.key'), 'no key');
  const made = await ensureAccountKey(dir);
  expect(made).not.toBe('no key');
  expect(await ensureAccountKey(dir)).toBe(made);
});
