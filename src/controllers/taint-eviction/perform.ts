import { kinds } from '../../api/kinds.js';
import { setPodCondition } from '../../api/pods.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { EvictionAction } from './actions.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

/** Deletes a Pod, with its grace, after its condition says why. */
export async function perform({ client, events }: PerformDeps, { pod, at }: EvictionAction): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata ?? {};
  const { conditions } = setPodCondition(pod.status ?? {}, {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
    lastTransitionTime: at,
  });
  const message = `Marking for deletion Pod ${namespace}/${name}`;
  events.event(referenceTo(kinds.Pod, pod), 'Normal', 'TaintManagerEviction', message);
  try {
    await client.patchStatus(kinds.Pod, pod, { conditions });
    await client.delete(kinds.Pod, { namespace, name }, { preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
