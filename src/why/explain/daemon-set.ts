import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import { isPodReady } from '../../api/pods.js';
import type { DaemonSetFacts } from '../../controllers/daemonset/facts.js';
import { FailureMemory } from '../../controllers/daemonset/failure-memory.js';
import { isRolling } from '../../controllers/daemonset/limits.js';
import { observe, openCaches } from '../../controllers/daemonset/observe.js';
import { planDaemonSet } from '../../controllers/daemonset/plan.js';
import { standingOn } from '../../controllers/daemonset/standing.js';
import { linkOfPlan } from '../from-plan.js';
import type { UnseenError } from '../glimpse.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { keyOf, keyOfSubject, missing, settled, subjectOf, unseenLink } from './common.js';
import { creationRefused, refusalOf } from './refusal.js';

/** Nodes that are named at most. */
const named = 5;

/** Why a DaemonSet has not a ready Pod on every node that it is for, and which nodes it is not for. */
export function explainDaemonSet(about: Subject, reader: Reader): Promise<Link> {
  return reader.orElse(
    () => explainByPlan(about, reader),
    (error) => explainByStatus(about, error, reader),
  );
}

/** Whoever may not look at nodes can be told what the controller counted, and which Pod is not ready. */
async function explainByStatus(about: Subject, error: UnseenError, reader: Reader): Promise<Link> {
  const set = await reader.get(kinds.DaemonSet, keyOf(about));
  if (set === undefined) return missing(about);
  const { metadata, status } = set;
  const { desiredNumberScheduled: desired = 0, numberReady: ready = 0 } = status ?? {};
  const counted = `${ready} of ${desired} nodes have a ready Pod`;
  const isCounted = status?.observedGeneration === metadata?.generation;
  if (isCounted && desired > 0 && ready === desired && status?.updatedNumberScheduled === desired)
    return settled(about, counted);
  if (isCounted && desired === 0)
    return { ...forNoNode(about, []), message: 'its controller finds no node that it is for' };
  const pods = await reader.ifSeen(() => reader.list(kinds.Pod, about.namespace));
  const ill = (pods.known ? pods.value : []).find(
    (pod) => controllerOf(pod)?.uid === metadata?.uid && !isPodReady(pod),
  );
  if (ill !== undefined) {
    const message = `${counted}; ${ill.metadata?.name} is not ready`;
    return { about, settled: false, reason: 'PodNotReady', message, on: subjectOf('Pod', ill) };
  }
  const unseen = unseenLink(about, error);
  return { ...unseen, message: `${counted}; ${unseen.message}` };
}

async function explainByPlan(about: Subject, reader: Reader): Promise<Link> {
  const view = { caches: openCaches(reader.client), failures: new FailureMemory() };
  const facts = await observe(view, keyOfSubject(about));
  if (facts === undefined) return missing(about);
  const apart = nodesApart(facts);
  const desired = facts.nodes.length - apart.length;
  const ready = `${facts.set.status?.numberReady ?? 0} of ${desired} nodes have a ready Pod`;
  const plan = planDaemonSet(facts, reader.now);
  const link = linkOfPlan(about, plan);
  if (link === undefined)
    return desired === 0 ? forNoNode(about, apart) : settled(about, ready + none(apart));
  if (link.reason === 'Acting') return explainDue(about, { facts, link, actions: plan.actions }, reader);
  const older = isRolling(facts.set) ? desired - (facts.set.status?.updatedNumberScheduled ?? desired) : 0;
  const held = older > 0 ? `; ${older} of an older template ${older === 1 ? 'waits' : 'wait'} for that` : '';
  return { ...link, message: `${ready}; ${link.message}${held}` };
}

interface Acting {
  readonly facts: DaemonSetFacts;
  readonly link: Link;
  readonly actions: ReturnType<typeof planDaemonSet>['actions'];
}

/** What is due and not done is either refused, or put off because Pods fail again and again; only the controller knows for how long. */
async function explainDue(about: Subject, { facts, link, actions }: Acting, reader: Reader): Promise<Link> {
  const failed = facts.pods.find(({ status }) => status?.phase === 'Failed');
  if (failed !== undefined) {
    const message = `${failed.metadata?.name} failed; it is replaced after a pause that grows with each failure on its node`;
    return { about, settled: false, reason: 'FailedPodBackOff', message, on: subjectOf('Pod', failed) };
  }
  if (!actions.some(({ type }) => type === 'createPod')) return link;
  const refused = await refusalOf(about, { owner: facts.set, pods: facts.pods }, reader);
  return refused === undefined ? link : creationRefused(about, 'its Pods', refused);
}

/** The nodes that the set is not for, with the reason of each. */
function nodesApart({ set, nodes }: DaemonSetFacts): readonly string[] {
  return nodes.flatMap((node) => {
    const { refusal } = standingOn(set, node);
    return refusal === undefined ? [] : [`${node.metadata?.name} ${refusal}`];
  });
}

function listed(apart: readonly string[]): string {
  const more = apart.length > named ? [`${apart.length - named} more`] : [];
  return [...apart.slice(0, named), ...more].join('; ');
}

function none(apart: readonly string[]): string {
  return apart.length === 0 ? '' : `; it is not for ${apart.length} more: ${listed(apart)}`;
}

function forNoNode(about: Subject, apart: readonly string[]): Link {
  return {
    about,
    settled: false,
    reason: 'NoNodeForSet',
    message: apart.length === 0 ? 'there are no nodes' : `it is for none of the nodes: ${listed(apart)}`,
    unblockedBy:
      'a node that the node selector and affinity of its template allow, and whose taints it tolerates',
  };
}
