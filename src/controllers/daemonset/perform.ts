import type { DaemonSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo, withOwnerReference, withoutOwnerReference } from '../../api/owner.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { Clock } from '../../lib/clock.js';
import { messageOf } from '../../lib/errors.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { DaemonSetAction } from './actions.js';
import type { FailureMemory } from './failure-memory.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly failures: FailureMemory;
}

/** Makes the one write of an action, guarded by resourceVersion or uid, and tells of it in an Event. */
export async function perform(deps: PerformDeps, action: DaemonSetAction): Promise<void> {
  const { client } = deps;
  const { set } = action;
  switch (action.type) {
    case 'createPod':
      return createPod(deps, set, action.pod);
    case 'deletePod':
      return deletePod(deps, action);
    case 'adoptPod': {
      await requireLiving(client, set);
      await client.update(kinds.Pod, { ...action.pod, metadata: owned(set, action.pod) });
      return;
    }
    case 'releasePod': {
      const metadata = withoutOwnerReference(action.pod.metadata ?? {}, set.metadata?.uid ?? '');
      await client.update(kinds.Pod, { ...action.pod, metadata });
      return;
    }
    case 'updateStatus':
      await client.patchStatus(kinds.DaemonSet, set, action.status);
      return;
    default:
      return performOnRevision(client, action);
  }
}

function owned(set: DaemonSet, { metadata = {} }: Pick<Pod, 'metadata'>): NonNullable<Pod['metadata']> {
  return withOwnerReference(metadata, ownerReferenceTo(kinds.DaemonSet, set));
}

async function createPod({ client, events }: PerformDeps, set: DaemonSet, pod: Pod): Promise<void> {
  const about = referenceTo(kinds.DaemonSet, set);
  try {
    const created = await client.create(kinds.Pod, pod);
    events.event(about, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata?.name}`);
  } catch (error) {
    events.event(about, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
    throw error;
  }
}

type Deletion = Extract<DaemonSetAction, { readonly type: 'deletePod' }>;

async function deletePod(deps: PerformDeps, action: Deletion): Promise<void> {
  const { client, events, failures, clock } = deps;
  const { set, pod, node, cause } = action;
  const { namespace, name = '', uid } = pod.metadata ?? {};
  const about = referenceTo(kinds.DaemonSet, set);
  announceEnd(events, action);
  if (cause === 'failed') failures.note(set, node, clock.now());
  try {
    await client.delete(kinds.Pod, { namespace, name }, { preconditions: { uid } });
    events.event(about, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
  } catch (error) {
    if (isNotFound(error)) return;
    events.event(about, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
    throw error;
  }
}

/** A daemon is not meant to end: that it did is told before its Pod is gone. */
function announceEnd(events: EventRecorder, { set, pod, node, cause }: Deletion): void {
  const about = referenceTo(kinds.DaemonSet, set);
  const which = `daemon pod ${pod.metadata?.namespace}/${pod.metadata?.name} on node ${node}`;
  if (cause === 'failed') {
    events.event(about, 'Warning', 'FailedDaemonPod', `Found failed ${which}, will try to kill it`);
  } else if (cause === 'succeeded') {
    events.event(about, 'Normal', 'SucceededDaemonPod', `Found succeeded ${which}, will try to delete it`);
  }
}

/** Asks the server, not the cache: a set that was deleted a moment ago adopts nothing any more. */
async function requireLiving(client: Client, set: DaemonSet): Promise<void> {
  const { namespace, name = '', uid } = set.metadata ?? {};
  const current = await client.get(kinds.DaemonSet, { namespace, name });
  if (current.metadata?.uid !== uid || current.metadata?.deletionTimestamp !== undefined) {
    throw new Error(`DaemonSet ${namespace}/${name} (uid ${uid}) adopts nothing: it was deleted`);
  }
}

type RevisionAction = Extract<DaemonSetAction, { readonly revision: object }>;

async function performOnRevision(client: Client, action: RevisionAction): Promise<void> {
  const { revision, set } = action;
  const { namespace, name = '', uid } = revision.metadata ?? {};
  switch (action.type) {
    case 'createRevision':
      await client.create(kinds.ControllerRevision, revision);
      return;
    case 'renumberRevision':
      await client.update(kinds.ControllerRevision, { ...revision, revision: action.number });
      return;
    case 'adoptRevision':
      await requireLiving(client, set);
      await client.update(kinds.ControllerRevision, { ...revision, metadata: owned(set, revision) });
      return;
    case 'deleteRevision':
      await client.delete(kinds.ControllerRevision, { namespace, name }, { preconditions: { uid } });
  }
}
