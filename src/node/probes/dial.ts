import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** Opens a TCP connection to a Pod; it emits `connect` or `error`. The agent runs in the node's network; whoever does not, brings a dialer of his own. */
export type Dial = (host: string, port: number) => Duplex;

/** Connects from where this process is. */
export const dialDirectly: Dial = (host, port) => connect({ host, port });
