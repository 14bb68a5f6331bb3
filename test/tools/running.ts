import { readdirSync, readFileSync } from 'node:fs';
import type { Pod } from '../../src/api/generated/core-v1.js';
import type { KubeObject } from '../../src/api/kube-object.js';
import type { Kubectl } from './kubectl.js';
import type { ListOf } from './objects.js';

/** A container as it runs: anything that was restarted differs in one of these. */
export interface RunningContainer {
  readonly pod: string;
  readonly podUid: string;
  readonly containerID: string;
  readonly restartCount: number;
  /** Its first process on this machine. */
  readonly pid: number | undefined;
  /** When that process began, clock ticks since boot. */
  readonly startedTicks: string;
}

/** All containers of a namespace, with their first processes on this machine. */
export async function runningContainers(kubectl: Kubectl): Promise<readonly RunningContainer[]> {
  const { items } = await kubectl.json<ListOf<Pod>>(['get', 'pods']);
  const firsts = firstProcesses();
  return items.flatMap(({ metadata, status }) =>
    (status?.containerStatuses ?? []).map(({ containerID = '', restartCount }) => {
      const pid = firsts.find(({ cgroup }) => cgroup.includes(idOf(containerID)))?.pid;
      return {
        pod: metadata?.name ?? '',
        podUid: metadata?.uid ?? '',
        containerID,
        restartCount,
        pid,
        startedTicks: pid === undefined ? '' : startOf(pid),
      };
    }),
  );
}

function idOf(containerID: string): string {
  return containerID.replace(/^.*:\/\//, '');
}

/** Processes that are number 1 in a namespace of their own. */
function firstProcesses(): readonly { readonly pid: number; readonly cgroup: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => /^NSpid:\s.*\s1$/m.test(read(`/proc/${name}/status`)))
    .map((name) => ({ pid: Number(name), cgroup: read(`/proc/${name}/cgroup`) }));
}

function startOf(pid: number): string {
  // The command's name, in brackets, may hold spaces; what follows does not.
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return fields[19] ?? '';
}

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

const keptKinds = [
  ...['pods', 'services', 'statefulsets', 'deployments', 'replicasets', 'configmaps', 'secrets'],
  ...['persistentvolumeclaims', 'persistentvolumes', 'controllerrevisions', 'namespaces', 'storageclasses'],
];

/** Kind, name and uid of every object that must outlive any crash, sorted. */
export async function keptObjects(kubectl: Kubectl): Promise<readonly string[]> {
  const { items } = await kubectl.json<ListOf<KubeObject>>(['get', keptKinds.join(','), '--all-namespaces']);
  return items
    .map(({ kind, metadata }) => `${kind} ${metadata?.namespace ?? ''}/${metadata?.name} ${metadata?.uid}`)
    .toSorted();
}
