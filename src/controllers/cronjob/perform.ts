import type { CronJob, Job } from '../../api/generated/batch-v1.js';
import { kinds } from '../../api/kinds.js';
import { conflict, isAlreadyExists, isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { messageOf } from '../../lib/errors.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { Announcement, CronJobAction } from './actions.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

/** Makes the one write of an action and tells of it in an Event. */
export async function perform(deps: PerformDeps, action: CronJobAction): Promise<void> {
  const { cronJob } = action;
  switch (action.type) {
    case 'createJob':
      return unlessGone(createJob(deps, cronJob, action.job));
    case 'deleteJob':
      return deleteJob(deps, cronJob, action.job);
    case 'updateStatus':
      // Guarded by the resourceVersion: the status must follow from the very one that was read.
      await unlessGone(deps.client.updateSub(kinds.CronJob, { ...cronJob, status: action.status }, 'status'));
      for (const news of action.news) tell(deps, cronJob, news);
      return;
    case 'announce':
      return tell(deps, cronJob, action.news);
  }
}

/** A CronJob that is gone needs nothing any more. */
async function unlessGone(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function tell({ events }: PerformDeps, cronJob: CronJob, { type, reason, message }: Announcement): void {
  events.event(referenceTo(kinds.CronJob, cronJob), type, reason, message);
}

/** Asks the server, not the cache: nothing is started for a CronJob that was changed a moment ago. */
async function createJob(deps: PerformDeps, cronJob: CronJob, job: Job): Promise<void> {
  const { client } = deps;
  const { namespace, name = '', resourceVersion } = cronJob.metadata ?? {};
  const current = await client.get(kinds.CronJob, { namespace, name });
  if (current.metadata?.resourceVersion !== resourceVersion) throw conflict(kinds.CronJob, name);
  try {
    const created = await client.create(kinds.Job, job);
    const message = `Created job ${created.metadata?.name}`;
    tell(deps, cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message });
  } catch (error) {
    if (!isAlreadyExists(error)) {
      const message = `Error creating job: ${messageOf(error)}`;
      tell(deps, cronJob, { type: 'Warning', reason: 'FailedCreate', message });
    }
    throw error;
  }
}

async function deleteJob(deps: PerformDeps, cronJob: CronJob, job: Job): Promise<void> {
  const { namespace, name = '', uid } = job.metadata ?? {};
  const options = { propagationPolicy: 'Background', preconditions: { uid } } as const;
  try {
    await deps.client.delete(kinds.Job, { namespace, name }, options);
    tell(deps, cronJob, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${name}` });
  } catch (error) {
    if (isNotFound(error)) return;
    const message = `Deleted job: ${messageOf(error)}`;
    tell(deps, cronJob, { type: 'Warning', reason: 'FailedDelete', message });
    throw error;
  }
}
