import type { Logger } from '../../lib/log.js';
import { API_PORT } from '../addresses.js';
import { changeSettings, readSettings } from '../settings.js';
import { type HeldSocket, holdFreePort, holdInherited, holdPort } from './held-socket.js';
import type { KeeperSettings, PublishedPort } from './messages.js';

/** A published port and the socket that is held for it. */
export interface HeldPublished {
  readonly published: PublishedPort;
  readonly socket: HeldSocket;
}

/** What a request to publish names; `hostPort` is the port the user insists on, `near` where to look otherwise. */
export interface PublishRequest {
  readonly namespace: string;
  readonly service: string;
  readonly port?: string;
  readonly hostPort?: number;
  readonly near?: number;
}

function sameTarget(a: PublishRequest, b: PublishRequest): boolean {
  return a.namespace === b.namespace && a.service === b.service && a.port === b.port;
}

/** Where to look for a free port of the host: at the Service's own number, above the ones that need no asking of root. */
export function nearPort(port: string | undefined): number {
  const number = Number(port ?? Number.NaN);
  if (!Number.isInteger(number) || number < 1 || number > 65_000) return 20_000;
  return number < 1024 ? number + 8000 : number;
}

/** Asked for a port of the host that something else has. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

/** The host's ports of one cluster: held while the keeper lives, remembered in the settings file. */
export class HostPorts {
  readonly #file: string;
  readonly #published = new Map<number, HeldPublished>();
  readonly api: HeldSocket;

  private constructor(file: string, api: HeldSocket) {
    this.#file = file;
    this.api = api;
  }

  /** Holds the remembered ports again, each as the predecessor left it or anew; one that is taken now moves to the next free port. */
  static async open(file: string, inherited: KeeperSettings['inherited'], log: Logger): Promise<HostPorts> {
    const settings = readSettings(file);
    const first = settings.apiPort ?? API_PORT;
    const api =
      inherited?.api === undefined ? await holdFreePort(first) : await holdInherited(first, inherited.api);
    if (settings.apiPort !== undefined && api.port !== settings.apiPort) {
      log.warn('the API server moves to another port, since its own is taken', {
        was: settings.apiPort,
        port: api.port,
      });
    }
    const ports = new HostPorts(file, api);
    await ports.#reopen(settings.published, inherited?.published ?? {}, log);
    ports.#remember();
    return ports;
  }

  /** All published ports, in order of their number. */
  get published(): readonly HeldPublished[] {
    return [...this.#published.values()].sort((a, b) => a.published.hostPort - b.published.hostPort);
  }

  /** Holds a port for a Service; the one it has already when there is one. */
  async publish(request: PublishRequest): Promise<HeldPublished> {
    const existing = this.published.find(({ published }) => sameTarget(published, request));
    if (existing !== undefined && (request.hostPort ?? existing.socket.port) === existing.socket.port)
      return existing;
    const socket =
      request.hostPort === undefined
        ? await holdFreePort(request.near ?? nearPort(request.port))
        : await holdPort(request.hostPort);
    if (socket === undefined) {
      throw new PortTakenError(
        `port ${request.hostPort} on 127.0.0.1 is taken; choose another one or leave it out`,
      );
    }
    const held = this.#add(request, socket);
    this.#remember();
    return held;
  }

  /** Gives a port back; false when it was not published. */
  async unpublish(hostPort: number): Promise<boolean> {
    const held = this.#published.get(hostPort);
    if (held === undefined) return false;
    this.#published.delete(hostPort);
    this.#remember();
    await held.socket[Symbol.asyncDispose]();
    return true;
  }

  /** First every port that is still free, so that one that has to move never takes another's. */
  async #reopen(
    all: readonly PublishedPort[],
    fds: Readonly<Record<string, number>>,
    log: Logger,
  ): Promise<void> {
    const taken: PublishedPort[] = [];
    for (const published of all) {
      const { hostPort } = published;
      const fd = fds[hostPort];
      const socket = fd === undefined ? await holdPort(hostPort) : await holdInherited(hostPort, fd);
      if (socket === undefined) taken.push(published);
      else this.#add(published, socket);
    }
    for (const published of taken) {
      const { hostPort } = this.#add(published, await holdFreePort(published.hostPort)).published;
      log.warn('a published port moves, since its own is taken', { ...published, now: hostPort });
    }
  }

  #add(target: PublishRequest, socket: HeldSocket): HeldPublished {
    const { namespace, service, port } = target;
    const published = { namespace, service, hostPort: socket.port, ...(port === undefined ? {} : { port }) };
    const held = { published, socket };
    this.#published.set(socket.port, held);
    return held;
  }

  #remember(): void {
    changeSettings(this.#file, {
      apiPort: this.api.port,
      published: this.published.map(({ published }) => published),
    });
  }
}
