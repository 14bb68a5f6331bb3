import type { Pod } from '../../api/generated/core-v1.js';
import { type PodTrouble, podTrouble } from '../../api/pod-progress.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { Managed } from './manage.js';
import type { Outcome } from './outcome.js';
import type { JobView } from './view.js';

/** Stable codes of what a Job waits for; where a Pod of it has not started, the codes of Pods (`PodTrouble`) come to them. */
export const waitReasons = [
  'ManagedElsewhere',
  'Ending',
  'Suspended',
  'BackOff',
  'PodsRunning',
  'PodsTerminating',
  'PodsStarting',
  'NoParallelism',
] as const;

/** A wait of a Job. */
export interface JobWait extends Waiting {
  readonly reason: (typeof waitReasons)[number] | PodTrouble['reason'];
}

/** To be at work is the ordinary course of a Job, and that it is suspended stands in its conditions. */
export function isWaitNews({ reason }: Waiting): boolean {
  return reason !== 'PodsRunning' && reason !== 'Suspended';
}

/** Why a Job that is not over does nothing now. */
export function waitOf(view: JobView, managed: Managed, outcome: Outcome | undefined): JobWait {
  const { job, terminating } = view;
  if (outcome !== undefined) {
    const message = `it ends (${outcome.reason}) and waits for its Pods to stop and to be counted`;
    return { reason: 'Ending', message, ...about(terminating[0]) };
  }
  if (job.spec?.suspend === true) {
    return { reason: 'Suspended', message: 'it is suspended', unblockedBy: 'spec.suspend: false' };
  }
  return waitForPods(view, managed);
}

function waitForPods({ job, active, terminating, succeeded, failed }: JobView, managed: Managed): JobWait {
  if (managed.backoffMs !== undefined) {
    const seconds = Math.ceil(managed.backoffMs / 1000);
    const message = `the next Pod has to wait ${seconds} s, since ${failed} failed before`;
    return { reason: 'BackOff', message, unblockedBy: 'the end of the back-off' };
  }
  const troubled = active.find((pod) => podTrouble(pod) !== undefined && pod.status?.phase !== 'Running');
  if (troubled !== undefined) {
    const trouble = podTrouble(troubled);
    const message = `${troubled.metadata?.name} ${trouble?.message}`;
    return { reason: trouble?.reason ?? 'PodNotRunning', message, ...about(troubled) };
  }
  const goal = job.spec?.completions ?? 'at least one';
  const progress = `${succeeded} of ${goal} have succeeded`;
  if (active.length > 0) {
    const message = `${active.length} of its Pods run, ${progress}`;
    return { reason: 'PodsRunning', message, ...about(active[0]) };
  }
  if (terminating.length > 0) {
    const message = `Pods are replaced only once they have ended, and ${terminating.length} still stop`;
    return { reason: 'PodsTerminating', message, ...about(terminating[0]) };
  }
  if (job.spec?.parallelism === 0) {
    return {
      reason: 'NoParallelism',
      message: `it may run no Pod, ${progress}`,
      unblockedBy: 'spec.parallelism',
    };
  }
  return { reason: 'PodsStarting', message: `its Pods are being made, ${progress}` };
}

function about(pod: Pod | undefined): Pick<Waiting, 'on'> {
  if (pod === undefined) return {};
  const { namespace, name = '' } = pod.metadata ?? {};
  return { on: { kind: 'Pod', ...(namespace !== undefined && { namespace }), name } };
}
