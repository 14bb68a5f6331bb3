import { StatusError } from '../../api/status-error.js';
import type { ExecOptions, TerminalSize } from '../../client/exec.js';
import { execInPod } from '../../client/exec.js';
import { UserError } from '../../cluster/index.js';
import { type Context, clientOf } from '../context.js';

/** Flags of `holdfast exec`, as kubectl names them. */
export interface ExecFlags {
  readonly namespace: string;
  readonly container?: string;
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** Runs a command in a Pod's container, with this terminal when asked; returns its exit code. Needs no kubectl. */
export async function exec(
  context: Context,
  [pod = '', ...words]: readonly string[],
  flags: ExecFlags,
): Promise<number> {
  const command = words[0] === '--' ? words.slice(1) : words;
  if (command.length === 0)
    throw new UserError('say what to run: `holdfast exec POD -- COMMAND [ARGUMENT...]`');
  const { stdin, stdout, stderr } = process;
  const tty = flags.tty && stdin.isTTY === true;
  await using client = await clientOf(context);
  const options: ExecOptions = {
    container: flags.container,
    command,
    tty,
    stdin: flags.stdin ? stdin : undefined,
    onStdout: (chunk) => stdout.write(chunk),
    onStderr: (chunk) => stderr.write(chunk),
    onSize: tty ? followSize : undefined,
  };
  try {
    if (tty) stdin.setRawMode(true);
    return (await execInPod(client, { namespace: flags.namespace, name: pod }, options)).exitCode;
  } catch (error) {
    if (error instanceof StatusError)
      throw new UserError(error.message.replaceAll(/\s*\n\s*/g, ' '), { cause: error });
    throw error;
  } finally {
    if (tty) stdin.setRawMode(false);
    stdin.destroy();
  }
}

function followSize(tell: (size: TerminalSize) => void): () => void {
  const { stdout } = process;
  const now = (): void => tell({ width: stdout.columns ?? 80, height: stdout.rows ?? 24 });
  now();
  stdout.on('resize', now);
  return () => stdout.off('resize', now);
}
