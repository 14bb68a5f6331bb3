import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { type DaemonSettings, isToDaemon, type PublishedPort, type ToKeeper } from '../keeper/messages.js';
import { KEEPER_FLAGS } from '../keeper-process.js';
import { openLog } from '../log-file.js';
import type { ClusterPaths } from '../paths.js';

/** What the daemon does when its keeper says or does something. */
export interface KeeperEvents {
  publish(published: PublishedPort, socket: object): void;
  unpublish(hostPort: number): void;
  /** The node is to be shut down. */
  shutdown(): void;
  /** The keeper is gone. */
  lost(): void;
}

/** The daemon's side of the channel to its keeper. */
export interface KeeperLink {
  tell(message: ToKeeper): void;
  listen(events: KeeperEvents): void;
}

/** The channel that the keeper gave this process at birth. */
export function keeperLink(): KeeperLink {
  return {
    tell: (message) => {
      if (process.connected === true) process.send?.(message);
    },
    listen: (events) => {
      process.on('message', (value: unknown, socket: unknown) => {
        if (!isToDaemon(value)) return;
        if (value.type === 'shutdown') events.shutdown();
        else if (value.type === 'unpublish') events.unpublish(value.hostPort);
        else if (typeof socket === 'object' && socket !== null) events.publish(value.published, socket);
      });
      process.once('disconnect', () => events.lost());
      // It may have gone before anyone listened.
      if (process.connected !== true) events.lost();
    },
  };
}

/**
 * Starts a new keeper in the host's network, with the listening sockets of the old one, which this process has as well: so no port is ever
 * given up. `published` names those that are still open, by host port.
 */
export function startNewKeeper(
  settings: DaemonSettings,
  paths: ClusterPaths,
  published: ReadonlyMap<number, number>,
): void {
  const log = openLog(join(paths.stateFiles.logs, 'keeper.log'));
  const ports = [...published];
  const first = 5;
  const inherited = {
    api: 4,
    published: Object.fromEntries(ports.map(([hostPort], index) => [String(hostPort), first + index])),
  };
  const entry = join(settings.keeper.dist, 'keeper.mjs');
  const argument = JSON.stringify({ ...settings.keeper, inherited });
  // A simulated cluster has no network of its own to leave.
  const leave = settings.keeper.simulated === undefined ? ['nsenter', '--net=/proc/self/fd/3'] : [];
  const [command = '', ...args] = [...leave, process.execPath, ...KEEPER_FLAGS, entry, argument];
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', log, log, settings.fds.hostNetns, settings.fds.api, ...ports.map(([, fd]) => fd)],
    cwd: '/',
  });
  closeSync(log);
  child.unref();
}
