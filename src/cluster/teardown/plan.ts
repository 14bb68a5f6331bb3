import type { ProcessId } from '../processes.js';
import type { Action } from './actions.js';

/** A process of the cluster and what it is there for. */
export interface Member extends ProcessId {
  /**
   * `manager`: keeper, daemon or containerd, which would start others again; `init`: the first process of a container, which is asked to
   * end; `other`: shims, and what containers started.
   */
  readonly role: 'manager' | 'init' | 'other';
}

/** What is left of a cluster. Lists are empty when nothing is. */
export interface Leftovers {
  readonly processes: readonly Member[];
  /** Deepest first. */
  readonly mounts: readonly string[];
  readonly namespace: boolean;
  /** Deepest first. */
  readonly cgroups: readonly string[];
  readonly files: readonly string[];
}

/** How far the teardown has come. */
export interface Teardown {
  readonly leftovers: Leftovers;
  /** Containers were asked to end at this time (milliseconds), if they were. */
  readonly askedAtMs?: number;
  /** How long containers may take, milliseconds. */
  readonly graceMs: number;
}

/** The next steps, and what is waited for when there are none although something is left. */
export interface TeardownPlan {
  readonly actions: readonly Action[];
  /** Containers are being asked to end now. */
  readonly asks?: boolean;
  readonly waitingFor?: string;
}

function kill(processes: readonly Member[]): readonly Action[] {
  return processes.map(
    ({ pid, startTime }) => ({ type: 'signal', process: { pid, startTime }, signal: 'SIGKILL' }) as const,
  );
}

/**
 * Managers go first, lest they start others again; then containers get SIGTERM and their time; then all that still runs is killed. Mounts,
 * namespace, cgroups and files follow when no process is left to hold them.
 */
export function planTeardown({ leftovers, askedAtMs, graceMs }: Teardown, nowMs: number): TeardownPlan {
  const { processes } = leftovers;
  const managers = processes.filter(({ role }) => role === 'manager');
  if (managers.length > 0) return { actions: kill(managers) };
  const inits = processes.filter(({ role }) => role === 'init');
  if (inits.length > 0 && askedAtMs === undefined) {
    const actions = inits.map(
      ({ pid, startTime }) => ({ type: 'signal', process: { pid, startTime }, signal: 'SIGTERM' }) as const,
    );
    return { actions, asks: true };
  }
  if (inits.length > 0 && nowMs - (askedAtMs ?? 0) < graceMs) {
    return { actions: [], waitingFor: `${inits.length} container${inits.length === 1 ? '' : 's'} to end` };
  }
  if (processes.length > 0) return { actions: kill(processes) };
  return { actions: removals(leftovers) };
}

function removals({ mounts, namespace, cgroups, files }: Leftovers): readonly Action[] {
  return [
    ...mounts.map((mountPoint) => ({ type: 'unmount', mountPoint }) as const),
    ...(namespace ? [{ type: 'remove-namespace' } as const] : []),
    ...cgroups.map((directory) => ({ type: 'remove-cgroup', directory }) as const),
    ...files.map((file) => ({ type: 'remove', file }) as const),
  ];
}
