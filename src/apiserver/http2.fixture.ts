import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';

type Json = { readonly [key: string]: unknown };

/** What came back over HTTP/2. */
export interface Http2Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Json;
}

/** How a request is made. */
export interface Http2Call {
  readonly body?: string | object;
  readonly headers?: { readonly [name: string]: string };
}

/** A watch that runs: the events so far, and the end of it. */
export interface Http2Watch {
  readonly events: readonly Json[];
  /** Resolves when so many events are in, or the watch has ended. */
  until(count: number): Promise<readonly Json[]>;
  stop(): void;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Requests over one connection, which costs far less than one connection each. */
export class Http2Client {
  readonly #session: ClientHttp2Session;

  constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  call(method: string, path: string, { body, headers }: Http2Call = {}): Promise<Http2Answer> {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const stream = this.#session.request(
        { ':method': method, ':path': path, ...type, ...headers },
        { endStream: body === undefined },
      );
      let answered: IncomingHttpHeaders = {};
      const chunks: Buffer[] = [];
      stream.on('response', (got) => {
        answered = got;
      });
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ code: Number(answered[':status']), headers: answered, text, json: parsed(text) });
      });
      if (body !== undefined) stream.end(typeof body === 'object' ? JSON.stringify(body) : body);
    });
  }

  /** Follows a watch; resolves when the server has begun it. */
  watch(path: string, headers: Http2Call['headers'] = {}): Promise<Http2Watch> {
    const stream = this.#session.request({ ':path': path, ...headers });
    const events: Json[] = [];
    const waiting = new Set<() => void>();
    let rest = '';
    let ended = false;
    const tell = (): void => {
      for (const wake of waiting) wake();
    };
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      events.push(...lines.map(parsed));
      tell();
    });
    stream.on('close', () => {
      ended = true;
      tell();
    });
    const until = async (count: number): Promise<readonly Json[]> => {
      while (events.length < count && !ended)
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      return events;
    };
    return new Promise((resolve, reject) => {
      stream.once('error', reject);
      stream.once('response', () => resolve({ events, until, stop: () => stream.close() }));
    });
  }
}
