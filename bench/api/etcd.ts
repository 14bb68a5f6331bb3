import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ensurePki } from '../../src/apiserver/index.js';
import { systemClock } from '../../src/lib/system-clock.js';
import { http2Client } from './clients.js';
import { rangeCall } from './etcd-calls.js';
import type { Target } from './target.js';

/** An address of its own, so that it meets no etcd that may be on the machine. */
const HOST = '127.0.0.73';
const START_MS = 15_000;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, HOST, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** An etcd that runs. */
export interface Etcd extends AsyncDisposable {
  readonly target: Target;
}

/** Starts etcd over TLS with its default durability: every put is synced. Its data lie in the directory. */
export async function startEtcd(directory: string): Promise<Etcd> {
  const pki = await ensurePki({ dir: join(directory, 'pki'), now: systemClock.now(), names: [HOST] });
  const [client, peer] = [await freePort(), await freePort()];
  const origin = `https://${HOST}:${client}`;
  const peers = `http://${HOST}:${peer}`;
  const settings = {
    'data-dir': join(directory, 'etcd'),
    'cert-file': join(directory, 'pki/apiserver.crt'),
    'key-file': join(directory, 'pki/apiserver.key'),
    'listen-client-urls': origin,
    'advertise-client-urls': origin,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `default=${peers}`,
    logger: 'zap',
    'log-level': 'error',
  };
  const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const child = spawn('etcd', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString('utf8')).slice(-2000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const target = { origin, authority: pki.authority.certificate, token: '' };
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await answering(target);
  } catch (error) {
    await stop();
    throw new Error(`etcd did not answer within ${START_MS / 1000} s: ${complaints}`, { cause: error });
  }
  return { target, [Symbol.asyncDispose]: stop };
}

async function answering(target: Target): Promise<void> {
  const until = performance.now() + START_MS;
  for (;;) {
    try {
      const client = await http2Client(target);
      await client.send(rangeCall('none'));
      client.close();
      return;
    } catch (error) {
      if (performance.now() > until) throw error;
      await pause(100);
    }
  }
}
