import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isPodFinished } from '../../api/pods.js';
import { compareQuantities } from '../../api/quantity.js';
import { observe, openCaches } from '../../controllers/volume-binder/observe.js';
import { planBinding } from '../../controllers/volume-binder/plan.js';
import { linkOfPlan } from '../from-plan.js';
import type { UnseenError } from '../glimpse.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import type { Reason } from '../reasons.js';
import {
  heldByFinalizers,
  keyOf,
  keyOfSubject,
  kubectl,
  missing,
  missingUnseen,
  podsText,
  settled,
  subjectOf,
  unseenLink,
} from './common.js';
import { claimNamesOf } from './scheduling.js';
import { sizesOf, waitsToGrow } from './set-claims.js';
import { type SetPlace, setOfPodName } from './stateful-set.js';

const protection = 'kubernetes.io/pvc-protection';

/** Why a claim is not there, not bound, or not gone. */
export async function explainClaim(about: Subject, reader: Reader): Promise<Link> {
  const claim = await reader.get(kinds.PersistentVolumeClaim, keyOf(about));
  if (claim === undefined) {
    return reader.orElse(
      () => explainAbsence(about, reader),
      async (error) => missingUnseen(about, error),
    );
  }
  if (claim.metadata?.deletionTimestamp !== undefined) return explainEnding(about, claim, reader);
  if (claim.status?.phase === 'Bound') return explainBound(about, claim, reader);
  const unclassed = await explainClass(about, claim, reader);
  if (unclassed !== undefined) return unclassed;
  const link = await reader.orElse(
    () => explainByPlan(about, reader),
    (error) => explainByEvent(about, error, reader),
  );
  const failed = await reader.event({ ...about, uid: claim.metadata?.uid }, 'ProvisioningFailed');
  if (failed !== undefined) return { ...link, on: undefined, reason: 'ProvisioningFailed', message: failed };
  // The planner names the claim itself; what comes next is whoever has to use it first.
  return {
    ...link,
    on: link.reason === 'WaitForPodScheduled' ? await consumer(about, reader) : undefined,
    ...howOn(link),
    ...(await tooSmall(claim, link, reader)),
  };
}

/** What the binder itself would wait for now. */
async function explainByPlan(about: Subject, reader: Reader): Promise<Link> {
  const facts = await observe(openCaches(reader.client), `claim:${keyOfSubject(about)}`);
  const link = facts && linkOfPlan(about, planBinding(facts));
  return link ?? { about, settled: false, reason: 'FailedBinding', message: 'it is not bound' };
}

/** What the binder of a cluster tells of a claim. */
const binderEvents = [
  'ClaimLost',
  'ClaimMisbound',
  'ExternalProvisioning',
  'FailedBinding',
  'ProvisioningFailed',
  'VolumeMismatch',
  'WaitForFirstConsumer',
  'WaitForPodScheduled',
] as const satisfies readonly Reason[];

/** Whoever may not look at volumes or classes can be told what the binder said last. */
async function explainByEvent(about: Subject, error: UnseenError, reader: Reader): Promise<Link> {
  const last = (await reader.events(about, ...binderEvents)).at(-1);
  if (last?.reason === undefined || last.message === undefined) return unseenLink(about, error);
  return { about, settled: false, reason: last.reason, message: last.message };
}

/** A claim that has its volume: whether it waits for a larger one, and, when no Pod uses it, why it is there. */
async function explainBound(about: Subject, claim: PersistentVolumeClaim, reader: Reader): Promise<Link> {
  const bound = `it is bound to volume ${claim.spec?.volumeName ?? ''}`;
  if (!waitsToGrow(claim)) return settled(about, `${bound}${await keptFor(about, claim, reader)}`);
  const { asked, has } = sizesOf(claim);
  // A driver that grows volumes tells in these conditions how far it is.
  const told = claim.status?.conditions?.find(({ type }) => /Resiz/.test(type));
  const why = told?.message ?? (await reader.event(about, 'ExternalExpanding', 'VolumeResizeFailed'));
  return {
    about,
    settled: false,
    reason: 'ResizePending',
    message: `${bound}, which has ${has}, and asks for ${asked}: ${why ?? 'nothing has grown the volume yet'}`,
    unblockedBy: 'the provisioner of the class grows the volume',
  };
}

/** What a claim that no Pod uses is there for; empty when one does. */
async function keptFor(about: Subject, claim: PersistentVolumeClaim, reader: Reader): Promise<string> {
  const leaving = claim.metadata?.ownerReferences?.find(({ kind }) => kind === 'Pod');
  if (leaving !== undefined) return `, and goes with Pod ${leaving.name}`;
  const consumers = await reader.ifSeen(() => consumersOf(about, reader));
  if (!consumers.known || consumers.value.length > 0) return '';
  const seen = await reader.ifSeen(() => setOfClaim(about, reader));
  const of = seen.known ? seen.value : undefined;
  if (of === undefined) return '; no Pod uses it';
  const { place, pod } = of;
  return place.inRange
    ? `; no Pod uses it: it waits for ${pod.name} of the set ${place.set}`
    : `; no Pod uses it: the set ${place.set} has ${place.range}, and keeps the claims of former Pods (persistentVolumeClaimRetentionPolicy)`;
}

/** Why the volume that a claim names is too small for it, in sizes. */
async function tooSmall(
  claim: PersistentVolumeClaim,
  { reason, message }: Link,
  reader: Reader,
): Promise<Partial<Link>> {
  if (reason !== 'VolumeMismatch') return {};
  const name = claim.spec?.volumeName ?? '';
  const volume = await reader.get(kinds.PersistentVolume, { name });
  const has = volume?.spec?.capacity?.['storage'];
  const { asked } = sizesOf(claim);
  const unblockedBy = `a claim that volume ${name} fits, or another volume`;
  if (has === undefined || compareQuantities(asked, has) <= 0) return { unblockedBy };
  return { message: `${message} (it has ${has}, the claim asks for ${asked})`, unblockedBy };
}

function howOn({ reason }: Link): { readonly unblockedBy?: string } {
  if (reason === 'WaitForFirstConsumer') return { unblockedBy: 'create a Pod that uses the claim' };
  if (reason === 'FailedBinding')
    return {
      unblockedBy:
        'create a volume that fits, or the claim anew with a class that makes volumes (kubectl get storageclass)',
    };
  return {};
}

async function explainClass(
  about: Subject,
  { spec }: PersistentVolumeClaim,
  reader: Reader,
): Promise<Link | undefined> {
  const name = spec?.storageClassName;
  if (!name || spec?.volumeName) return undefined;
  const found = await reader.ifSeen(() => reader.get(kinds.StorageClass, { name }));
  if (!found.known || found.value !== undefined) return undefined;
  return {
    about,
    settled: false,
    reason: 'ClassMissing',
    message: `its class ${name} does not exist`,
    unblockedBy: `create StorageClass ${name}, or a volume of that class by hand`,
  };
}

async function consumersOf({ namespace = '', name }: Subject, reader: Reader): Promise<readonly Pod[]> {
  const pods = await reader.list(kinds.Pod, namespace);
  return pods.filter((pod) => claimNamesOf(pod).includes(name) && !isPodFinished(pod));
}

async function consumer(about: Subject, reader: Reader): Promise<Subject | undefined> {
  const [pod] = await consumersOf(about, reader);
  return pod && subjectOf('Pod', pod);
}

async function explainEnding(about: Subject, claim: PersistentVolumeClaim, reader: Reader): Promise<Link> {
  const finalizers = claim.metadata?.finalizers ?? [];
  const seen = await reader.ifSeen(() => consumersOf(about, reader));
  const pods = seen.known ? seen.value : [];
  if (!finalizers.includes(protection) || pods.length === 0) return heldByFinalizers(about, finalizers);
  const names = pods.map(({ metadata }) => metadata?.name);
  return {
    about,
    settled: false,
    reason: 'ClaimInUse',
    message: `it is being deleted, and still used by ${podsText(names)}`,
    unblockedBy: `kubectl delete -n ${about.namespace} pod ${names.join(' ')}; then the claim goes, and with it its data if the reclaim policy of its volume is Delete`,
  };
}

interface ClaimPlace {
  /** The Pod that the claim is for, whether it is there or not. */
  readonly pod: Subject;
  readonly place: SetPlace;
}

/** The set by one of whose templates a claim has its name. */
async function setOfClaim({ namespace, name }: Subject, reader: Reader): Promise<ClaimPlace | undefined> {
  const sets = await reader.list(kinds.StatefulSet, namespace);
  for (const set of sets) {
    for (const { metadata } of set.spec?.volumeClaimTemplates ?? []) {
      const prefix = `${metadata?.name}-`;
      if (!name.startsWith(prefix)) continue;
      const pod = { kind: 'Pod', namespace, name: name.slice(prefix.length) };
      const place = await setOfPodName(pod, reader);
      if (place !== undefined && place.set === set.metadata?.name) return { pod, place };
    }
  }
  return undefined;
}

/** A claim of a template that is not there: its Pod has not been made either. */
async function explainAbsence(about: Subject, reader: Reader): Promise<Link> {
  const of = await setOfClaim(about, reader);
  if (of === undefined) return missing(about);
  const message = `it does not exist: the set ${of.place.set} makes it together with ${of.pod.name}`;
  return { about, settled: false, reason: 'HeldBack', message, on: of.pod };
}

/** Why a volume is not bound, or not gone. */
export async function explainVolume(about: Subject, reader: Reader): Promise<Link> {
  const volume = await reader.get(kinds.PersistentVolume, { name: about.name });
  if (volume === undefined) return missing(about);
  const { phase = 'Pending', message = '' } = volume.status ?? {};
  const ref = volume.spec?.claimRef;
  const claim = ref && { kind: 'PersistentVolumeClaim', namespace: ref.namespace, name: ref.name ?? '' };
  const owner = claim === undefined ? '' : `claim ${claim.namespace}/${claim.name}`;
  if (volume.metadata?.deletionTimestamp !== undefined) {
    if (phase !== 'Bound' || claim === undefined)
      return heldByFinalizers(about, volume.metadata.finalizers ?? []);
    const text = `it is being deleted, and still bound to ${owner}`;
    return {
      about,
      settled: false,
      reason: 'VolumeInUse',
      message: text,
      unblockedBy: `${owner} is deleted`,
    };
  }
  if (phase === 'Released') {
    const text = `${owner} is gone, and the volume keeps its data (reclaim policy ${volume.spec?.persistentVolumeReclaimPolicy})`;
    const offered = `${kubectl('patch', about)} --type=merge -p '{"spec":{"claimRef":null}}'`;
    const unblockedBy = `${offered} offers it again with what is on it; ${kubectl('delete', about)} gives it up`;
    return { about, settled: false, reason: 'VolumeReleased', message: text, unblockedBy };
  }
  if (phase === 'Failed')
    return { about, settled: false, reason: 'ProvisioningFailed', message: message || 'it has failed' };
  return settled(about, phase === 'Bound' ? `it is bound to ${owner}` : 'it is free to be bound');
}
