import type { KindRef, KubeObject } from '../api/kube-object.js';
import type { BackoffOptions } from '../lib/backoff.js';
import type { Clock } from '../lib/clock.js';
import { type Logger, silentLogger } from '../lib/log.js';
import { systemClock } from '../lib/system-clock.js';
import type { OpenCache } from './cache.js';
import type { Client } from './client.js';
import type { Connection } from './connection.js';
import { CoreClient } from './core.js';
import { HttpResourceApi, type Written } from './http-api.js';
import { createRawApi, type RawApi } from './raw.js';
import { Transport } from './transport.js';

/** What a client over HTTPS is made from; see `loadKubeconfig` for the connection. */
export interface HttpsClientOptions {
  readonly connection: Connection;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Time for a whole call; 60 s unless given. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
  /** Waits of caches between attempts when the server cannot be reached. */
  readonly backoff?: BackoffOptions;
  /** Errors after which a cache does not try its first list again: for a person who waits, a refusal is an answer. */
  readonly isFinal?: (error: unknown) => boolean;
}

/** A client over HTTPS, with what is not a resource beside it. */
export interface HttpsClient extends Client {
  readonly connection: Connection;
  readonly raw: RawApi;
}

/** A write is not held back longer than this for caches that do not show it. */
const CATCH_UP_MS = 2000;

/** The API of any cluster, as the kubeconfig's user. */
export function createHttpsClient(options: HttpsClientOptions): HttpsClient {
  return new RemoteClient(options);
}

class RemoteClient extends CoreClient implements HttpsClient {
  readonly connection: Connection;
  readonly raw: RawApi;
  readonly #transport: Transport;
  readonly #clock: Clock;

  constructor(options: HttpsClientOptions) {
    const {
      connection,
      clock = systemClock,
      log = silentLogger,
      timeoutMs,
      userAgent,
      backoff,
      isFinal,
    } = options;
    const transport = new Transport(connection, { clock, timeoutMs, userAgent });
    const afterWrite = (kind: KindRef, written: Written): Promise<void> => this.#catchUp(kind, written);
    super({ api: new HttpResourceApi({ transport, clock, afterWrite }), clock, log, backoff, isFinal });
    this.connection = connection;
    this.raw = createRawApi(transport);
    this.#transport = transport;
    this.#clock = clock;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await this.#transport[Symbol.asyncDispose]();
  }

  /**
   * Waits until this client's caches show what it wrote, so that a reconciler's next pass never sees a world older than its own
   * last write. In process the caches are in step anyway; here the watch may lag behind.
   */
  async #catchUp(kind: KindRef, written: Written): Promise<void> {
    const lagging = [...this.cachesOf(kind)].filter(
      (cache) => covers(cache, written.object) && !shows(cache, written),
    );
    if (lagging.length === 0) return;
    const enough = new AbortController();
    const limit = this.#clock.sleep(CATCH_UP_MS, enough.signal).catch(() => {});
    const caughtUp = Promise.all(
      lagging.map((cache) => cache.until(() => enough.signal.aborted || shows(cache, written))),
    );
    await Promise.race([caughtUp, limit]);
    enough.abort();
  }
}

/** Whether a cache will surely show an object; of one with selectors it cannot be known here. */
function covers(cache: OpenCache, object: KubeObject): boolean {
  const { namespace, labelSelector, fieldSelector } = cache.options;
  const selects = labelSelector !== undefined || fieldSelector !== undefined;
  return cache.isSynced && !selects && (namespace === undefined || namespace === object.metadata?.namespace);
}

function shows(cache: OpenCache, { object, isDelete }: Written): boolean {
  const { namespace, name = '', resourceVersion, uid } = object.metadata ?? {};
  const cached = cache.get({ namespace, name })?.metadata;
  if (isDelete && (cached === undefined || cached.deletionTimestamp !== undefined)) return true;
  if (isDelete && uid !== undefined && cached?.uid !== uid) return true;
  if (isDelete) return false;
  // Answers to some subresources (binding, eviction) carry no revision: there is nothing to wait for.
  if (resourceVersion === undefined) return true;
  const wrote = Number(resourceVersion);
  return cache.revision >= wrote || Number(cached?.resourceVersion) >= wrote;
}
