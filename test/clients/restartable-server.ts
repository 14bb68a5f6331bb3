import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerAddress, ServerQuestion } from '../tools/api-server-main.js';
import { KubeConfig } from '../tools/client-node.js';
import { LineProgram } from '../tools/line-program.js';

const script = fileURLToPath(new URL('../tools/api-server-main.ts', import.meta.url));

/** An API server in a process of its own that can be killed, and started again on the same store and port. */
export class RestartableServer implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'holdfast-clients-'));
  readonly #token = randomUUID();
  #program: LineProgram | undefined;
  #address: ServerAddress | undefined;

  /** Where it listens; the same after a restart. */
  get address(): ServerAddress {
    if (this.#address === undefined) throw new Error('the server was not started');
    return this.#address;
  }

  async start(): Promise<void> {
    const port = this.#address === undefined ? 0 : Number(new URL(this.#address.origin).port);
    this.#program = new LineProgram({ script, flags: ['--import', 'tsx'] });
    const how = { directory: this.directory, token: this.#token, port };
    this.#address = await this.#ask<ServerAddress>({ ask: 'start', how });
  }

  /** Ends the process with SIGKILL, in the middle of whatever it does. */
  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  /** Makes it forget all history: who watched and is not connected has to list again. */
  async compact(): Promise<void> {
    await this.#ask({ ask: 'compact' });
  }

  async #ask<Answer>(question: ServerQuestion): Promise<Answer> {
    if (this.#program === undefined) throw new Error('the server was not started');
    return this.#program.ask<Answer>(question);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The configuration of client-node for a server, reached at `origin`. */
export function kubeConfigOf({ authority, token }: ServerAddress, origin: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'test', server: origin, caData: Buffer.from(authority).toString('base64') }],
    users: [{ name: 'administrator', token }],
    contexts: [{ name: 'test', cluster: 'test', user: 'administrator' }],
    currentContext: 'test',
  });
  return config;
}
