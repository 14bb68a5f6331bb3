import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo, withOwnerReference, withoutOwnerReference } from '../../api/owner.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { messageOf } from '../../lib/errors.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { DeploymentAction } from './actions.js';
import { replicasOf } from './numbers.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

/** Makes the one write of an action and tells of sizes in Events, in Kubernetes' words. */
export async function perform(deps: PerformDeps, action: DeploymentAction): Promise<void> {
  const { client } = deps;
  const { deployment } = action;
  switch (action.type) {
    case 'createReplicaSet':
      return createReplicaSet(deps, deployment, action.replicaSet);
    case 'updateReplicaSet':
      await client.update(kinds.ReplicaSet, action.replicaSet);
      tellSize(deps, { deployment, replicaSet: action.replicaSet, from: action.from });
      return;
    case 'deleteReplicaSet':
      return deleteReplicaSet(client, action.replicaSet);
    case 'adoptReplicaSet':
      return adopt(client, deployment, action.replicaSet);
    case 'releaseReplicaSet': {
      const { replicaSet } = action;
      const metadata = withoutOwnerReference(replicaSet.metadata ?? {}, deployment.metadata?.uid ?? '');
      await client.update(kinds.ReplicaSet, { ...replicaSet, metadata });
      return;
    }
    case 'annotate': {
      const { namespace, name = '', uid } = deployment.metadata ?? {};
      const body = { metadata: { uid, annotations: action.annotations } };
      // Beside the status: a note of the controller's is no change of what the user wants, and counts as none.
      await client.patch(
        kinds.Deployment,
        { namespace, name },
        { type: 'application/merge-patch+json', body, subresource: 'status' },
      );
      return;
    }
    case 'updateStatus':
      await client.patchStatus(kinds.Deployment, deployment, action.status);
  }
}

function tellSize(
  { events }: PerformDeps,
  { deployment, replicaSet, from }: { deployment: Deployment; replicaSet: ReplicaSet; from: number },
): void {
  const to = replicasOf(replicaSet);
  if (to === from) return;
  const direction = to > from ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${replicaSet.metadata?.name} from ${from} to ${to}`;
  events.event(referenceTo(kinds.Deployment, deployment), 'Normal', 'ScalingReplicaSet', message);
}

async function createReplicaSet(
  deps: PerformDeps,
  deployment: Deployment,
  replicaSet: ReplicaSet,
): Promise<void> {
  try {
    await deps.client.create(kinds.ReplicaSet, replicaSet);
  } catch (error) {
    const message = `Failed to create new replica set "${replicaSet.metadata?.name}": ${messageOf(error)}`;
    deps.events.event(referenceTo(kinds.Deployment, deployment), 'Warning', 'ReplicaSetCreateError', message);
    throw error;
  }
  tellSize(deps, { deployment, replicaSet, from: 0 });
}

async function deleteReplicaSet(client: Client, replicaSet: ReplicaSet): Promise<void> {
  const { namespace, name = '', uid } = replicaSet.metadata ?? {};
  try {
    await client.delete(kinds.ReplicaSet, { namespace, name }, { preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Asks the server, not the cache: a Deployment that was deleted a moment ago adopts nothing any more. */
async function adopt(client: Client, deployment: Deployment, replicaSet: ReplicaSet): Promise<void> {
  const { namespace, name = '', uid } = deployment.metadata ?? {};
  const current = await client.get(kinds.Deployment, { namespace, name });
  if (current.metadata?.uid !== uid || current.metadata?.deletionTimestamp !== undefined) {
    throw new Error(`Deployment ${namespace}/${name} (uid ${uid}) adopts nothing: it was deleted`);
  }
  const metadata = withOwnerReference(
    replicaSet.metadata ?? {},
    ownerReferenceTo(kinds.Deployment, deployment),
  );
  await client.update(kinds.ReplicaSet, { ...replicaSet, metadata });
}
