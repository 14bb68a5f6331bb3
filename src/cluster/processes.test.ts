import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  identify,
  isAlive,
  parseStat,
  readProcess,
  recordedProcess,
  recordProcess,
  signalProcess,
} from './processes.js';

describe('parseStat', () => {
  it('counts fields from the last parenthesis, whatever the command is called', () => {
    const after = Array.from({ length: 40 }, (_, index) => `${index}`);
    after[0] = 'S';
    after[1] = '7';
    after[19] = '123456';
    expect(parseStat(`42 (a) b (c) ${after.join(' ')}`)).toEqual({
      pid: 42,
      parent: 7,
      state: 'S',
      startTime: '123456',
    });
  });

  it('gives nothing for what is no stat line', () => {
    expect(parseStat('')).toBeUndefined();
  });
});

describe('a process', () => {
  it('is told from a later one of the same number by its start time', async () => {
    const child = spawn('sleep', ['60']);
    const id = identify(child.pid ?? 0);
    expect(isAlive(id)).toBe(true);
    expect(isAlive({ ...id, startTime: '1' })).toBe(false);
    expect(signalProcess({ ...id, startTime: '1' }, 'SIGKILL')).toBe(false);
    expect(readProcess(id.pid)?.parent).toBe(process.pid);
    const exit = once(child, 'exit');
    expect(signalProcess(id, 'SIGKILL')).toBe(true);
    await exit;
    expect(isAlive(id)).toBe(false);
  });

  it('is recorded in a file and read back', () => {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-'));
    const file = join(directory, 'one.json');
    expect(recordedProcess(file)).toBeUndefined();
    recordProcess(file, { pid: 5, startTime: '9' }, { what: 'test' });
    expect(recordedProcess(file)).toEqual({ pid: 5, startTime: '9' });
    rmSync(directory, { recursive: true });
  });
});
