import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ClusterPaths, resolveCluster } from '../src/cluster/index.js';
import { run } from '../src/lib/run.js';
import { kubectlPath } from '../test/tools/kubectl.js';

/** The repository's root. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A cluster of the benchmark's own, driven by the command line as a user would. */
export class BenchCluster implements AsyncDisposable {
  readonly home = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  readonly name: string;
  readonly paths: ClusterPaths;

  constructor(name: string) {
    this.name = name;
    this.paths = resolveCluster({ name, home: this.home });
  }

  /** Runs one command of the command line. */
  async holdfast(...args: readonly string[]): Promise<string> {
    const command = [join(root, 'bin/holdfast.mjs'), '--cluster', this.name, ...args];
    const env = { ...process.env, HOLDFAST_HOME: this.home };
    return (await run(process.execPath, command, { env, timeoutMs: 900_000 })).stdout;
  }

  /** Runs kubectl against it. */
  async kubectl(...args: readonly string[]): Promise<string> {
    const kubeconfig = `--kubeconfig=${this.paths.stateFiles.kubeconfig}`;
    return (await run(kubectlPath('1.35'), [kubeconfig, ...args], { timeoutMs: 300_000 })).stdout;
  }

  /** Runs a program of this folder inside the node's network namespace. */
  async inside(script: string, ...args: readonly string[]): Promise<string> {
    const node = [process.execPath, '--import', 'tsx', join(root, 'bench', script), ...args];
    return (
      await run('nsenter', [`--net=${this.paths.netns.path}`, ...node], { cwd: root, timeoutMs: 300_000 })
    ).stdout;
  }

  /** Pids of keeper and daemon. */
  async pids(): Promise<{ readonly keeper: number; readonly daemon: number }> {
    const { keeper, daemon } = JSON.parse(await this.holdfast('status', '-o', 'json'));
    return { keeper: keeper.pid, daemon: daemon.pid };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.holdfast('down', '--purge');
    if (existsSync(this.home)) rmSync(this.home, { recursive: true, force: true });
  }
}

/** Resident memory of processes, bytes: what is theirs alone, and what they share with others (the Node.js binary) once. */
export function residentBytes(pids: readonly number[]): number {
  const of = (pid: number): { own: number; shared: number } => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const field = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? Number.NaN) * 1024;
    return {
      own: field('Private_Clean') + field('Private_Dirty'),
      shared: field('Shared_Clean') + field('Shared_Dirty'),
    };
  };
  const all = pids.map(of);
  return all.reduce((sum, { own }) => sum + own, 0) + Math.max(...all.map(({ shared }) => shared));
}
