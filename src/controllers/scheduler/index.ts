import { kinds } from '../../api/kinds.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { ControllerDeps } from '../../reconcile/deps.js';
import { startReconciler } from '../../reconcile/driver.js';
import { createEventRecorder, referenceTo } from '../../reconcile/events.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import type { Running } from '../../reconcile/running.js';
import { describeAction, type SchedulerAction } from './actions.js';
import { assume, retract } from './assume.js';
import { Backlog } from './backlog.js';
import { type SchedulerFacts, schedulerName } from './facts.js';
import { observe, openCaches, openView, rankOf, sources } from './observe.js';
import { perform } from './perform.js';
import { planScheduling, type SchedulingPlan } from './plan.js';

/** Pods whose writes are on their way at a time. Each is planned alone, and what was decided counts at once. */
const workers = 8;

/** Starts the scheduler. */
export function startScheduler({ client, clock, log, random }: ControllerDeps): Running {
  const caches = openCaches(client);
  const backlog = new Backlog();
  const observer = {
    caches,
    backlog,
    view: openView(caches),
    nowMs: () => clock.now(),
    tieBreak: () => random.next(),
  };
  const events = createEventRecorder({ client, clock, component: schedulerName });
  const reconciler = {
    name: 'scheduler',
    observe: async (key: string) => observe(observer, key),
    plan: (facts: SchedulerFacts, now: Date): SchedulingPlan => {
      const plan = planScheduling(facts, now);
      backlog.note(keyOf(facts.pod), plan, now.getTime());
      assume(observer.view, plan.actions);
      return plan;
    },
    perform: async (action: SchedulerAction) => {
      try {
        await perform({ client, clock, events }, action);
      } catch (error) {
        retract(observer.view, action, (pod) => caches.pods.get(splitKey(keyOf(pod))));
        throw error;
      }
    },
  };
  const onWaiting = (key: string, waiting: Waiting | undefined): void => {
    const pod = caches.pods.get(splitKey(key));
    if (pod === undefined || waiting === undefined) return;
    if (waiting.reason !== 'Unschedulable' && waiting.reason !== 'WaitingForVictims') return;
    events.event(referenceTo(kinds.Pod, pod), 'Warning', 'FailedScheduling', waiting.message);
  };
  return startReconciler({
    reconciler,
    sources: sources(observer),
    caches: Object.values(caches),
    rankOf: (key) => rankOf(caches, key),
    clock,
    log,
    workers,
    onWaiting,
    describeAction,
  });
}
