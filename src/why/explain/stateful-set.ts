import { type FeatureGates, gatesWith } from '../../api/feature-gates.js';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import { isTerminating } from '../../api/pods.js';
import { foregroundFinalizer } from '../../controllers/garbage-collector/facts.js';
import { observe, openCaches } from '../../controllers/statefulset/observe.js';
import { planStatefulSet } from '../../controllers/statefulset/plan.js';
import { keyFor } from '../../reconcile/keys.js';
import { linkOfPlan } from '../from-plan.js';
import type { UnseenError } from '../glimpse.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { isReason } from '../reasons.js';
import { finalizersOff, keyOf, missing, settled, subjectOf, unseenLink } from './common.js';
import { creationFailed, refusalOf } from './refusal.js';
import { explainSetClaims } from './set-claims.js';

interface Seen {
  readonly set: StatefulSet;
  readonly plan: ReturnType<typeof planStatefulSet>;
  readonly pods: readonly Pod[];
}

/** The set, and what its own planner would do now. */
async function look({ namespace = '', name }: Subject, reader: Reader): Promise<Seen | undefined> {
  const view = { caches: openCaches(reader.client), gates: gatesWith() };
  const facts = await observe(view, keyFor({ namespace, name }));
  if (facts === undefined) return undefined;
  const plan = planStatefulSet({ ...facts, gates: gatesSeenIn(facts.set) }, reader.now);
  return { set: facts.set, plan, pods: facts.pods };
}

/** Why a StatefulSet is not settled: what its own planner waits for, or what its controller says in its status. */
export function explainStatefulSet(about: Subject, reader: Reader): Promise<Link> {
  return reader.orElse(
    () => explainByPlan(about, reader),
    (error) => explainByStatus(about, error, reader),
  );
}

async function explainByStatus(about: Subject, error: UnseenError, reader: Reader): Promise<Link> {
  const set = await reader.get(kinds.StatefulSet, keyOf(about));
  if (set === undefined) return missing(about);
  const told = set.status?.conditions?.find(({ type }) => type === 'holdfast.dev/Waiting');
  const { status, reason = '', message = '' } = told ?? {};
  return status === 'True' && isReason(reason)
    ? withPods({ about, settled: false, reason, message: message.replace(/^waits/, 'it waits') }, set)
    : withPods(unseenLink(about, error), set);
}

async function explainByPlan(about: Subject, reader: Reader): Promise<Link> {
  const seen = await look(about, reader);
  if (seen === undefined) return missing(about);
  const { set, plan } = seen;
  const link = linkOfPlan(about, plan);
  if (link === undefined) return explainSettled(about, set, reader);
  if (link.reason === 'SetBeingDeleted') return withPods({ ...link, ...wayOut(about, seen) }, set);
  const names = namesDue(plan);
  const refused =
    link.reason === 'Acting' ? await refusalOf(about, { owner: set, names }, reader) : undefined;
  return withPods(refused === undefined ? link : creationFailed(about, refusalText(refused)), set);
}

/** Deleted in the foreground, a set goes after its Pods. */
function wayOut(about: Subject, { set, pods }: Seen): Pick<Link, 'on' | 'unblockedBy'> {
  const { finalizers = [], uid } = set.metadata ?? {};
  const leaving = pods.find((pod) => isTerminating(pod) && controllerOf(pod)?.uid === uid);
  return finalizers.includes(foregroundFinalizer) && leaving !== undefined
    ? { on: subjectOf('Pod', leaving) }
    : { unblockedBy: finalizersOff(about, finalizers) };
}

async function explainSettled(about: Subject, set: StatefulSet, reader: Reader): Promise<Link> {
  const { wanted } = podsOf(set);
  const claims = await explainSetClaims(about, set, reader);
  if (claims !== undefined) return withPods(claims, set);
  if (wanted === 0) return { ...settled(about, 'no replicas are wanted'), reason: 'ScaledToZero' };
  const alone = await reader.event(about, 'NotReplicated');
  const told = alone === undefined ? '' : `; the MySQL operator leaves it alone: ${alone}`;
  return settled(about, `${podsText(set)}${told}`);
}

/** What the set is to create now. */
function namesDue({ actions }: Seen['plan']): ReadonlySet<string> {
  return new Set(
    actions.flatMap((action) => {
      if (action.type === 'createPod') return action.pod.metadata?.name ?? [];
      return action.type === 'createClaim' ? (action.claim.metadata?.name ?? []) : [];
    }),
  );
}

/** Kubernetes names the set once more in its Event; the answer has it in front. */
function refusalText(message: string): string {
  return message.replace(/^create (.+?) in StatefulSet \S+ failed error: /, '$1 cannot be created: ');
}

/** The set that does not replace this Pod, though its template has moved on: then that blocks the Pod, whatever ails it. */
export async function setStuckWith(pod: Pod, reader: Reader): Promise<Subject | undefined> {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'StatefulSet') return undefined;
  const set = { kind: 'StatefulSet', namespace: pod.metadata?.namespace, name: owner.name };
  const { reason, on } = (await look(set, reader))?.plan.waitingFor ?? {};
  return reason === 'StuckOnOldRevision' && on?.name === pod.metadata?.name ? set : undefined;
}

/** A cluster does not tell its feature gates; that a field was stored says that its gate was on. */
function gatesSeenIn({ spec }: StatefulSet): FeatureGates {
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  return gatesWith({
    StatefulSetRecreateStrategy: type === 'Recreate',
    MaxUnavailableStatefulSet: rollingUpdate?.maxUnavailable !== undefined,
  });
}

function podsOf({ spec, status }: StatefulSet): { readonly ready: number; readonly wanted: number } {
  return { ready: status?.readyReplicas ?? 0, wanted: spec?.replicas ?? 1 };
}

function podsText(set: StatefulSet): string {
  const { ready, wanted } = podsOf(set);
  // While it is scaled down there are more than it wants.
  return ready > wanted
    ? `${ready} Pods are ready, ${wanted} wanted`
    : `${ready} of ${wanted} Pods are ready`;
}

function withPods(link: Link, set: StatefulSet): Link {
  return { ...link, message: `${podsText(set)}; ${link.message}` };
}

/** Where a Pod of a name belongs. */
export interface SetPlace {
  readonly set: string;
  readonly ordinal: number;
  /** The first ordinal of the set. */
  readonly start: number;
  /** Whether the set wants a Pod of that ordinal, and which ones it wants. */
  readonly inRange: boolean;
  readonly range: string;
}

/** The set whose Pod has this name, and the ordinal in it. */
export async function setOfPodName(
  { namespace, name }: Subject,
  reader: Reader,
): Promise<SetPlace | undefined> {
  const [, prefix, digits] = /^(.+)-(\d+)$/.exec(name) ?? [];
  if (prefix === undefined || namespace === undefined) return undefined;
  const set = await reader.get(kinds.StatefulSet, { namespace, name: prefix });
  if (set === undefined) return undefined;
  const start = set.spec?.ordinals?.start ?? 0;
  const end = start + (set.spec?.replicas ?? 1);
  const ordinal = Number(digits);
  const range = rangeText(start, end);
  return { set: prefix, ordinal, start, inRange: ordinal >= start && ordinal < end, range };
}

function rangeText(start: number, end: number): string {
  if (end === start) return 'no Pods';
  return end === start + 1 ? `only the ordinal ${start}` : `ordinals ${start} to ${end - 1}`;
}
