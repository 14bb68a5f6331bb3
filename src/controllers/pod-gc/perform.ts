import { kinds } from '../../api/kinds.js';
import { isPodFinished, setPodCondition } from '../../api/pods.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { PodGcAction } from './actions.js';

/** Marks a Pod that has not ended as Failed, so that whoever counts it knows, and removes it. */
export async function perform(client: Client, { pod, condition }: PodGcAction): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata ?? {};
  try {
    if (!isPodFinished(pod)) {
      const status =
        condition === undefined ? (pod.status ?? {}) : setPodCondition(pod.status ?? {}, condition);
      await client.patchStatus(kinds.Pod, pod, { phase: 'Failed', conditions: status.conditions });
    }
    await client.delete(kinds.Pod, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
