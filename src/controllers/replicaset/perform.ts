import { semanticEqual } from '../../api/deep.js';
import type { ReplicaSetStatus } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo, withOwnerReference, withoutOwnerReference } from '../../api/owner.js';
import { isNotFound, StatusError } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { messageOf } from '../../lib/errors.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { ReplicaSetAction } from './actions.js';
import { withRefusal } from './failure.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

type ActionOf<Type extends ReplicaSetAction['type']> = ReplicaSetAction & { readonly type: Type };

/** Makes the one write of an action and tells of it in an Event. */
export async function perform(deps: PerformDeps, action: ReplicaSetAction): Promise<void> {
  const { client } = deps;
  const { set } = action;
  switch (action.type) {
    case 'createPod':
      return createPod(deps, action);
    case 'deletePod':
      return deletePod(deps, action);
    case 'adoptPod':
      return adopt(client, action, action.pod);
    case 'releasePod': {
      const metadata = withoutOwnerReference(action.pod.metadata ?? {}, set.metadata?.uid ?? '');
      await client.update(kinds.Pod, { ...action.pod, metadata });
      return;
    }
    case 'updateStatus':
      // A merge patch takes away what is null, and leaves what it does not name.
      await client.patchStatus(action.row, set, { conditions: null, ...action.status });
  }
}

async function createPod(deps: PerformDeps, action: ActionOf<'createPod'>): Promise<void> {
  const about = referenceTo(action.row, action.set);
  try {
    const created = await deps.client.create(kinds.Pod, action.pod);
    deps.events.event(about, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata?.name}`);
  } catch (error) {
    // A Namespace on its way out takes the set along: nothing is wrong with either.
    if (!isOfEndingNamespace(error)) {
      deps.events.event(about, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
      await tellRefusal(deps.client, action, messageOf(error));
    }
    throw error;
  }
}

async function deletePod(deps: PerformDeps, action: ActionOf<'deletePod'>): Promise<void> {
  const { namespace, name = '', uid } = action.pod.metadata ?? {};
  const about = referenceTo(action.row, action.set);
  try {
    await deps.client.delete(kinds.Pod, { namespace, name }, { preconditions: { uid } });
    deps.events.event(about, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
  } catch (error) {
    if (isNotFound(error)) return;
    deps.events.event(about, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
    await tellRefusal(deps.client, action, messageOf(error));
    throw error;
  }
}

function isOfEndingNamespace(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false;
  return error.status.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') ?? false;
}

/** The counts of the pass that failed, and why it did: the pass ends here, and its own `updateStatus` is not reached. */
async function tellRefusal(
  client: Client,
  { row, set, ifRefused }: ActionOf<'createPod' | 'deletePod'>,
  message: string,
): Promise<void> {
  const status: ReplicaSetStatus = withRefusal(ifRefused, message);
  if (!semanticEqual(set.status, status)) await client.patchStatus(row, set, status);
}

/** Asks the server, not the cache: a set that was deleted a moment ago adopts nothing any more. */
async function adopt(client: Client, { row, set }: ReplicaSetAction, pod: Pod): Promise<void> {
  const { namespace, name = '', uid } = set.metadata ?? {};
  const current = await client.get(row, { namespace, name });
  if (current.metadata?.uid !== uid || current.metadata?.deletionTimestamp !== undefined) {
    throw new Error(`${row.kind} ${namespace}/${name} (uid ${uid}) adopts nothing: it was deleted`);
  }
  const metadata = withOwnerReference(pod.metadata ?? {}, ownerReferenceTo(row, set));
  await client.update(kinds.Pod, { ...pod, metadata });
}
