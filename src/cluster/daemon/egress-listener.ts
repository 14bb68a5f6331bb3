import { connect, createServer } from 'node:net';
import { asyncDisposable } from '../../lib/async-dispose.js';
import { EGRESS_PORT } from '../addresses.js';

/**
 * Offers the keeper's proxy inside the namespace, where containerd finds it: a unix socket's path is not bound to a network, and the
 * bytes pass through as they are.
 */
export async function startEgressListener(egressSocket: string): Promise<AsyncDisposable> {
  const server = createServer({ allowHalfOpen: true }, (inside) => {
    const outside = connect({ path: egressSocket, allowHalfOpen: true });
    inside.on('error', () => outside.destroy());
    outside.on('error', () => inside.destroy());
    inside.once('close', () => outside.destroy());
    outside.once('close', () => inside.destroy());
    inside.pipe(outside);
    outside.pipe(inside);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(EGRESS_PORT, '127.0.0.1', resolve);
  });
  server.unref();
  return asyncDisposable(() => {
    server.close();
  });
}
