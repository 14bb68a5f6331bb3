import { type FeatureGates, gatesWith } from '../../api/feature-gates.js';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import { kinds } from '../../api/kinds.js';
import { observe, openCaches } from '../../controllers/statefulset/observe.js';
import { planStatefulSet } from '../../controllers/statefulset/plan.js';
import { keyFor } from '../../reconcile/keys.js';
import { linkOfPlan } from '../from-plan.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { missing, settled } from './common.js';

/** Why a StatefulSet is not settled: what its own planner waits for. */
export async function explainStatefulSet(about: Subject, reader: Reader): Promise<Link> {
  const key = { namespace: about.namespace ?? '', name: about.name };
  const view = { caches: openCaches(reader.client), gates: gatesWith() };
  const facts = await observe(view, keyFor(key));
  if (facts === undefined) return missing(about);
  const gates = gatesSeenIn(facts.set);
  const wanted = facts.set.spec?.replicas ?? 1;
  const ready = facts.set.status?.readyReplicas ?? 0;
  const plan = planStatefulSet({ ...facts, gates }, reader.now);
  const refused = await reader.event(about, 'FailedCreate');
  const link = linkOfPlan(about, plan, ({ type }) => type);
  if (link === undefined) {
    if (wanted > 0) {
      const alone = await reader.event(about, 'NotReplicated');
      const told = alone === undefined ? '' : `; the MySQL operator leaves it alone: ${alone}`;
      return settled(about, `${ready} of ${wanted} Pods are ready${told}`);
    }
    return { ...settled(about, 'no replicas are wanted'), reason: 'ScaledToZero' };
  }
  const stuck = link.reason === 'Acting' && refused !== undefined;
  return stuck ? { ...link, reason: 'CreationFailed', message: refused } : withPods(link, ready, wanted);
}

/** A cluster does not tell its feature gates; that a field was stored says that its gate was on. */
function gatesSeenIn({ spec }: StatefulSet): FeatureGates {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  return gatesWith({
    StatefulSetRecreateStrategy: type === 'Recreate',
    MaxUnavailableStatefulSet: rollingUpdate?.maxUnavailable !== undefined,
  });
}

function withPods(link: Link, ready: number, wanted: number): Link {
  return { ...link, message: `${ready} of ${wanted} Pods are ready; ${link.message}` };
}

/** The set whose Pod has this name, and the ordinal in it. */
export async function setOfPodName(
  { namespace, name }: Subject,
  reader: Reader,
): Promise<
  | { readonly set: string; readonly ordinal: number; readonly inRange: boolean; readonly range: string }
  | undefined
> {
  const [, prefix, digits] = /^(.+)-(\d+)$/.exec(name) ?? [];
  if (prefix === undefined || namespace === undefined) return undefined;
  const set = await reader.get(kinds.StatefulSet, { namespace, name: prefix });
  if (set === undefined) return undefined;
  const start = set.spec?.ordinals?.start ?? 0;
  const end = start + (set.spec?.replicas ?? 1);
  const ordinal = Number(digits);
  const range = end === start ? 'no Pods' : `ordinals ${start} to ${end - 1}`;
  return { set: prefix, ordinal, inRange: ordinal >= start && ordinal < end, range };
}
