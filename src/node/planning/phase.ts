import type { Container, ContainerStatus } from '../../api/generated/core-v1.js';
import { type PodView, roleOf } from './pod-view.js';

type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

interface Counts {
  running: number;
  waiting: number;
  stopped: number;
  succeeded: number;
}

/** The Pod's phase, by the rules of the kubelet. A phase that is final stays. */
export function phaseOf(view: PodView, statuses: ReadonlyMap<string, ContainerStatus>): Phase {
  const { phase } = view.pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') return phase;
  const init = initPhase(view, statuses);
  if (init !== undefined) return init;
  const counts = count(view.spec.containers, statuses);
  if (counts.waiting > 0) return 'Pending';
  if (counts.running > 0) return 'Running';
  if (counts.stopped === 0) return 'Pending';
  return stoppedPhase(view, counts);
}

function stoppedPhase(view: PodView, counts: Counts): Phase {
  const policy = view.spec.restartPolicy ?? 'Always';
  if (policy === 'Always') return 'Running';
  if (counts.stopped === counts.succeeded) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

/** `Pending` or `Failed` while init containers hold the rest back; undefined when they do not. */
function initPhase(view: PodView, statuses: ReadonlyMap<string, ContainerStatus>): Phase | undefined {
  const anyMain = view.spec.containers.some(
    (container) => statuses.get(container.name)?.containerID !== undefined,
  );
  if (anyMain) return undefined;
  let pending = false;
  for (const container of view.spec.initContainers ?? []) {
    const status = statuses.get(container.name);
    const { terminated } = status?.state ?? {};
    const failed = (terminated ?? status?.lastState?.terminated)?.exitCode ?? 0;
    if (roleOf(view, container) === 'sidecar') pending ||= status?.started !== true;
    else if (failed !== 0 && view.spec.restartPolicy === 'Never') return 'Failed';
    else pending ||= terminated?.exitCode !== 0;
  }
  return pending ? 'Pending' : undefined;
}

function count(containers: readonly Container[], statuses: ReadonlyMap<string, ContainerStatus>): Counts {
  const counts: Counts = { running: 0, waiting: 0, stopped: 0, succeeded: 0 };
  for (const { name } of containers) {
    const { state, lastState } = statuses.get(name) ?? {};
    const ended = state?.terminated ?? (state?.running === undefined ? lastState?.terminated : undefined);
    if (state?.running !== undefined) counts.running += 1;
    else if (ended === undefined) counts.waiting += 1;
    else counts.stopped += 1;
    if (ended?.exitCode === 0) counts.succeeded += 1;
  }
  return counts;
}
