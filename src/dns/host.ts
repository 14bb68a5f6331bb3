import { Worker } from 'node:worker_threads';
import { type DnsListen, DnsServer } from './server.js';
import { Zone, type ZoneUpdate } from './zone.js';

/** Where the zone lives: takes changes, in order, and stops. */
export interface DnsHost extends AsyncDisposable {
  publish(update: ZoneUpdate): void;
  /** The port that is served. */
  readonly port: number;
}

/** What a DNS worker is started with. */
export interface DnsWorkerData {
  readonly origin: string;
  readonly listen: DnsListen;
}

/** What a DNS worker says once: its port, or why it could not bind. */
export type DnsWorkerReport = { readonly port: number } | { readonly failed: string };

/** Serves the zone on this thread: for tests and tools. */
export async function hostHere(origin: string, listen: DnsListen): Promise<DnsHost> {
  const zone = new Zone(origin);
  const server = await DnsServer.listen(zone, listen);
  return {
    port: server.port,
    publish: (update) => zone.apply(update),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Serves the zone in a worker thread, so that names are answered while the control plane is busy. `script` is the built worker file. */
export async function hostInWorker(script: URL, data: DnsWorkerData): Promise<DnsHost> {
  const worker = new Worker(script, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: 64 } });
  const report = await new Promise<DnsWorkerReport>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`DNS worker ended with code ${code} before it listened`)));
  });
  if ('failed' in report) {
    throw new Error(`DNS could not listen on ${data.listen.host}:${data.listen.port}: ${report.failed}`);
  }
  return {
    port: report.port,
    publish: (update) => worker.postMessage(update),
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}
