import type { Transport, TransportRequest } from './transport.js';

/** Requests that are not about resources: versions, health, discovery, logs. Paths have their query; failures are StatusErrors. */
export interface RawApi {
  /** The body of a GET as text. */
  getText(path: string, options?: RawOptions): Promise<string>;
  /** The body of a GET as it comes; ends with the signal without an error. */
  stream(path: string, options?: RawOptions): AsyncIterable<Uint8Array>;
  /** Any other request; gives the body of the answer. */
  send(request: TransportRequest): Promise<string>;
}

/** `accept` is the media type asked for; anything unless given. */
export interface RawOptions {
  readonly signal?: AbortSignal;
  readonly accept?: string;
}

/** The raw requests over a transport. */
export function createRawApi(transport: Transport): RawApi {
  const send = async (request: TransportRequest): Promise<string> => (await transport.call(request)).body;
  return {
    getText: (path, options) => send({ method: 'GET', path, accept: '*/*', ...options }),
    stream: (path, options) => stream(transport, { method: 'GET', path, accept: '*/*', ...options }),
    send,
  };
}

async function* stream(transport: Transport, request: TransportRequest): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of await transport.stream(request)) yield chunk;
  } catch (error) {
    if (request.signal?.aborted !== true) throw error;
  }
}
