import { request } from 'node:http';
import { hasErrno } from '../lib/errors.js';
import type { KeeperStatus, PublishedPort } from './keeper/messages.js';
import type { PublishRequest } from './keeper/ports.js';
import type { ClusterPaths } from './paths.js';
import { UserError } from './user-error.js';

/** A call to the keeper that it answered with an error. */
export class KeeperError extends Error {
  override readonly name = 'KeeperError';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Called with each JSON line as it arrives. */
  readonly onLine?: (line: unknown) => void;
}

/** What a call to a socket ends in that nobody serves, or whose server was killed just now. */
const NOBODY = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'];

/** Asks the keeper; resolves with the last JSON line of its answer, or undefined when there is no keeper. */
function call(socketPath: string, { method, path, body, onLine }: Call): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, headers: { 'content-type': 'application/json' } });
    outgoing.once('error', (error) => {
      if (hasErrno(error, ...NOBODY)) resolve(undefined);
      else if (hasErrno(error, 'EACCES', 'EPERM'))
        reject(
          new UserError('only who started this cluster may ask it, which is root unless it is simulated', {
            cause: error,
          }),
        );
      else
        reject(new Error(`the keeper did not answer ${method} ${path}: ${error.message}`, { cause: error }));
    });
    outgoing.once('response', (response) => {
      let rest = '';
      let last: unknown;
      const take = (line: string): void => {
        if (line === '') return;
        last = JSON.parse(line);
        onLine?.(last);
      };
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop() ?? '';
        lines.forEach(take);
      });
      response.once('error', (error) => (hasErrno(error, ...NOBODY) ? resolve(undefined) : reject(error)));
      response.once('end', () => {
        take(rest);
        const code = response.statusCode ?? 500;
        if (code < 400) resolve(last ?? {});
        else reject(new KeeperError(String(Reflect.get(Object(last), 'message') ?? `status ${code}`), code));
      });
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function isStatus(value: unknown): value is KeeperStatus {
  return typeof value === 'object' && value !== null && 'daemon' in value && 'apiPort' in value;
}

function isPublished(value: unknown): value is PublishedPort {
  return typeof value === 'object' && value !== null && 'hostPort' in value;
}

/** What the keeper says of itself and its children; undefined when there is no keeper. */
export async function keeperStatus(paths: ClusterPaths): Promise<KeeperStatus | undefined> {
  const value = await call(paths.runFiles.control, { method: 'GET', path: '/status' });
  return isStatus(value) ? value : undefined;
}

/** Publishes a Service on the host. */
export async function keeperPublish(paths: ClusterPaths, wish: PublishRequest): Promise<PublishedPort> {
  const value = await call(paths.runFiles.control, { method: 'POST', path: '/publish', body: wish }).catch(
    (error: unknown) => {
      if (error instanceof KeeperError && error.status === 409)
        throw new UserError(error.message, { cause: error });
      throw error;
    },
  );
  if (isPublished(value)) return value;
  throw new UserError(`cluster ${paths.name} is not running: start it with \`holdfast up\``);
}

/** Has the keeper shut the node down and end; false when there is no keeper. */
export async function keeperDown(
  paths: ClusterPaths,
  timeoutMs: number,
  report: (message: string) => void,
): Promise<boolean> {
  const onLine = (line: unknown): void => {
    const message: unknown = Reflect.get(Object(line), 'message');
    if (typeof message === 'string') report(message);
  };
  const body = { timeoutMs };
  return (await call(paths.runFiles.control, { method: 'POST', path: '/down', body, onLine })) !== undefined;
}
