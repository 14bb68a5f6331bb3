import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { StatusError } from '../api/status-error.js';
import type { HttpsClient } from '../client/https.js';
import { createHttpsClient } from '../client/https.js';
import { loadKubeconfig } from '../client/kubeconfig.js';
import {
  type ClusterPaths,
  clusterStatus,
  kubeconfigPath,
  resolveCluster,
  UserError,
} from '../cluster/index.js';
import type { Clock } from '../lib/clock.js';
import { type Config, readConfig } from '../lib/config.js';
import { systemClock } from '../lib/system-clock.js';
import type { Output } from './progress/painter.js';

/** What every command works with. */
export interface Context {
  readonly config: Config;
  readonly clock: Clock;
  readonly paths: ClusterPaths;
  readonly output: Output;
  readonly standardInput: () => string;
  /** Asks a yes-or-no question; undefined when there is no terminal to ask at. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
}

/** Makes the context of one command from the environment and `--cluster`. */
export function createContext(cluster: string | undefined): Context {
  const config = readConfig();
  const { home, run, cache } = config;
  const { stdout } = process;
  return {
    config,
    clock: systemClock,
    paths: resolveCluster({ name: cluster ?? config.cluster, home, run, cache }),
    output: {
      isTerminal: stdout.isTTY === true,
      width: stdout.columns ?? 100,
      colour: stdout.isTTY === true && !config.noColor,
      write: (text) => {
        stdout.write(text);
      },
    },
    standardInput: () => readFileSync(0, 'utf8'),
    confirm: process.stdin.isTTY === true ? ask : undefined,
  };
}

async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(question)).trim());
  } finally {
    lines.close();
  }
}

/** Who asks is told at once what may not be read or is not served. */
function isFinal(error: unknown): boolean {
  return error instanceof StatusError && [401, 403, 404].includes(error.code);
}

/** A client of a cluster that runs, refused by name when it does not; or of the cluster of a kubeconfig file. */
export async function clientOf(context: Context, kubeconfig?: string): Promise<HttpsClient> {
  if (kubeconfig !== undefined) {
    return createHttpsClient({ connection: loadKubeconfig([kubeconfig]), clock: context.clock, isFinal });
  }
  const { state, message } = await clusterStatus(context.paths);
  if (state !== 'running') throw new UserError(`${message}; start it with \`holdfast up\``);
  return createHttpsClient({
    connection: loadKubeconfig([kubeconfigPath(context.paths)]),
    clock: context.clock,
    isFinal,
  });
}

/** Writes one line. */
export function say(context: Context, line: string): void {
  context.output.write(`${line}\n`);
}
