import { describe, expect, it } from 'vitest';
import { CommandError, run } from './run.js';

describe('run', () => {
  it('collects output and passes input', async () => {
    const result = await run('sh', ['-c', 'cat; echo oops >&2'], { input: 'hello' });
    expect(result).toEqual({ stdout: 'hello', stderr: 'oops\n' });
  });

  it('rejects with the command, its code and what it said', async () => {
    const failure = await run('sh', ['-c', 'echo no room >&2; exit 3']).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CommandError);
    expect(failure).toMatchObject({ exitCode: 3, stderr: 'no room\n' });
    expect(String(failure)).toContain('ended with code 3: no room');
  });

  it('says when a command cannot be run', async () => {
    await expect(run('/no/such/command')).rejects.toThrow('`/no/such/command` could not be run');
  });

  it('ends a command whose time is over', async () => {
    await expect(run('sleep', ['30'], { timeoutMs: 20 })).rejects.toThrow('was ended by SIGTERM');
  });

  it('ends a command when the signal is aborted', async () => {
    const controller = new AbortController();
    const running = run('sleep', ['30'], { signal: controller.signal });
    controller.abort(new Error('called off'));
    await expect(running).rejects.toThrow('called off');
  });

  it('does not mind a command that leaves its input unread', async () => {
    await expect(run('true', [], { input: 'x'.repeat(1_000_000) })).resolves.toEqual({
      stdout: '',
      stderr: '',
    });
  });
});
