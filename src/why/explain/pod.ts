import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import { isPodReady } from '../../api/pods.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { heldByFinalizers, kubectl, missing, missingUnseen, settled } from './common.js';
import { endText, explainContainers, pastEnds } from './containers.js';
import { standInText } from './image.js';
import { readyMember } from './member.js';
import { explainScheduling } from './scheduling.js';
import { type SetPlace, setOfPodName, setStuckWith } from './stateful-set.js';

/** Why a Pod is not there, not running, not ready, or not gone. */
export async function explainPod(about: Subject, reader: Reader): Promise<Link> {
  const { namespace = '', name } = about;
  const pod = await reader.get(kinds.Pod, { namespace, name });
  if (pod === undefined) {
    return reader.orElse(
      () => explainAbsence(about, reader),
      async (error) => missingUnseen(about, error),
    );
  }
  if (pod.metadata?.deletionTimestamp !== undefined) return explainEnding(about, pod, reader);
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded') return { ...settled(about, 'it has done its work'), reason: 'PodSucceeded' };
  if (phase === 'Failed') return explainFailure(about, pod);
  if (phase === 'Running' && isPodReady(pod)) return explainReady(about, pod, reader);
  const link = await explainUnready(about, pod, reader);
  const on = await reader.ifSeen(() => setStuckWith(pod, reader));
  return on.known && on.value !== undefined ? { ...link, on: on.value } : link;
}

async function explainUnready(about: Subject, pod: Pod, reader: Reader): Promise<Link> {
  if (!pod.spec?.nodeName) return explainScheduling(about, pod, reader);
  const node = await reader.ifSeen(() => explainNode(about, pod, reader));
  if (node.known && node.value !== undefined) return node.value;
  const link = await explainContainers(about, pod, reader);
  // Containers that are well in a Pod that is not point to its node.
  const isNodes = !node.known && link.reason === 'PodNotReady';
  return isNodes ? { ...link, on: { kind: 'Node', name: pod.spec.nodeName } } : link;
}

/** A Pod that is well may have more to say: which part its server has, what its image really is. */
async function explainReady(about: Subject, pod: Pod, reader: Reader): Promise<Link> {
  const member = await readyMember(pod, reader);
  const standIn = standInText(pod);
  const message = `it runs and is ready${member === undefined ? '' : `: ${member.message}`}`;
  const reason = member?.reason ?? (standIn === undefined ? 'Settled' : 'ImageStandIn');
  const image = standIn === undefined ? '' : `; ${standIn}`;
  return { ...settled(about, `${message}${image}${pastEnds(pod)}`), reason };
}

async function explainAbsence(about: Subject, reader: Reader): Promise<Link> {
  const place = await setOfPodName(about, reader);
  if (place === undefined) return missing(about);
  const on = { kind: 'StatefulSet', namespace: about.namespace, name: place.set };
  if (!place.inRange) {
    const message = `it does not exist: the set ${place.set} has ${place.range}`;
    return {
      about,
      settled: false,
      reason: 'BeyondReplicas',
      message,
      unblockedBy: wayIntoRange(on, place),
    };
  }
  return {
    about,
    settled: false,
    reason: 'HeldBack',
    message: `it does not exist: the set ${place.set} has not made it yet`,
    on,
  };
}

function wayIntoRange(set: Subject, { ordinal, start }: SetPlace): string {
  return ordinal < start
    ? `a set whose spec.ordinals.start is at most ${ordinal}`
    : `${kubectl('scale', set)} --replicas=${ordinal - start + 1}`;
}

function explainFailure(about: Subject, pod: Pod): Link {
  const owner = controllerOf(pod);
  const next =
    owner === undefined
      ? `${kubectl('delete', about)}, then create it again`
      : `its ${owner.kind} ${owner.name} replaces it`;
  return {
    about,
    settled: false,
    reason: 'PodFailed',
    message: `it has failed for good: ${pod.status?.message ?? endText(pod)}`,
    unblockedBy: next,
  };
}

async function explainEnding(about: Subject, pod: Pod, reader: Reader): Promise<Link> {
  const seen = await reader.ifSeen(() => explainNode(about, pod, reader));
  const node = seen.known ? seen.value : undefined;
  if (node !== undefined) {
    return {
      ...node,
      on: undefined,
      message: `it is being deleted, but ${node.message}; a Pod of that name is not made again until it is known to have stopped`,
      unblockedBy: `${nodeBack(pod.spec?.nodeName ?? '')}; when the Pod is sure to be dead, ${kubectl('delete', about)} --grace-period=0 --force`,
    };
  }
  const finalizers = pod.metadata?.finalizers ?? [];
  const left = Date.parse(pod.metadata?.deletionTimestamp ?? '') - reader.now.getTime();
  const stopped = (pod.status?.containerStatuses ?? []).every(({ state }) => state?.terminated !== undefined);
  if (finalizers.length > 0 && (stopped || left < 0)) return heldByFinalizers(about, finalizers);
  const seconds = Math.max(0, Math.ceil(left / 1000));
  return {
    about,
    settled: false,
    reason: 'Stopping',
    message: `it is stopping, and has ${seconds} s of its grace period left`,
    unblockedBy: 'its containers end, or the grace period does',
  };
}

function nodeBack(name: string): string {
  return `node ${name} comes back; if it is gone for good, kubectl delete node ${name}: its Pods go with it`;
}

async function explainNode(about: Subject, pod: Pod, reader: Reader): Promise<Link | undefined> {
  const name = pod.spec?.nodeName;
  if (!name) return undefined;
  const node = await reader.get(kinds.Node, { name });
  const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready');
  if (node !== undefined && ready?.status === 'True') return undefined;
  if (node !== undefined && ready?.status === 'False') {
    const message = `its node ${name} is not ready: ${ready.message ?? ready.reason ?? 'no reason given'}`;
    return { about, settled: false, reason: 'NodeNotReady', message, on: { kind: 'Node', name } };
  }
  const absent = node === undefined;
  return {
    about,
    settled: false,
    reason: 'NodeGone',
    message: `its node ${name} ${absent ? 'does not exist' : 'does not answer'}`,
    unblockedBy: absent ? `node ${name} appears; otherwise the Pod is removed before long` : nodeBack(name),
  };
}
