import { connect, type Socket } from 'node:net';

/** Opens a TCP connection to a Pod. The agent runs in the node's network; whoever does not, brings a dialer of his own. */
export type Dial = (host: string, port: number) => Socket;

/** Connects from where this process is. */
export const dialDirectly: Dial = (host, port) => connect({ host, port });
