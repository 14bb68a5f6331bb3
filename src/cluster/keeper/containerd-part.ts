import type { Clock } from '../../lib/clock.js';
import type { Logger } from '../../lib/log.js';
import { answers, startContainerd, stopContainerd } from '../containerd/process.js';
import type { ClusterPaths } from '../paths.js';
import { Supervisor } from '../supervisor.js';
import type { KeeperSettings, KeeperStatus } from './messages.js';

/** containerd as the keeper sees it. */
export interface ContainerdPart {
  start(): Promise<void>;
  status(): KeeperStatus['containerd'];
  /** Ends it for good; containers have ended before. */
  stop(): Promise<void>;
}

/** What keeping containerd needs. */
export interface ContainerdPartOptions {
  readonly settings: KeeperSettings;
  readonly paths: ClusterPaths;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Keeps containerd running; a simulated cluster has none. */
export function containerdPart(options: ContainerdPartOptions): ContainerdPart | undefined {
  const { settings, paths, clock, log } = options;
  const { containerd, path } = settings;
  if (containerd === undefined) return undefined;
  const readiness = { ready: false };
  const supervisor = new Supervisor({
    name: 'containerd',
    clock,
    log,
    start: async () => {
      readiness.ready = false;
      const started = await startContainerd({ paths, containerd, path, clock });
      void watchReadiness(readiness, paths, clock);
      return started;
    },
  });
  return {
    start: () => supervisor.start(),
    status: () => ({
      pid: supervisor.pid,
      ready: readiness.ready && supervisor.pid !== undefined,
      restarts: supervisor.restarts,
    }),
    stop: async () => {
      const ended = supervisor.letEnd();
      await stopContainerd(paths, clock);
      await ended;
    },
  };
}

async function watchReadiness(
  readiness: { ready: boolean },
  paths: ClusterPaths,
  clock: Clock,
): Promise<void> {
  for (let tries = 0; tries < 3_000 && !readiness.ready; tries += 1) {
    readiness.ready = await answers(paths.runFiles.containerdSocket);
    if (!readiness.ready) await clock.sleep(20);
  }
}
