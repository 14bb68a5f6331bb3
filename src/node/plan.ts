import { semanticEqual } from '../api/deep.js';
import type { PodStatus } from '../api/generated/core-v1.js';
import type { Plan } from '../reconcile/contract.js';
import type { PodAction } from './actions.js';
import type { PodFacts } from './facts.js';
import { deadlineMs, endingOf, planEnd } from './planning/ending.js';
import { podStatus } from './planning/pod-status.js';
import { type PodView, podView } from './planning/pod-view.js';
import { earliest, planRun } from './planning/run.js';

const RUNTIME_RETRY_MS = 500;

/** Decides what is next for one Pod of this node. */
export function plan(facts: PodFacts, now: Date): Plan<PodAction> {
  if (!facts.runtime.known) {
    const message = `the container runtime cannot be asked: ${facts.runtime.why}`;
    return {
      actions: [],
      waitingFor: { reason: 'RuntimeUnavailable', message, unblockedBy: 'containerd' },
      lookAgainAfterMs: RUNTIME_RETRY_MS,
    };
  }
  const view = podView(facts, facts.runtime.value, now.getTime());
  const ending = endingOf(view);
  if (ending === undefined) return runningPlan(view);
  const end = planEnd(view, ending);
  const status = podStatus(view, new Map(), { ending, stopped: end.stopped });
  return {
    actions: [...stopProbes(view), ...writeStatus(view, status), ...end.actions],
    waitingFor: end.waitingFor,
    lookAgainAfterMs: after(view, earliest(retries(view))),
  };
}

function runningPlan(view: PodView): Plan<PodAction> {
  const run = planRun(view);
  const status = podStatus(view, run.waiting, { ending: undefined, stopped: false });
  return {
    actions: [...stopProbes(view), ...writeStatus(view, status), ...run.actions],
    waitingFor: run.waitingFor,
    lookAgainAfterMs: after(
      view,
      earliest([run.againAtMs, deadlineMs(view), renewalMs(view), ...retries(view)]),
    ),
  };
}

/** When the steps that have failed may be tried again. */
function retries(view: PodView): readonly number[] {
  return [...view.facts.failures.values()]
    .map(({ retryAtMs }) => retryAtMs)
    .filter((atMs) => atMs > view.nowMs);
}

/** When a token is to be renewed; one that is due already is being renewed. */
function renewalMs({ facts, nowMs }: PodView): number | undefined {
  const { renewAtMs } = facts.volumes;
  return renewAtMs === undefined || renewAtMs <= nowMs ? undefined : renewAtMs;
}

function after(view: PodView, atMs: number | undefined): number | undefined {
  return atMs === undefined ? undefined : Math.max(1, atMs - view.nowMs);
}

function writeStatus(view: PodView, status: PodStatus): readonly PodAction[] {
  if (semanticEqual(view.pod.status, status)) return [];
  return [{ type: 'writeStatus', pod: view.pod, status }];
}

/** Containers that have ended are not probed; those of a Pod that is ending are only asked whether they are ready. */
function stopProbes(view: PodView): readonly PodAction[] {
  const running = new Set(
    view.runtime.containers.filter(({ phase }) => phase === 'running').map(({ id }) => id),
  );
  const ids = [...view.facts.probes.keys()].filter((id) => !running.has(id));
  return ids.length === 0 ? [] : [{ type: 'stopProbes', pod: view.pod, ids }];
}
