import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import type { Container, ExecAction, HTTPGetAction, TCPSocketAction } from '../../api/generated/core-v1.js';
import type { IntOrString } from '../../api/generated/meta-v1.js';
import { errnoOf, messageOf } from '../../lib/errors.js';
import type { ContainerRuntime } from '../cri/container-runtime.js';
import { RuntimeError, runtimeDetail } from '../cri/runtime-error.js';
import type { Dial } from './dial.js';

/** What one question to a container found out. */
export interface Finding {
  readonly ok: boolean;
  readonly message: string;
}

/** Whom a handler asks. */
export interface Target {
  readonly container: Container;
  readonly id: string;
  readonly address: string;
}

/** What handlers ask with. */
export interface HandlerDeps {
  readonly runtime: ContainerRuntime;
  readonly dial: Dial;
}

/** The four ways to ask, of which a probe or hook names one. */
export interface Handler {
  readonly exec?: ExecAction;
  readonly httpGet?: HTTPGetAction;
  readonly tcpSocket?: TCPSocketAction;
}

const MAX_BODY_BYTES = 10 * 1024;
const MAX_REDIRECTS = 10;

/** Asks a container by the handler's way; gives up when the signal is aborted. Never rejects. */
export async function ask(
  handler: Handler,
  target: Target,
  deps: HandlerDeps & { readonly timeoutSeconds: number; readonly signal: AbortSignal },
): Promise<Finding> {
  try {
    if (handler.exec !== undefined) return await askExec(handler.exec, target, deps);
    if (handler.httpGet !== undefined) return await askHttp(handler.httpGet, target, deps);
    if (handler.tcpSocket !== undefined) return await askTcp(handler.tcpSocket, target, deps);
    return { ok: true, message: '' };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

async function askExec(
  { command = [] }: ExecAction,
  { id }: Target,
  { runtime, timeoutSeconds }: HandlerDeps & { readonly timeoutSeconds: number },
): Promise<Finding> {
  try {
    const { exitCode, stdout, stderr } = await runtime.execSync(id, command, timeoutSeconds);
    return { ok: exitCode === 0, message: `${stdout}${stderr}`.slice(0, MAX_BODY_BYTES) };
  } catch (error) {
    const slow = error instanceof RuntimeError && error.failure === 'timeout';
    return {
      ok: false,
      message: slow
        ? `command timed out: ${JSON.stringify(command.join(' '))} timed out after ${timeoutSeconds}s`
        : runtimeDetail(error),
    };
  }
}

/** The number of a port that may be given by its name. */
export function portOf(port: IntOrString, container: Container): number {
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  const value = named ?? Number(port);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`container ${container.name} has no port named ${JSON.stringify(port)}`);
  return value;
}

function askTcp(
  action: TCPSocketAction,
  target: Target,
  { dial, signal }: HandlerDeps & { readonly signal: AbortSignal },
): Promise<Finding> {
  const host = action.host || target.address;
  const port = portOf(action.port, target.container);
  return new Promise((resolve) => {
    const socket = dial(host, port);
    const end = (finding: Finding): void => {
      socket.destroy();
      resolve(finding);
    };
    socket.once('connect', () => end({ ok: true, message: '' }));
    socket.once('error', (error) => {
      const message = notConnected(error, host, port) ?? `dial tcp ${host}:${port}: ${error.message}`;
      end({ ok: false, message });
    });
    signal.addEventListener(
      'abort',
      () => end({ ok: false, message: `dial tcp ${host}:${port}: i/o timeout` }),
      { once: true },
    );
  });
}

/** Errors of a connection that was not made, in Kubernetes' words. */
const dialWords: { readonly [errno: string]: string } = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
};

function notConnected(error: Error, host: string, port: number): string | undefined {
  const words = dialWords[errnoOf(error) ?? ''];
  return words && `dial tcp ${host}:${port}: connect: ${words}`;
}

async function askHttp(
  action: HTTPGetAction,
  target: Target,
  deps: HandlerDeps & { readonly signal: AbortSignal },
): Promise<Finding> {
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const port = portOf(action.port, target.container);
  const host = action.host || target.address;
  const path = action.path || '/';
  const headers = new Map([
    ['user-agent', 'kube-probe/1.32'],
    ['accept', '*/*'],
    ...(action.httpHeaders ?? []).map(({ name, value }) => [name.toLowerCase(), value] as const),
  ]);
  let url = new URL(
    `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path.startsWith('/') ? path : `/${path}`}`,
  );
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const answer = await get(url, headers, deps);
    const next = answer.location === undefined ? undefined : new URL(answer.location, url);
    // A redirect to another host is not followed, and counts as an answer.
    if (answer.status >= 300 && answer.status < 400 && next?.hostname === url.hostname) url = next;
    else
      return {
        ok: answer.status >= 200 && answer.status < 400,
        message: `HTTP probe failed with statuscode: ${answer.status}`,
      };
  }
  return { ok: false, message: `stopped after ${MAX_REDIRECTS} redirects` };
}

interface HttpAnswer {
  readonly status: number;
  readonly location: string | undefined;
}

function get(
  url: URL,
  headers: ReadonlyMap<string, string>,
  { dial, signal }: HandlerDeps & { readonly signal: AbortSignal },
): Promise<HttpAnswer> {
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A connection of its own for each question: a kept one would hide a server that takes no new ones. It is given no agent, which
  // would make connections by itself.
  const createConnection = (): Duplex =>
    secure ? tlsConnect({ socket: dial(host, port), rejectUnauthorized: false }) : dial(host, port);
  return new Promise((resolve, reject) => {
    const options = { headers: Object.fromEntries(headers), createConnection, signal };
    const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
      response.resume();
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, location: response.headers.location }),
      );
      response.once('error', reject);
    });
    request.once('error', (error) => {
      const late = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
      const trouble = signal.aborted ? late : (notConnected(error, host, port) ?? error.message);
      reject(new Error(`Get "${url}": ${trouble}`));
    });
    request.end();
  });
}
