import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf } from '../../lib/errors.js';
import type { KeeperStatus, PublishedPort } from './messages.js';
import { PortTakenError, type PublishRequest } from './ports.js';

/** What the command line may ask of the keeper. */
export interface KeeperCalls {
  status(): KeeperStatus;
  publish(request: PublishRequest): Promise<PublishedPort>;
  unpublish(hostPort: number): Promise<boolean>;
  /** Resolves when daemon and containerd are gone. `report` is called with each line worth showing. */
  down(timeoutMs: number, report: (line: string) => void): Promise<void>;
  /** The answer is out: the keeper may end. */
  end(): void;
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : JSON.parse(text);
}

function answer(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}

function text(body: unknown, name: string): string | undefined {
  const value = field(body, name);
  return typeof value === 'string' ? value : undefined;
}

function number(body: unknown, name: string): number | undefined {
  const value = field(body, name);
  return typeof value === 'number' ? value : undefined;
}

async function publish(calls: KeeperCalls, body: unknown, response: ServerResponse): Promise<void> {
  const [namespace, service] = [text(body, 'namespace'), text(body, 'service')];
  if (namespace === undefined || service === undefined)
    return answer(response, 400, { message: 'namespace and service must be given' });
  const [port, hostPort, near] = [text(body, 'port'), number(body, 'hostPort'), number(body, 'near')];
  answer(response, 200, await calls.publish({ namespace, service, port, hostPort, near }));
}

/** Answers with one JSON line per report, and a last one that says `done`, so that the other side can show what is waited for. */
async function down(calls: KeeperCalls, body: unknown, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const write = (line: unknown): boolean => response.write(`${JSON.stringify(line)}\n`);
  await calls.down(number(body, 'timeoutMs') ?? 600_000, (message) => write({ message }));
  response.end(`${JSON.stringify({ done: true })}\n`, () => calls.end());
  response.once('close', () => calls.end());
}

async function route(calls: KeeperCalls, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (`${incoming.method} ${incoming.url}`) {
    case 'GET /status':
      return answer(response, 200, calls.status());
    case 'POST /publish':
      return publish(calls, await readBody(incoming), response);
    case 'POST /unpublish': {
      const hostPort = number(await readBody(incoming), 'hostPort') ?? 0;
      return answer(response, (await calls.unpublish(hostPort)) ? 200 : 404, {});
    }
    case 'POST /down':
      return down(calls, await readBody(incoming), response);
    default:
      return answer(response, 404, {
        message: `${incoming.method} ${incoming.url} is not something a keeper does`,
      });
  }
}

/** The keeper's control server, to listen on its unix socket. */
export function createControl(calls: KeeperCalls): Server {
  return createServer((incoming, response) => {
    route(calls, incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else answer(response, error instanceof PortTakenError ? 409 : 500, { message: messageOf(error) });
    });
  });
}
