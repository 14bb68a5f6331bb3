import type { CronJob } from '../../api/generated/batch-v1.js';
import { observe, openCaches } from '../../controllers/cronjob/observe.js';
import { planCronJob } from '../../controllers/cronjob/plan.js';
import type { Waiting } from '../../reconcile/contract.js';
import { linkOf } from '../from-plan.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { heldByFinalizers, keyOfSubject, kubectl, missing, settled } from './common.js';
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
  return { ...linkOf(about, waitingFor), ...wayOn(about, waitingFor, spec) };
}

function wayOn(
  about: Subject,
  { reason, message, on }: Waiting,
  { timeZone }: CronJob['spec'],
): Pick<Link, 'unblockedBy'> & Partial<Pick<Link, 'message'>> {
  switch (reason) {
    case 'NeverStarts': {
      const what = timeZone === undefined ? 'spec.schedule' : 'spec.schedule or spec.timeZone';
      return {
        message: `it never starts: ${message}`,
        unblockedBy: `${kubectl('edit', about)}: correct ${what}`,
      };
    }
    case 'Suspended':
      return { unblockedBy: `${kubectl('patch', about)} -p '{"spec":{"suspend":false}}'` };
    case 'NameTaken':
      return on === undefined
        ? {}
        : { unblockedBy: `${kubectl('delete', { ...about, ...on })}, or wait for the next` };
    case 'MissedStart':
      return { unblockedBy: 'the next start, or a longer spec.startingDeadlineSeconds' };
    default:
      return {};
  }
}
