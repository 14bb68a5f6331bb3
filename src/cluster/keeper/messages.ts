import type { FeatureGates } from '../../api/feature-gates.js';
import type { LogLevel } from '../../lib/logger.js';
import type { ClusterRef } from '../paths.js';
import type { Simulation } from '../simulation-settings.js';

/** A Service that is reachable on the host: connections to 127.0.0.1:hostPort go to its ready endpoints. */
export interface PublishedPort {
  readonly namespace: string;
  readonly service: string;
  /** Name or number of the Service's port; its first one when undefined. */
  readonly port?: string;
  readonly hostPort: number;
}

/** What the keeper is started with; handed on to each daemon, which may have to start the next keeper. */
export interface KeeperSettings {
  readonly ref: Required<ClusterRef>;
  /** Directory of the built programs. */
  readonly dist: string;
  readonly logLevel: LogLevel;
  /** The search path for commands. */
  readonly path: string;
  /** The command; undefined in a simulated cluster, which runs no containers. */
  readonly containerd: string | undefined;
  /** How the cluster is simulated; undefined when it runs containers. */
  readonly simulated?: Simulation | undefined;
  /** Gates that are not as Kubernetes has them. */
  readonly featureGates: Partial<FeatureGates>;
  readonly proxies: { readonly https?: string; readonly http?: string; readonly no?: string };
  /** Listening sockets that a predecessor left, by host port. */
  readonly inherited?: { readonly api?: number; readonly published?: Readonly<Record<string, number>> };
}

/** What a daemon is started with. Numbers under `fds` are inherited descriptors. */
export interface DaemonSettings {
  readonly keeper: KeeperSettings;
  readonly apiPort: number;
  readonly fds: {
    /** The host's network namespace, to start a new keeper in. */
    readonly hostNetns: number;
    readonly api: number;
    readonly published: readonly { readonly published: PublishedPort; readonly fd: number }[];
  };
}

/** What the keeper tells the daemon. A `publish` comes with the listening socket. */
export type ToDaemon =
  | { readonly type: 'publish'; readonly published: PublishedPort }
  | { readonly type: 'unpublish'; readonly hostPort: number }
  | { readonly type: 'shutdown' };

/** What the daemon tells the keeper. */
export type ToKeeper =
  | { readonly type: 'progress'; readonly message: string }
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string };

/** What `GET /status` of the keeper answers. */
export interface KeeperStatus {
  readonly pid: number;
  readonly daemon: {
    readonly pid: number | undefined;
    readonly state: 'starting' | 'ready' | 'waiting' | 'stopping' | 'stopped';
    /** What it does now, or why it last ended. */
    readonly message: string;
    readonly restarts: number;
    /** Why it last ended without being asked to. */
    readonly lastFailure?: string;
  };
  /** Undefined in a simulated cluster. */
  readonly containerd?: {
    readonly pid: number | undefined;
    readonly ready: boolean;
    readonly restarts: number;
  };
  readonly apiPort: number;
  readonly published: readonly PublishedPort[];
}

/** Whether a value that came over a channel is an object with a type. */
export function isMessage(value: unknown): value is { readonly type: string } {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Whether a value from the channel is one of the keeper's messages. */
export function isToDaemon(value: unknown): value is ToDaemon {
  return isMessage(value) && ['publish', 'unpublish', 'shutdown'].includes(value.type);
}

/** Whether a value from the channel is one of the daemon's messages. */
export function isToKeeper(value: unknown): value is ToKeeper {
  return isMessage(value) && ['progress', 'ready', 'failed'].includes(value.type);
}

/** Whether a value that was read from a file or a request is a published port. */
export function isPublishedPort(value: unknown): value is PublishedPort {
  return (
    typeof value === 'object' &&
    value !== null &&
    'namespace' in value &&
    typeof value.namespace === 'string' &&
    'service' in value &&
    typeof value.service === 'string' &&
    'hostPort' in value &&
    typeof value.hostPort === 'number' &&
    (!('port' in value) || value.port === undefined || typeof value.port === 'string')
  );
}
