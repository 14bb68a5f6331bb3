import type { Job } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { everyContainerStatus } from '../../api/pods.js';
import { observe, openCaches } from '../../controllers/job/observe.js';
import { planJob } from '../../controllers/job/plan.js';
import { linkOfPlan } from '../from-plan.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { isReason, type Reason } from '../reasons.js';
import { heldByFinalizers, keyOfSubject, kubectl, missing, settled } from './common.js';
import { endText } from './containers.js';
import { creationRefused, refusalOf } from './refusal.js';

/** Why a Job is not complete, or why it failed. */
export async function explainJob(about: Subject, reader: Reader): Promise<Link> {
  const facts = await observe(openCaches(reader.client), keyOfSubject(about));
  const job = facts?.job;
  if (facts === undefined || job === undefined) return missing(about);
  const over = explainEnd(about, job, facts.pods);
  if (over !== undefined) return over;
  const { deletionTimestamp, finalizers = [] } = job.metadata ?? {};
  if (deletionTimestamp !== undefined) return heldByFinalizers(about, finalizers);
  const plan = planJob(facts, reader.now);
  const link = linkOfPlan(about, plan);
  if (link === undefined) return settled(about, 'it waits for nothing that is known');
  if (plan.actions.some(({ type }) => type === 'createPod')) {
    const refused = await refusalOf(about, { owner: job, pods: facts.pods }, reader);
    if (refused !== undefined) return creationRefused(about, 'its Pods', refused);
  }
  if (link.reason === 'Suspended')
    return { ...link, unblockedBy: `${kubectl('patch', about)} -p '{"spec":{"suspend":false}}'` };
  const last = link.reason === 'BackOff' ? lastFailure(facts.pods) : '';
  return { ...link, message: `${lostIndexes(job)}${link.message}${last}` };
}

function explainEnd(about: Subject, job: Job, pods: readonly Pod[]): Link | undefined {
  const { conditions = [], succeeded = 0 } = job.status ?? {};
  const end = conditions.find(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  );
  if (end === undefined) return undefined;
  const { reason = '', message = '' } = end;
  if (end.type === 'Complete') {
    const by = reason === 'SuccessPolicy' ? ` (by its success policy: ${message})` : '';
    return { ...settled(about, `it is complete: ${succeeded} succeeded${by}`), reason: 'JobComplete' };
  }
  return {
    about,
    settled: false,
    reason: isReason(reason) ? reason : ('JobFailed' satisfies Reason),
    message: `it has failed for good: ${message || reason}; ${lostIndexes(job)}${succeeded} succeeded, ${job.status?.failed ?? 0} failed${lastFailure(pods)}`,
    unblockedBy: `mend what made it fail, ${kubectl('delete', about)}, then create it again: a Job that has failed is not run again`,
  };
}

function lostIndexes({ status }: Job): string {
  const { failedIndexes } = status ?? {};
  if (!failedIndexes) return '';
  const which = /^\d+$/.test(failedIndexes)
    ? `index ${failedIndexes} has`
    : `the indexes ${failedIndexes} have`;
  return `${which} failed for good; `;
}

function endedAt(pod: Pod): number {
  const ends = everyContainerStatus(pod).map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''));
  return Math.max(0, ...ends.filter((ms) => !Number.isNaN(ms)));
}

/** How the Pod that failed last did so. */
function lastFailure(pods: readonly Pod[]): string {
  const failed = pods.filter(({ status }) => status?.phase === 'Failed');
  const last = failed.toSorted((a, b) => endedAt(a) - endedAt(b)).at(-1);
  return last === undefined ? '' : `; ${last.metadata?.name} failed last: ${endText(last)}`;
}
