import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ClusterPaths,
  type ClusterStatus,
  clusterStatus,
  purgeCluster,
  type RunningCluster,
  resolveCluster,
  startCluster,
  stopCluster,
} from '../../src/cluster/index.js';
import { readConfig } from '../../src/lib/config.js';
import { type RunResult, run } from '../../src/lib/run.js';
import { systemClock } from '../../src/lib/system-clock.js';
import { kubectlPath } from '../tools/kubectl.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let count = 0;

/** A cluster that a test made: its own name, its own home, the built programs, the shared image cache. */
export interface TestCluster extends AsyncDisposable {
  readonly paths: ClusterPaths;
  up(): Promise<RunningCluster>;
  down(): Promise<boolean>;
  purge(): Promise<void>;
  status(): Promise<ClusterStatus>;
  /** Runs kubectl against it; `input` goes to its standard input. */
  kubectl(args: readonly string[], input?: string): Promise<RunResult>;
  /** `kubectl get ... -o json`, parsed. */
  get<T = never>(...args: readonly string[]): Promise<T>;
  /** Runs the built command line for this cluster. */
  holdfast(args: readonly string[], input?: string): Promise<RunResult>;
}

/** Names a cluster of its own; nothing is started yet. Disposing of it purges it, however the test ended. */
export async function testCluster(label = 'test'): Promise<TestCluster> {
  await run(process.execPath, [join(root, 'scripts/build.mjs')]);
  count += 1;
  const home = mkdtempSync(join(tmpdir(), 'holdfast-home-'));
  const paths = resolveCluster({ name: `${label}-${process.pid}-${count}`, home });
  const config = readConfig();
  const shared = { paths, clock: systemClock };
  const env = {
    ...process.env,
    KUBECONFIG: paths.stateFiles.kubeconfig,
    HOLDFAST_HOME: home,
    HOLDFAST_CLUSTER: paths.name,
  };
  const kubectl = (args: readonly string[], input?: string): Promise<RunResult> =>
    run(kubectlPath('1.35'), args, { input, env });
  return {
    paths,
    up: () => startCluster({ ...shared, config, dist: join(root, 'dist') }),
    down: () => stopCluster(shared),
    purge: () => purgeCluster(shared),
    status: () => clusterStatus(paths),
    kubectl,
    get: async (...args) => JSON.parse((await kubectl(['get', ...args, '-o', 'json'])).stdout),
    holdfast: (args, input) => run(process.execPath, [join(root, 'dist/cli.mjs'), ...args], { input, env }),
    [Symbol.asyncDispose]: async () => {
      await purgeCluster(shared);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Names a cluster of its own and starts it. */
export async function startTestCluster(label?: string): Promise<TestCluster> {
  const cluster = await testCluster(label);
  try {
    await cluster.up();
    return cluster;
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
}
