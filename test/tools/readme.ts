import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubectlPath } from './kubectl.js';
import { environmentOf, holdfastCommand, type Machine, root } from './machine.js';
import { runProcess } from './process.js';

/** One command that a README tells its reader to run. */
export interface ReadmeCommand {
  readonly command: string;
  /** What it is to print, by the comment behind it; '' when it says nothing. */
  readonly prints: string;
}

/** The commands of a README's shell blocks under one of its headings, in their order. */
export async function readmeCommands(file: string, heading: string): Promise<readonly ReadmeCommand[]> {
  const text = await readFile(join(root, file), 'utf8');
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${file} has no heading "${heading}"`);
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
  const lines = blocks.join('').replaceAll('\\\n', ' ').split('\n');
  return lines
    .map((line) => {
      const [command = '', prints = ''] = line.split(/\s+# /);
      return { command: command.trim(), prints: prints.trim() };
    })
    .filter(({ command }) => command !== '' && !command.startsWith('#'));
}

/** What a command of a README did. */
export interface ReadmeRun extends ReadmeCommand {
  readonly code: number;
  /** Standard output and errors, each run of white space as one space. */
  readonly printed: string;
}

/** Runs a README's commands in the repository as its reader would, for a test's cluster, with kubectl on PATH; stops at the first that fails. */
export async function runReadme(
  machine: Machine,
  commands: readonly ReadmeCommand[],
): Promise<readonly ReadmeRun[]> {
  const bin = await readersPrograms(machine);
  const env = { ...environmentOf(machine.cluster), PATH: `${bin}:${process.env['PATH']}` };
  const runs: ReadmeRun[] = [];
  for (const each of commands) {
    const options = { cwd: root, env, timeoutMs: 300_000 };
    const { code, stdout, stderr } = await runProcess(['bash', '-ec', each.command], options);
    runs.push({ ...each, code, printed: `${stdout}${stderr}`.replaceAll(/\s+/g, ' ').trim() });
    if (code !== 0) break;
  }
  return runs;
}

/** `npx holdfast` is the command line of this repository, and kubectl one of known version. */
async function readersPrograms({ cluster }: Machine): Promise<string> {
  const bin = join(cluster.paths.home, 'readers-bin');
  if ((await mkdir(bin, { recursive: true })) === undefined) return bin;
  await symlink(kubectlPath('1.35'), join(bin, 'kubectl'));
  const script = `#!/bin/sh\n[ "$1" = holdfast ] || exit 127\nshift\nexec ${holdfastCommand.join(' ')} "$@"\n`;
  await writeFile(join(bin, 'npx'), script, { mode: 0o755 });
  return bin;
}
