import type { Binding, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { setPodCondition } from '../../api/pods.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { Clock } from '../../lib/clock.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { SchedulerAction } from './actions.js';
import { schedulerName } from './facts.js';
import { preemptedReason } from './preemption.js';
import { selectedNode } from './volumes.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly events: EventRecorder;
}

/** Makes the writes of an action, each guarded by uid or resourceVersion. */
export async function perform(deps: PerformDeps, action: SchedulerAction): Promise<void> {
  const { client } = deps;
  switch (action.type) {
    case 'bind':
      return bind(deps, action.pod, action.nodeName);
    case 'selectNode': {
      const { claim, nodeName } = action;
      const annotations = { ...claim.metadata?.annotations, [selectedNode]: nodeName };
      await client.update(kinds.PersistentVolumeClaim, {
        ...claim,
        metadata: { ...claim.metadata, annotations },
      });
      return;
    }
    case 'holdVolume':
      await client.update(kinds.PersistentVolume, action.volume);
      return;
    case 'preempt':
      return preempt(deps, action);
    case 'unpromise':
      await client.patchStatus(kinds.Pod, action.pod, { nominatedNodeName: null });
      return;
    case 'setStatus': {
      const { conditions, nominatedNodeName = null } = action.status;
      await client.patchStatus(kinds.Pod, action.pod, { conditions, nominatedNodeName });
    }
  }
}

async function bind({ client, events }: PerformDeps, pod: Pod, nodeName: string): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata ?? {};
  const body: Binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { namespace, name, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
  };
  await client.createSub(kinds.Pod, { namespace, name }, 'binding', body);
  const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
  events.event(referenceTo(kinds.Pod, pod), 'Normal', 'Scheduled', message);
}

type Preempt = Extract<SchedulerAction, { readonly type: 'preempt' }>;

/** The victim's condition tells why before it goes; it has the time that it asks for to end. */
async function preempt({ client, clock, events }: PerformDeps, action: Preempt): Promise<void> {
  const { victim, pod, nodeName } = action;
  const { namespace, name = '', uid } = victim.metadata ?? {};
  const { conditions } = setPodCondition(victim.status ?? {}, {
    type: 'DisruptionTarget',
    status: 'True',
    reason: preemptedReason,
    message: `${pod.spec?.schedulerName ?? schedulerName}: preempting to accommodate a higher priority pod`,
    lastTransitionTime: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
  });
  try {
    await client.patchStatus(kinds.Pod, victim, { conditions });
    await client.delete(kinds.Pod, { namespace, name }, { preconditions: { uid } });
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  const message = `Preempted by pod ${pod.metadata?.uid ?? ''} on node ${nodeName}`;
  events.event(referenceTo(kinds.Pod, victim), 'Normal', 'Preempted', message);
}
