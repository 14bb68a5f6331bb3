import type { Job, JobStatus } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo, withOwnerReference, withoutOwnerReference } from '../../api/owner.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { messageOf } from '../../lib/errors.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { JobAction } from './actions.js';
import { announcements } from './announce.js';
import { isTracked, trackingFinalizer } from './tracking.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

/** Makes the one write of an action and tells of it in an Event. */
export async function perform(deps: PerformDeps, action: JobAction): Promise<void> {
  const { client } = deps;
  switch (action.type) {
    case 'createPod':
      return createPod(deps, action.job, action.pod);
    case 'deletePod':
      if (action.uncounted) await untrack(client, action.pod);
      return deletePod(deps, action.job, action.pod);
    case 'adoptPod':
      return adopt(client, action.job, action.pod);
    case 'releasePod':
      return release(client, action.job, action.pod);
    case 'untrackPod':
      return untrack(client, action.pod);
    case 'updateStatus':
      return updateStatus(deps, action.job, action.status);
    case 'deleteJob': {
      const { namespace, name = '', uid } = action.job.metadata ?? {};
      const options = { propagationPolicy: 'Foreground', preconditions: { uid } } as const;
      return unlessGone(client.delete(kinds.Job, { namespace, name }, options));
    }
  }
}

async function unlessGone(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function createPod({ client, events }: PerformDeps, job: Job, pod: Pod): Promise<void> {
  const about = referenceTo(kinds.Job, job);
  try {
    const created = await client.create(kinds.Pod, pod);
    events.event(about, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata?.name}`);
  } catch (error) {
    events.event(about, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
    throw error;
  }
}

async function deletePod({ client, events }: PerformDeps, job: Job, pod: Pod): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata ?? {};
  const about = referenceTo(kinds.Job, job);
  try {
    await client.delete(kinds.Pod, { namespace, name }, { preconditions: { uid } });
    events.event(about, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
  } catch (error) {
    if (isNotFound(error)) return;
    events.event(about, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
    throw error;
  }
}

/** Takes the finalizer away, by which the Pod may go. */
async function untrack(client: Client, pod: Pod): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata ?? {};
  const key = { namespace, name, ...(uid !== undefined && { uid }) };
  await unlessGone(
    client.modify(kinds.Pod, key, (current) => (isTracked(current) ? untracked(current) : undefined)),
  );
}

function untracked(pod: Pod): Pod {
  const finalizers = (pod.metadata?.finalizers ?? []).filter((name) => name !== trackingFinalizer);
  return { ...pod, metadata: { ...pod.metadata, finalizers } };
}

function release(client: Client, job: Job, pod: Pod): Promise<void> {
  const freed = untracked(pod);
  const metadata = withoutOwnerReference(freed.metadata ?? {}, job.metadata?.uid ?? '');
  return unlessGone(client.update(kinds.Pod, { ...freed, metadata }));
}

/** Asks the server, not the cache: a Job that was deleted a moment ago adopts nothing any more. */
async function adopt(client: Client, job: Job, pod: Pod): Promise<void> {
  const { namespace, name = '', uid } = job.metadata ?? {};
  const current = await client.get(kinds.Job, { namespace, name });
  if (current.metadata?.uid !== uid || current.metadata?.deletionTimestamp !== undefined) {
    throw new Error(`Job ${namespace}/${name} (uid ${uid}) adopts nothing: it was deleted`);
  }
  const metadata = withOwnerReference(pod.metadata ?? {}, ownerReferenceTo(kinds.Job, job));
  const finalizers = [...new Set([...(metadata.finalizers ?? []), trackingFinalizer])];
  await client.update(kinds.Pod, { ...pod, metadata: { ...metadata, finalizers } });
}

/** Guarded by the resourceVersion: counters must follow from the very status that was read. */
async function updateStatus({ client, events }: PerformDeps, job: Job, status: JobStatus): Promise<void> {
  await unlessGone(client.updateSub(kinds.Job, { ...job, status }, 'status'));
  for (const { type, reason, message } of announcements(job, status)) {
    events.event(referenceTo(kinds.Job, job), type, reason, message);
  }
}
