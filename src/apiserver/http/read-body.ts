import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  badRequest,
  failure,
  type StatusError,
  tooLarge,
  unsupportedEncoding,
} from '../../api/status-error.js';
import { hasErrno, messageOf } from '../../lib/errors.js';
import type { Exchange } from './exchange.js';
import { timeoutMs } from './timeout.js';

/** Largest body that is taken, in bytes, also after it is unpacked. */
export const maxBodyBytes = 3 * 1024 * 1024;

const unpack = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);

type Reading = Pick<Exchange, 'request' | 'clock' | 'query'>;

function bodyTooLarge(): StatusError {
  return tooLarge(`limit is ${maxBodyBytes}`);
}

function tooSlow(): StatusError {
  return failure({
    code: 504,
    reason: 'Timeout',
    message: 'Timeout: request did not complete within the allotted timeout',
    details: {},
  });
}

/** Reads the bytes of a body; one that is too large is refused without being kept, one that does not come in time is given up. */
function readBytes({ request, clock, query }: Reading): Promise<Buffer> {
  // By events, since iterating over a stream costs more than all the rest of a small request.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      reject(bodyTooLarge());
      return;
    }
    const timer = clock.after(timeoutMs(query), () => reject(tooSlow()));
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
      // The rest is read and dropped, so that the client gets to read why.
      else reject(bodyTooLarge());
    });
    request.once('end', () => {
      timer.cancel();
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    });
    request.once('error', reject);
    request.once('close', () => {
      timer.cancel();
      if (!request.readableEnded) reject(badRequest('the client went away before its request was whole'));
    });
  });
}

async function unpacked(bytes: Buffer): Promise<Buffer> {
  try {
    return await unpack(bytes, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if (hasErrno(error, 'ERR_BUFFER_TOO_LARGE')) throw bodyTooLarge();
    throw badRequest(`the gzip body of the request could not be unpacked: ${messageOf(error)}`, error);
  }
}

/** Reads the whole body, unpacked when it says that it is packed. */
export async function readBody(exchange: Reading): Promise<Buffer> {
  const encoding = exchange.request.headers['content-encoding'] || 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') throw unsupportedEncoding(encoding);
  const bytes = await readBytes(exchange);
  return encoding === 'gzip' && bytes.length > 0 ? unpacked(bytes) : bytes;
}
