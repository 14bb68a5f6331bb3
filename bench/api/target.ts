import type { ServerAddress } from '../../test/tools/api-server-main.js';

/** Where a server listens, and how a client gets in. */
export type Target = ServerAddress;

/** What the generator is asked to do. */
export type LoadTask = RequestTask | ListTask | WatchTask;

/** So many clients that each send one request after the other for a while. */
export interface RequestTask {
  readonly kind: 'requests';
  readonly target: Target;
  readonly protocol: 'h1' | 'h2';
  readonly clients: number;
  readonly forMs: number;
  readonly operation: Operation;
}

/** One kind of request. Names of what is created begin with `prefix`, which no other task uses. */
export type Operation =
  | { readonly kind: 'get'; readonly path: string }
  | {
      readonly kind: 'create';
      readonly object: 'ConfigMap' | 'Pod';
      readonly namespace: string;
      readonly prefix: string;
      /** Stop after so many. */
      readonly count?: number;
    }
  | { readonly kind: 'etcdPut'; readonly prefix: string; readonly bytes: number }
  | { readonly kind: 'etcdGet'; readonly key: string };

/** What came of it. */
export interface RequestResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly count: number;
  /** Bytes of the last answer. */
  readonly bytes: number;
}

/** Lists a path so many times, one after the other. */
export interface ListTask {
  readonly kind: 'list';
  readonly target: Target;
  readonly path: string;
  readonly rounds: number;
}

/** What each list took. */
export interface ListResult {
  readonly ms: readonly number[];
  readonly bytes: number;
  readonly items: number;
}

/** So many watchers of the ConfigMaps of a namespace, each with a connection of its own, while one client creates them at a fixed rate. */
export interface WatchTask {
  readonly kind: 'watch';
  readonly target: Target;
  readonly namespace: string;
  readonly prefix: string;
  readonly watchers: number;
  readonly creates: number;
  readonly everyMs: number;
}

/** Delays between the sending of a create and the arrival of its event, over all watchers. */
export interface WatchResult {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly highestMs: number;
  readonly events: number;
}
