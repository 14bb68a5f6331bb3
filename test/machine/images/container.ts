import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureImage } from '../../../src/images/index.js';
import { run } from '../../../src/lib/run.js';

/** Unpacks an image's only layer; made once and used by all tests of the file. */
export async function unpackImage(name: string): Promise<{ root: string } & AsyncDisposable> {
  const image = await ensureImage(name, { cacheDir: process.env['HOLDFAST_CACHE'] ?? '/var/cache/holdfast' });
  const key = createHash('sha256').update(image.archive).digest('hex').slice(0, 8);
  const folder = await mkdtemp(join(tmpdir(), `holdfast-test-${name}-${key}-`));
  const layer = (await run('tar', ['-tf', image.archive])).stdout.trim().split('\n').at(-1) ?? '';
  const unfinished = join(folder, 'unfinished');
  await mkdir(unfinished);
  const script = 'tar -xOf "$1" "$2" | tar -x --zstd -C "$3" --numeric-owner --xattrs -f -';
  await run('sh', ['-ec', script, 'sh', image.archive, layer, unfinished]);
  const root = join(folder, 'root');
  await rename(unfinished, root);
  return { root, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** How a container is started. */
export interface ContainerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of the entrypoint. */
  readonly args?: readonly string[];
  /** Host directory for /var/lib/mysql. */
  readonly data: string;
  /** Shell commands that are run on the host before the start; $1 is the container's root. */
  readonly before?: string;
  /** Numeric user; root when not given. */
  readonly user?: number;
}

/** A process in namespaces of its own, on a throw-away copy of an image's root. */
export class Container implements AsyncDisposable {
  readonly #unshare: ChildProcess;
  readonly #folder: string;
  readonly #closed: Promise<unknown>;
  #log = '';

  private constructor(unshare: ChildProcess, folder: string) {
    this.#unshare = unshare;
    this.#folder = folder;
    this.#closed = once(unshare, 'close');
    for (const stream of [unshare.stdout, unshare.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString();
      });
    }
  }

  /** Starts the mysql image's entrypoint. */
  static async start(root: string, options: ContainerOptions): Promise<Container> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-container-'));
    for (const name of ['up', 'work', 'root']) await mkdir(join(folder, name));
    const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
    const script = `
      lower=$1 folder=$2 data=$3 user=$4; shift 4
      mount -t overlay overlay -o "lowerdir=$lower,upperdir=$folder/up,workdir=$folder/work" "$folder/root"
      mount --bind "$data" "$folder/root/var/lib/mysql"
      mount -t proc proc "$folder/root/proc"
      mount --rbind /dev "$folder/root/dev"
      ip link set lo up
      ( set -- "$folder/root"; ${options.before ?? ':'} )
      cd "$folder/root"
      exec chroot --userspec="$user" "$folder/root" /usr/bin/env -i "$@"`;
    const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    const user = options.user === undefined ? '0:0' : `${options.user}:${options.user}`;
    const command = ['docker-entrypoint.sh', ...(options.args ?? ['mysqld'])];
    const unshare = spawn(
      'unshare',
      [
        ...['--mount', '--net', '--pid', '--fork', 'sh', '-ec', script, 'sh'],
        ...[root, folder, options.data, user, path, ...env, ...command],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return new Container(unshare, folder);
  }

  /** What it printed so far. */
  get log(): string {
    return this.#log;
  }

  get ended(): boolean {
    return this.#unshare.exitCode !== null || this.#unshare.signalCode !== null;
  }

  /** The host's pid of the container's PID 1. */
  get pid(): number {
    const pid = this.#child();
    if (pid === undefined) throw new Error('the container has no process');
    return pid;
  }

  #child(): number | undefined {
    const { pid } = this.#unshare;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return children === '' ? undefined : Number(children.split(' ')[0]);
  }

  /** Runs a command inside, as root. */
  async exec(command: readonly string[]): Promise<string> {
    const enter = ['--target', String(this.pid), '--mount', '--net', '--pid'];
    const { stdout } = await run('nsenter', [...enter, 'chroot', join(this.#folder, 'root'), ...command]);
    return stdout.trim();
  }

  /** Runs statements over TCP. */
  sql(statement: string, login: { user?: string; password?: string } = {}): Promise<string> {
    const { user = 'root', password = 'secret' } = login;
    return this.exec([
      ...[
        'mysql',
        '--no-defaults',
        '-h127.0.0.1',
        `-u${user}`,
        `-p${password}`,
        '--connect-expired-password',
      ],
      ...['-NBe', statement],
    ]);
  }

  /** Waits until `attempt` succeeds; fails with the log when the container ends or half a minute has passed. */
  async until<T>(attempt: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (this.ended || Date.now() > deadline)
          throw new Error(`not reached; log:\n${this.#log}`, { cause: error });
        await wait(20);
      }
    }
  }

  /** Waits for the first login over TCP. */
  async ready(login: { user?: string; password?: string } = {}): Promise<void> {
    await this.until(() => this.sql('SELECT 1', login));
  }

  /** Waits for a line of the log. */
  async logged(pattern: RegExp): Promise<void> {
    await this.until(async () => {
      if (!pattern.test(this.#log)) throw new Error(`no line ${pattern}`);
    });
  }

  /** Sends a signal to PID 1 and waits for the end; gives the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (!this.ended) process.kill(this.pid, signal);
    return this.end();
  }

  /** Waits for the end. */
  async end(): Promise<number | null> {
    const late = wait(60_000, 'late' as const, { ref: false });
    if ((await Promise.race([this.#closed, late])) === 'late')
      throw new Error(`still running; log:\n${this.#log}`);
    return this.#unshare.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Not unshare, which would leave a process that has changed its user.
    const inside = this.ended ? undefined : this.#child();
    if (inside !== undefined) process.kill(inside, 'SIGKILL');
    else this.#unshare.kill('SIGKILL');
    await this.#closed;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A fresh directory for a server's data. */
export async function dataFolder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-data-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
