import { observe, openCaches } from '../../controllers/cronjob/observe.js';
import { planCronJob } from '../../controllers/cronjob/plan.js';
import { linkOf } from '../from-plan.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { heldByFinalizers, keyOfSubject, missing, settled } from './common.js';
import { creationRefused, refusalOf } from './refusal.js';

/** Why a CronJob starts no Job now. */
export async function explainCronJob(about: Subject, reader: Reader): Promise<Link> {
  const facts = await observe(openCaches(reader.client), keyOfSubject(about));
  if (facts === undefined) return missing(about);
  const { metadata, spec, status } = facts.cronJob;
  if (metadata?.deletionTimestamp !== undefined) return heldByFinalizers(about, metadata.finalizers ?? []);
  const { actions, waitingFor } = planCronJob(facts, reader.now);
  if (actions.some(({ type }) => type === 'createJob')) {
    const refused = await refusalOf(about, { owner: facts.cronJob }, reader);
    if (refused !== undefined) return creationRefused(about, 'its Job', refused);
  }
  if (waitingFor === undefined) return settled(about, 'it waits for nothing that is known');
  const running = (status?.active ?? []).map(({ name }) => `Job ${name} runs`);
  if (waitingFor.reason === 'NextStart') {
    const message = [waitingFor.message, ...running].join('; ');
    return { ...settled(about, message), reason: 'NextStart' };
  }
  const link = linkOf(about, waitingFor);
  if (link.reason === 'NeverStarts') {
    const what = spec.timeZone === undefined ? 'spec.schedule' : 'spec.schedule and spec.timeZone';
    return { ...link, message: `it never starts: ${link.message}`, unblockedBy: `${what} can be read` };
  }
  if (link.reason === 'MissedStart') {
    return { ...link, unblockedBy: 'the next start, or a longer spec.startingDeadlineSeconds' };
  }
  return link;
}
