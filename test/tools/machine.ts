import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TestCluster, testCluster } from '../machine/cluster.js';
import { type Kubectl, type KubectlVersion, kubectl } from './kubectl.js';
import { type ProcessOptions, type ProcessResult, runProcess } from './process.js';

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The course's whole architecture, as the product ships it. */
export const architectureFile = join(root, 'examples/mysql/architecture.yaml');

/** A cluster of a test with what a user has: the command line, and a kubectl of a known version. */
export interface Machine extends AsyncDisposable {
  readonly cluster: TestCluster;
  readonly kubectl: Kubectl;
  /** kubectl of another version. */
  kubectlOf(version: KubectlVersion): Kubectl;
  /** Runs the command line and gives what it printed, whatever its exit code. */
  holdfast(args: readonly string[], options?: ProcessOptions): Promise<ProcessResult>;
  /** Runs the command line and gives what it printed; fails with what it said unless it ends with code 0. */
  ok(args: readonly string[], options?: ProcessOptions): Promise<string>;
}

/** The command line of the repository. */
export const holdfastCommand: readonly [string, string] = [process.execPath, join(root, 'bin/holdfast.mjs')];

/** Environment in which the command line means one cluster. */
export function environmentOf({ paths }: TestCluster): Readonly<Record<string, string | undefined>> {
  return { ...process.env, HOLDFAST_HOME: paths.home, HOLDFAST_CLUSTER: paths.name, NO_COLOR: '1' };
}

/** Names a cluster; nothing runs yet. */
export async function machine(label: string): Promise<Machine> {
  const cluster = await testCluster(label);
  const { home, stateFiles } = cluster.paths;
  const kubectlOf = (version: KubectlVersion): Kubectl =>
    kubectl({ version, kubeconfig: stateFiles.kubeconfig, home: join(home, `kubectl-${version}`) });
  const holdfast: Machine['holdfast'] = (args, options = {}) =>
    runProcess([...holdfastCommand, ...args], {
      timeoutMs: 300_000,
      env: environmentOf(cluster),
      cwd: root,
      ...options,
    });
  return {
    cluster,
    kubectl: kubectlOf('1.35'),
    kubectlOf,
    holdfast,
    async ok(args, options) {
      const { code, stdout, stderr } = await holdfast(args, options);
      if (code !== 0)
        throw new Error(`\`holdfast ${args.join(' ')}\` ended with ${code}: ${stderr}${stdout}`);
      return stdout;
    },
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

/** Names a cluster and starts it. */
export async function startMachine(label: string): Promise<Machine> {
  const made = await machine(label);
  try {
    await made.cluster.up();
    return made;
  } catch (error) {
    await made[Symbol.asyncDispose]();
    throw error;
  }
}
