import { appendFile, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/system-clock.js';
import { parseLogLine } from './line.js';
import { type ReadLogOptions, readLog } from './reader.js';
import { rotateLog } from './rotation.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-logs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const line = (second: number, text: string, tag = 'F') =>
  `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000001Z stdout ${tag} ${text}\n`;

async function logFile(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function read(path: string, options: Partial<ReadLogOptions> = {}): Promise<string> {
  const chunks: Uint8Array[] = [];
  const all = { path, clock: systemClock, isRunning: () => false, ...options };
  for await (const chunk of readLog(all, new AbortController().signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a log line', () => {
  it.each([
    [
      '2026-01-01T00:00:00Z stdout F hello world',
      { stream: 'stdout', partial: false, content: Buffer.from('hello world') },
    ],
    ['2026-01-01T00:00:00Z stderr P part', { stream: 'stderr', partial: true, content: Buffer.from('part') }],
    ['2026-01-01T00:00:00Z stdout F ', { content: Buffer.alloc(0) }],
  ])('%s', (text, expected) => expect(parseLogLine(Buffer.from(text))).toMatchObject(expected));

  it('is nothing when it is of another form', () => expect(parseLogLine(Buffer.from('boo'))).toBeUndefined());
});

describe('reading a log', () => {
  const five = [1, 2, 3, 4, 5].map((second) => line(second, `l${second}`)).join('');

  it('joins parts, shows times once a line', async () => {
    const path = await logFile('parts', line(1, 'ab', 'P') + line(1, 'cd') + line(2, 'x'));
    expect(await read(path)).toBe('abcd\nx\n');
    expect(await read(path, { timestamps: true })).toBe(
      '2026-01-01T00:00:01.000000001Z abcd\n2026-01-01T00:00:02.000000001Z x\n',
    );
  });

  it.each([
    [0, ''],
    [2, 'l4\nl5\n'],
    [9, 'l1\nl2\nl3\nl4\nl5\n'],
  ])('shows the last %i lines', async (tailLines, expected) => {
    expect(await read(await logFile('tail', five), { tailLines })).toBe(expected);
  });

  it('begins at a time, ends at a size', async () => {
    const path = await logFile('since', five);
    expect(await read(path, { sinceMs: Date.parse('2026-01-01T00:00:04Z') })).toBe('l4\nl5\n');
    expect(await read(path, { limitBytes: 4 })).toBe('l1\nl');
  });

  it('is empty where there is no file', async () => expect(await read(join(folder, 'none'))).toBe(''));

  it('reads rotated files first, and counts a tail across them', async () => {
    const path = await logFile('rotated', line(3, 'c'));
    await logFile('rotated.20260101', line(1, 'a') + line(2, 'b'));
    expect(await read(path)).toBe('a\nb\nc\n');
    expect(await read(path, { tailLines: 2 })).toBe('b\nc\n');
  });

  it('follows what is written, over a rotation, until the container ends', async () => {
    const path = await logFile('follow', line(1, 'a'));
    let running = true;
    const looks = { count: 0 };
    const isRunning = (): boolean => {
      looks.count += 1;
      return running;
    };
    const looked = async (times: number): Promise<void> => {
      const until = looks.count + times;
      while (looks.count < until) await systemClock.sleep(5);
    };
    const all = read(path, { follow: true, isRunning });
    await looked(2);
    await appendFile(path, line(2, 'b'));
    await rename(path, `${path}.1`);
    await writeFile(path, line(3, 'c'));
    await looked(2);
    running = false;
    expect(await all).toBe('a\nb\nc\n');
  });
});

describe('rotation', () => {
  it('keeps the newest files and makes the runtime open a new one', async () => {
    const path = await logFile('big', 'x'.repeat(100));
    const limits = { maxBytes: 50, maxFiles: 3 };
    for (const second of [1, 2, 3, 4]) {
      const now = new Date(`2026-01-01T00:00:0${second}Z`);
      expect(await rotateLog(path, () => writeFile(path, 'y'.repeat(100)), { limits, now })).toBe(true);
    }
    expect((await readdir(folder)).filter((name) => name.startsWith('big'))).toHaveLength(3);
    await writeFile(path, 'small');
    expect(await rotateLog(path, async () => undefined, { limits, now: new Date(0) })).toBe(false);
  });
});
