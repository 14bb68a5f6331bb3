import { parentPort, workerData } from 'node:worker_threads';
import type { DnsWorkerData, DnsWorkerReport } from './host.js';
import { DnsServer } from './server.js';
import { Zone, type ZoneUpdate } from './zone.js';

// The entry of the DNS worker thread: one zone, one server, fed by messages in order.
const { origin, listen }: DnsWorkerData = workerData;
const zone = new Zone(origin);
parentPort?.on('message', (update: ZoneUpdate) => zone.apply(update));

function report(message: DnsWorkerReport): void {
  parentPort?.postMessage(message);
}

DnsServer.listen(zone, listen).then(
  (server) => report({ port: server.port }),
  (error: unknown) => report({ failed: error instanceof Error ? error.message : String(error) }),
);
