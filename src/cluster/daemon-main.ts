import { messageOf } from '../lib/errors.js';
import { createLogger } from '../lib/logger.js';
import { systemClock } from '../lib/system-clock.js';
import { systemRandom } from '../lib/system-random.js';
import { type Daemon, startDaemon } from './daemon/daemon.js';
import { keeperLink, startNewKeeper } from './daemon/keeper-link.js';
import { startSimulatedDaemon } from './daemon/simulated-daemon.js';
import type { DaemonSettings } from './keeper/messages.js';
import { waitForLock } from './lock.js';
import { clusterPaths } from './paths.js';

/** The one argument is what the keeper wrote a moment ago. */
const settings: DaemonSettings = JSON.parse(process.argv[2] ?? '{}');
const paths = clusterPaths(settings.keeper.ref);
const log = createLogger({ level: settings.keeper.logLevel, fields: { program: 'daemon' } });
const link = keeperLink();
/** Descriptors of the published ports that are open, by host port: a new keeper gets them. */
const published = new Map(settings.fds.published.map(({ published: { hostPort }, fd }) => [hostPort, fd]));

/** How long a predecessor may take to end. */
const LOCK_TIMEOUT_MS = 15_000;
/** How long an orderly stop may take; a write in flight is on disk or was never acknowledged. */
const STOP_TIMEOUT_MS = 10_000;

let ending: Promise<void> | undefined;

function end(daemon: Daemon): Promise<void> {
  ending ??= (async () => {
    const timer = systemClock.after(STOP_TIMEOUT_MS, () => process.exit(1));
    await daemon[Symbol.asyncDispose]();
    timer.cancel();
    process.exit(0);
  })();
  return ending;
}

function fail(error: unknown): void {
  log.error('the daemon failed', { error });
  link.tell({ type: 'failed', message: messageOf(error) });
  // The message must be out before the channel closes.
  systemClock.after(50, () => process.exit(1));
}

function follow(daemon: Daemon): void {
  let isDown = false;
  const tell = (message: string): void => link.tell({ type: 'progress', message });
  link.listen({
    publish: (port, socket) => {
      if ('fd' in socket && typeof socket.fd === 'number') published.set(port.hostPort, socket.fd);
      daemon.publisher?.publish(port, socket);
    },
    unpublish: (hostPort) => {
      published.delete(hostPort);
      daemon.publisher?.unpublish(hostPort);
    },
    shutdown: () => {
      isDown = true;
      daemon
        .shutdownNode(tell)
        .then(() => end(daemon))
        .catch(fail);
    },
    lost: () => {
      if (isDown || ending !== undefined) return;
      log.warn('the keeper is gone: starting a new one, which starts a new daemon');
      startNewKeeper(settings, paths, published);
      end(daemon).catch(fail);
    },
  });
  process.once('SIGTERM', () => {
    end(daemon).catch(fail);
  });
}

async function main(): Promise<void> {
  const lock = await waitForLock(paths.locks.daemon, { clock: systemClock, timeoutMs: LOCK_TIMEOUT_MS });
  if (lock === undefined) throw new Error('another daemon is at work for this cluster');
  const onProgress = (message: string): void => link.tell({ type: 'progress', message });
  const start = settings.keeper.simulated === undefined ? startDaemon : startSimulatedDaemon;
  const daemon = await start({
    settings,
    paths,
    clock: systemClock,
    random: systemRandom,
    log,
    onProgress,
  });
  follow(daemon);
  link.tell({ type: 'ready' });
}

process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error }));
process.on('SIGHUP', () => log.info('SIGHUP ignored'));
main().catch(fail);
