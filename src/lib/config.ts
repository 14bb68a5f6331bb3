import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { LogLevel } from './logger.js';

/** What the environment says; read once at the edge and handed on as a value. */
export interface Config {
  /** Directory that holds one state directory a cluster (HOLDFAST_HOME). */
  readonly home: string;
  /** Directory of sockets and other run-time files (HOLDFAST_RUN). */
  readonly run: string;
  /** Image archives and downloads, shared by all clusters (HOLDFAST_CACHE). */
  readonly cache: string;
  /** Name of the cluster when `--cluster` is not given (HOLDFAST_CLUSTER). */
  readonly cluster: string;
  /** HOLDFAST_LOG. */
  readonly logLevel: LogLevel;
  /** KUBECONFIG, split at colons; empty when unset. */
  readonly kubeconfig: readonly string[];
  /** The user's home directory (HOME). */
  readonly userHome: string;
  /** PATH, for looking up commands. */
  readonly path: string;
  /** NO_COLOR is set. */
  readonly noColor: boolean;
  /** Proxies for outgoing connections (HTTPS_PROXY, HTTP_PROXY, NO_PROXY, also in lower case). */
  readonly proxies: { readonly https?: string; readonly http?: string; readonly no?: string };
  /** The environment as it is, to hand to child processes. */
  readonly env: Environment;
}

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

function logLevelOf(text: string | undefined): LogLevel {
  if (text === undefined || text === '') return 'info';
  const level = LOG_LEVELS.find((known) => known === text.toLowerCase());
  if (level === undefined) {
    throw new TypeError(`HOLDFAST_LOG is ${JSON.stringify(text)}; set it to one of ${LOG_LEVELS.join(', ')}`);
  }
  return level;
}

function given(env: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
}

/** Where everything lies unless the environment says otherwise: root's clusters are the machine's, others are their user's. */
function placesOf(env: Environment, { isRoot, home }: { isRoot: boolean; home: string }) {
  if (isRoot) return { home: '/var/lib/holdfast', run: '/run/holdfast', cache: '/var/cache/holdfast' };
  const of = (variable: string, usual: string): string =>
    // A relative one is to be ignored, says the specification.
    join(isAbsolute(env[variable] ?? '') ? (env[variable] ?? '') : join(home, usual), 'holdfast');
  return {
    home: of('XDG_DATA_HOME', '.local/share'),
    // Not XDG_RUNTIME_DIR, which goes when the user logs out, and the cluster does not.
    run: of('XDG_STATE_HOME', '.local/state'),
    cache: of('XDG_CACHE_HOME', '.cache'),
  };
}

/** Reads the environment: the only place in the tree that does, besides the command line and entry points. */
export function readConfig(env: Environment = process.env, isRoot = process.getuid?.() === 0): Config {
  const userHome = given(env, 'HOME') ?? (isRoot ? '/root' : homedir());
  const places = placesOf(env, { isRoot, home: userHome });
  return {
    home: given(env, 'HOLDFAST_HOME') ?? places.home,
    run: given(env, 'HOLDFAST_RUN') ?? places.run,
    cache: given(env, 'HOLDFAST_CACHE') ?? places.cache,
    cluster: given(env, 'HOLDFAST_CLUSTER') ?? 'default',
    logLevel: logLevelOf(env['HOLDFAST_LOG']),
    kubeconfig: (env['KUBECONFIG'] ?? '').split(':').filter((file) => file !== ''),
    userHome,
    path: given(env, 'PATH') ?? '/usr/sbin:/usr/bin:/sbin:/bin',
    noColor: given(env, 'NO_COLOR') !== undefined,
    proxies: {
      https: given(env, 'HTTPS_PROXY', 'https_proxy'),
      http: given(env, 'HTTP_PROXY', 'http_proxy'),
      no: given(env, 'NO_PROXY', 'no_proxy'),
    },
    env,
  };
}
