import net from 'node:net';
import { type HeldLock, tryLock } from '../lock.js';

/** A TCP socket of the host that the keeper only holds: the daemon listens on it and accepts from it. */
export interface HeldSocket extends AsyncDisposable {
  readonly port: number;
  readonly fd: number;
  /** What `process.send` can pass on. */
  readonly handle: SocketHandle;
}

/** The part of Node's TCP handle that is used here. */
export interface SocketHandle {
  readonly fd: number;
  close(): void;
  getsockname(out: { port?: number }): number;
}

function isSocketHandle(value: unknown): value is SocketHandle {
  return (
    typeof value === 'object' &&
    value !== null &&
    'fd' in value &&
    typeof value.fd === 'number' &&
    'getsockname' in value
  );
}

/**
 * Makes a handle that is bound but not listening, or adopts an inherited descriptor. Node has this for its own cluster module only
 * (`net._createServerHandle`); everything public starts to accept at once, and the keeper would take connections away from the daemon.
 */
function createHandle(port: number, fd: number): SocketHandle {
  const create: unknown = Reflect.get(net, '_createServerHandle');
  if (typeof create !== 'function') {
    throw new Error(
      `this Node.js (${process.version}) cannot hold a listening socket; use Node.js 20, 22 or 24`,
    );
  }
  const handle: unknown = fd < 0 ? create('127.0.0.1', port, 4, -1, 0) : create(null, 0, -1, fd, 0);
  if (isSocketHandle(handle)) return handle;
  throw new Error(`socket for 127.0.0.1:${port} could not be made (error ${String(handle)})`);
}

/** Whether a connection to the port would be answered, or the port may not be bound. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(true));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(false)));
  });
}

function held(handle: SocketHandle, port: number, lock: HeldLock): HeldSocket {
  return {
    port,
    fd: handle.fd,
    handle,
    [Symbol.asyncDispose]: async () => {
      handle.close();
      await lock.release();
    },
  };
}

/**
 * Holds 127.0.0.1:port; undefined when it is taken. Two sockets that do not listen yet may be bound to one port, so the keepers of
 * two clusters agree by a lock.
 */
export async function holdPort(port: number): Promise<HeldSocket | undefined> {
  const lock = await tryLock(`holdfast-port-${port}`);
  if (lock === undefined) return undefined;
  if (await isTaken(port)) {
    await lock.release();
    return undefined;
  }
  return held(createHandle(port, -1), port, lock);
}

/** Holds a socket that a dying predecessor left open. */
export async function holdInherited(port: number, fd: number): Promise<HeldSocket> {
  const lock = await tryLock(`holdfast-port-${port}`);
  return held(
    createHandle(port, fd),
    port,
    lock ?? { release: async () => {}, [Symbol.asyncDispose]: async () => {} },
  );
}

/** Holds the first free port from `first` on; looks at most at `count` of them. */
export async function holdFreePort(first: number, count = 200): Promise<HeldSocket> {
  for (let port = first; port < first + count && port < 65536; port += 1) {
    const socket = await holdPort(port);
    if (socket !== undefined) return socket;
  }
  throw new Error(`no free port on 127.0.0.1 from ${first} to ${first + count - 1}`);
}
