import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { openLmdbStore } from './lmdb.js';

const ROUNDS = 4;
const ACKNOWLEDGED_PER_ROUND = 300;
const directory = mkdtempSync(join(tmpdir(), 'holdfast-crash-'));
const fixture = fileURLToPath(new URL('./crash-writer.fixture.ts', import.meta.url));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Lets a process write, kills it in the middle, and gives what it had acknowledged. */
async function writeAndKill(round: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', fixture, directory, `${round}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let printed = '';
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    lines += chunk.filter((byte) => byte === 0x0a).length;
    if (lines >= ACKNOWLEDGED_PER_ROUND) child.kill('SIGKILL');
  });
  // A writer that ended by itself has failed, and said why.
  expect(await ended).toEqual([null, 'SIGKILL']);
  return printed.split('\n').slice(0, -1);
}

it('loses no acknowledged write when its process is killed', { timeout: 60_000 }, async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) acknowledged.push(...(await writeAndKill(round)));
  const store = openLmdbStore(directory);
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_PER_ROUND);
  const wrong = acknowledged.filter(
    (line) => (store.get(line.slice(1)) !== undefined) !== line.startsWith('+'),
  );
  expect(wrong).toEqual([]);
  const revisions: number[] = [];
  store.watch('', 0, (change) => revisions.push(change.revision));
  expect(revisions).toEqual(Array.from({ length: store.revision }, (_, index) => index + 1));
  for (const entry of store.range('').entries) {
    expect(Buffer.from(entry.value).toString()).toBe(`${entry.key}@${entry.revision}`);
  }
  await store.close();
});
