import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { failure, type StatusError, unavailable } from '../../api/status-error.js';
import { NodeSocket } from './node-socket.js';

/** A connection to the streaming server of a node, after its upgrade to SPDY. */
export interface Upstream {
  readonly socket: Duplex;
  /** What came with the answer already. */
  readonly head: Buffer;
  /** The protocol that the node chose. */
  readonly protocol: string | undefined;
}

const maxMessageBytes = 64 * 1024;

async function refusal(url: URL, response: IncomingMessage): Promise<StatusError> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > maxMessageBytes) break;
  }
  const code = response.statusCode ?? 500;
  const message = `the node refused the stream at ${url.host}: ${code} ${text.trim() || (response.statusMessage ?? '')}`;
  return failure({
    code: code >= 400 ? code : 502,
    reason: code === 404 ? 'NotFound' : 'InternalError',
    message,
  });
}

/** Connects to a node's streaming server and upgrades to SPDY/3.1 with one of these protocols. */
export function connectUpstream(url: URL, protocols: readonly string[]): Promise<Upstream> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method: 'POST',
      createConnection: () => new NodeSocket().connect(Number(url.port), url.hostname),
      headers: {
        connection: 'Upgrade',
        upgrade: 'SPDY/3.1',
        'x-stream-protocol-version': [...protocols],
        'content-length': '0',
      },
    });
    request.once('upgrade', (response, socket, head) => {
      const chosen = response.headers['x-stream-protocol-version'];
      resolve({ socket, head, protocol: Array.isArray(chosen) ? chosen[0] : chosen });
    });
    request.once('response', (response) => {
      refusal(url, response).then(reject, reject);
    });
    request.once('error', (error) => {
      reject(
        unavailable(
          `the node's streaming server at ${url.host} could not be reached: ${error.message}`,
          error,
        ),
      );
    });
    request.end();
  });
}
