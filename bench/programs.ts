import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../scripts/bundle-options.mjs';
import { DAEMON_ENV, DAEMON_NODE_FLAGS } from '../src/cluster/keeper/daemon-flags.js';
import { asyncDisposable } from '../src/lib/async-dispose.js';
import type { ServerQuestion } from '../test/tools/api-server-main.js';
import { LineProgram } from '../test/tools/line-program.js';
import type { Target } from './api/target.js';
import { root } from './cluster.js';

const sources = {
  'api-server': 'test/tools/api-server-main.ts',
  floor: 'bench/api/floor-main.ts',
  load: 'bench/api/load-main.ts',
  cluster: 'bench/workloads/cluster-main.ts',
} as const;

/** The programs of this benchmark, bundled as the daemon is, in a directory that goes with them. */
export class Programs implements AsyncDisposable {
  readonly #directory: string;
  readonly #end: AsyncDisposable;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#end = asyncDisposable(() => rmSync(directory, { recursive: true, force: true }));
  }

  /** Bundles them. */
  static async bundle(): Promise<Programs> {
    // Below node_modules, so that the native module is found from there.
    const above = join(root, 'node_modules/.cache');
    mkdirSync(above, { recursive: true });
    const programs = new Programs(mkdtempSync(join(above, 'holdfast-bench-')));
    await build({ ...bundleOptions, entryPoints: sources, outdir: programs.#directory });
    return programs;
  }

  /** An API server over a store in a directory, with the daemon's own flags. */
  async apiServer(directory: string): Promise<ApiServerProgram> {
    const program = new LineProgram({
      script: this.#script('api-server'),
      // The collector is called before memory is measured.
      flags: [...DAEMON_NODE_FLAGS, '--expose-gc'],
      env: DAEMON_ENV,
    });
    const start: ServerQuestion = { ask: 'start', how: { directory, token: randomUUID(), port: 0 } };
    return Object.assign(program, { target: await program.ask<Target>(start) });
  }

  /** Bare TLS servers of Node.js that answer every request with so many bytes. */
  async floor(directory: string, bytes: number): Promise<LineProgram & { readonly target: FloorTarget }> {
    const program = new LineProgram({ script: this.#script('floor'), flags: DAEMON_NODE_FLAGS });
    return Object.assign(program, { target: await program.ask<FloorTarget>({ directory, bytes }) });
  }

  /** A control plane with simulated nodes, with the daemon's own flags; it waits for its first question. */
  cluster(): LineProgram {
    return new LineProgram({ script: this.#script('cluster'), flags: DAEMON_NODE_FLAGS, env: DAEMON_ENV });
  }

  /** A generator of load. */
  load(): LineProgram {
    return new LineProgram({ script: this.#script('load') });
  }

  #script(name: keyof typeof sources): string {
    return join(this.#directory, `${name}.mjs`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end[Symbol.asyncDispose]();
  }
}

/** The API server under test, and where it listens. */
export type ApiServerProgram = LineProgram & { readonly target: Target };

/** The bare servers: one speaks HTTP/1.1 only, the other HTTP/2 only. */
export interface FloorTarget {
  readonly h1: Target;
  readonly h2: Target;
}
