import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Kubectl, kubectl, kubectlPath } from '../tools/kubectl.js';
import { type CommandLine, type ProcessOptions, type ProcessResult, runProcess } from '../tools/process.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The program as an ordinary user has it, who has nothing but a home directory. */
export interface Installation extends AsyncDisposable {
  /** Where everything lies; the user may write in `home` only. */
  readonly directory: string;
  readonly home: string;
  /** Directory of the state of cluster `default`. */
  readonly state: string;
  readonly kubectl: Kubectl;
  holdfast(args: readonly string[]): Promise<ProcessResult>;
  /** Gives what it printed; fails with what it said unless it ends with code 0. */
  ok(args: readonly string[]): Promise<string>;
  /** Runs a line of a shell in which `holdfast` and `kubectl` are commands. */
  shell(line: string): Promise<ProcessResult>;
  /** Numbers of the user's processes of this installation. */
  processes(): readonly number[];
}

/** Root is not an ordinary user; whoever else runs the tests is. */
const ordinary = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/** Installs the built programs for a user; what it is given away again is all that the user's clusters have left. */
export async function install(): Promise<Installation> {
  const build = await runProcess([process.execPath, join(root, 'scripts/build.mjs')]);
  if (build.code !== 0) throw new Error(build.stderr);
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-user-'));
  await chmod(directory, 0o755);
  await Promise.all([...(await shipped())].map((path) => copy(path, directory)));
  const home = join(directory, 'home');
  const bin = join(directory, 'path');
  await mkdir(home);
  await mkdir(bin);
  await cp(kubectlPath('1.35'), join(bin, 'kubectl'));
  await chmod(join(directory, 'bin/holdfast.mjs'), 0o755);
  await symlink(join(directory, 'bin/holdfast.mjs'), join(bin, 'holdfast'));
  if (ordinary !== undefined) await chown(home, ordinary.uid, ordinary.gid);
  return installed({ directory, home, bin });
}

interface Places {
  readonly directory: string;
  readonly home: string;
  readonly bin: string;
}

function installed({ directory, home, bin }: Places): Installation {
  const path = `${bin}:${process.env['PATH'] ?? ''}`;
  const options: ProcessOptions = {
    env: { PATH: path, HOME: home, LANG: 'C.UTF-8', TZ: 'UTC', NO_COLOR: '1' },
    cwd: directory,
    as: ordinary,
  };
  const state = join(home, '.local/share/holdfast/default');
  const holdfast: Installation['holdfast'] = (args) =>
    runProcess([process.execPath, join(directory, 'bin/holdfast.mjs'), ...args], options);
  const processes = (): readonly number[] => processesOf(directory);
  return {
    directory,
    home,
    state,
    kubectl: kubectl({ kubeconfig: join(state, 'kubeconfig'), home: join(directory, 'kubectl') }),
    holdfast,
    ok: async (args) => {
      const { code, stdout, stderr } = await holdfast(args);
      if (code !== 0)
        throw new Error(`\`holdfast ${args.join(' ')}\` ended with ${code}: ${stderr}${stdout}`);
      return stdout;
    },
    shell: (line) => runProcess(['bash', '-c', `${line} 2>&1`] satisfies CommandLine, options),
    processes,
    [Symbol.asyncDispose]: async () => {
      await holdfast(['down', '--purge']);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What the package ships, and the one module that is not bundled, with all that it needs. */
async function shipped(): Promise<ReadonlySet<string>> {
  const modules = new Set<string>();
  const add = async (name: string): Promise<void> => {
    const path = join('node_modules', name);
    if (modules.has(path) || !existsSync(join(root, path))) return;
    modules.add(path);
    const text = await readFile(join(root, path, 'package.json'), 'utf8');
    const { dependencies = {}, optionalDependencies = {} }: Manifest = JSON.parse(text);
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) await add(needed);
  };
  await add('lmdb');
  // Another test may be building: what it has not put in its place yet is not shipped.
  const programs = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.mjs'));
  const built = programs.map((name) => join('dist', name));
  return new Set(['bin', 'examples', 'package.json', ...built, ...modules]);
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

async function copy(path: string, directory: string): Promise<void> {
  await cp(join(root, path), join(directory, path), { recursive: true, preserveTimestamps: true });
}

/** Whatever was started with a path of the installation in its command line. */
function processesOf(directory: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => commandLine(name).includes(directory))
    .map(Number);
}

/** A process may end while it is looked at. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
