import { isPodReady } from '../../api/pods.js';
import { wantedOf } from '../../controllers/disruption/counts.js';
import type { DisruptionFacts } from '../../controllers/disruption/facts.js';
import { observe, openCaches } from '../../controllers/disruption/observe.js';
import { planDisruption } from '../../controllers/disruption/plan.js';
import { linkOf } from '../from-plan.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { heldByFinalizers, keyOfSubject, missing, settled, subjectOf } from './common.js';

/** Why a PodDisruptionBudget refuses an eviction. */
export async function explainBudget(about: Subject, reader: Reader): Promise<Link> {
  const facts = await observe(openCaches(reader.client), keyOfSubject(about));
  if (facts === undefined) return missing(about);
  const { metadata, status } = facts.budget;
  if (metadata?.deletionTimestamp !== undefined) return heldByFinalizers(about, metadata.finalizers ?? []);
  const { waitingFor } = planDisruption(facts, reader.now);
  if (waitingFor === undefined) {
    const allowed = status?.disruptionsAllowed ?? 0;
    return settled(about, `it allows ${allowed} ${allowed === 1 ? 'eviction' : 'evictions'} now`);
  }
  const link = linkOf(about, waitingFor);
  return { ...link, message: link.message.replace(/^PodDisruptionBudget \S+/, 'it'), ...wayOn(facts) };
}

function wayOn(facts: DisruptionFacts): Pick<Link, 'on' | 'unblockedBy'> {
  const wanted = wantedOf(facts);
  if (wanted.failure !== undefined) {
    return { unblockedBy: 'Pods whose owner has a number of replicas, or minAvailable as a plain number' };
  }
  if (facts.pods.length === 0) return { unblockedBy: 'a Pod with the labels that it selects' };
  const ill = facts.pods.find(({ pod }) => !isPodReady(pod))?.pod;
  if (ill !== undefined) return { on: subjectOf('Pod', ill) };
  return wanted.expected <= wanted.desired
    ? { unblockedBy: 'more replicas than it wants healthy, or a budget that wants fewer' }
    : { unblockedBy: 'the evictions that were allowed are done' };
}
