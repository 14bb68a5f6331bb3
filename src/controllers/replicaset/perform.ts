import type { ReplicaSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo, withOwnerReference, withoutOwnerReference } from '../../api/owner.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { messageOf } from '../../lib/errors.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { ReplicaSetAction } from './actions.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

/** Makes the one write of an action and tells of it in an Event. */
export async function perform(deps: PerformDeps, action: ReplicaSetAction): Promise<void> {
  const { client } = deps;
  const { set } = action;
  switch (action.type) {
    case 'createPod':
      return createPod(deps, set, action.pod);
    case 'deletePod':
      return deletePod(deps, set, action.pod);
    case 'adoptPod':
      return adopt(client, set, action.pod);
    case 'releasePod': {
      const metadata = withoutOwnerReference(action.pod.metadata ?? {}, set.metadata?.uid ?? '');
      await client.update(kinds.Pod, { ...action.pod, metadata });
      return;
    }
    case 'updateStatus':
      await client.patchStatus(kinds.ReplicaSet, set, action.status);
  }
}

async function createPod({ client, events }: PerformDeps, set: ReplicaSet, pod: Pod): Promise<void> {
  try {
    const created = await client.create(kinds.Pod, pod);
    events.event(
      referenceTo(kinds.ReplicaSet, set),
      'Normal',
      'SuccessfulCreate',
      `Created pod: ${created.metadata?.name}`,
    );
  } catch (error) {
    events.event(
      referenceTo(kinds.ReplicaSet, set),
      'Warning',
      'FailedCreate',
      `Error creating: ${messageOf(error)}`,
    );
    throw error;
  }
}

async function deletePod({ client, events }: PerformDeps, set: ReplicaSet, pod: Pod): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata ?? {};
  try {
    await client.delete(kinds.Pod, { namespace, name }, { preconditions: { uid } });
    events.event(referenceTo(kinds.ReplicaSet, set), 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
  } catch (error) {
    if (isNotFound(error)) return;
    events.event(
      referenceTo(kinds.ReplicaSet, set),
      'Warning',
      'FailedDelete',
      `Error deleting: ${messageOf(error)}`,
    );
    throw error;
  }
}

/** Asks the server, not the cache: a set that was deleted a moment ago adopts nothing any more. */
async function adopt(client: Client, set: ReplicaSet, pod: Pod): Promise<void> {
  const { namespace, name = '', uid } = set.metadata ?? {};
  const current = await client.get(kinds.ReplicaSet, { namespace, name });
  if (current.metadata?.uid !== uid || current.metadata?.deletionTimestamp !== undefined) {
    throw new Error(`ReplicaSet ${namespace}/${name} (uid ${uid}) adopts nothing: it was deleted`);
  }
  const metadata = withOwnerReference(pod.metadata ?? {}, ownerReferenceTo(kinds.ReplicaSet, set));
  await client.update(kinds.Pod, { ...pod, metadata });
}
