import type { Pod } from './generated/core-v1.js';

/** What `kubectl logs` may ask (core/v1 PodLogOptions). Times are RFC 3339, sizes bytes. */
export interface LogOptions {
  readonly container: string;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly timestamps?: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
}

/** Which streams an exec or attach carries, and what it runs. */
export interface StreamOptions {
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/**
 * What the API server asks of a node. The streaming calls give the address of a SPDY endpoint
 * (`v4.channel.k8s.io`, `portforward.k8s.io`) that the API server proxies to; failures are StatusErrors.
 */
export interface NodeApi {
  logs(pod: Pod, options: LogOptions, signal: AbortSignal): AsyncIterable<Uint8Array>;
  exec(pod: Pod, options: StreamOptions): Promise<URL>;
  attach(pod: Pod, options: Omit<StreamOptions, 'command'>): Promise<URL>;
  portForward(pod: Pod, ports: readonly number[]): Promise<URL>;
}
