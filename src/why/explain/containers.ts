import type { ContainerStatus, Pod } from '../../api/generated/core-v1.js';
import { everyContainerStatus, isPodReady, podCondition } from '../../api/pods.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import type { Reason } from '../reasons.js';
import { explainMember } from './member.js';

interface Trouble {
  readonly reason: Reason;
  readonly message: string;
  readonly unblockedBy?: string;
}

const ofImages = new Set(['ImagePullBackOff', 'ErrImagePull', 'ErrImageNeverPull', 'InvalidImageName']);
const ofConfig = new Set(['CreateContainerConfigError', 'CreateContainerError']);

/** What the node tells of images. */
const imageEvents = ['BuildingImage', 'ImageStandIn', 'Pulling', 'Pulled', 'Failed'];

function lastEnd({ lastState, state }: ContainerStatus): string {
  const end = state?.terminated ?? lastState?.terminated;
  if (end === undefined) return 'how it ended last is not known';
  const words = end.message === undefined || end.message === '' ? '' : `: ${end.message.trim()}`;
  return `it ended last with code ${end.exitCode} (${end.reason ?? 'Error'})${words}`;
}

/** How the containers of a Pod ended that failed. */
export function endText(pod: Pod): string {
  const failed = everyContainerStatus(pod).find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  const end = failed?.state?.terminated;
  if (failed === undefined || end === undefined)
    return pod.status?.message ?? pod.status?.reason ?? 'why is not known';
  const words = end.message === undefined || end.message === '' ? '' : `: ${end.message.trim()}`;
  return `container ${failed.name} ended with code ${end.exitCode} (${end.reason ?? 'Error'})${words}`;
}

function ofWaiting(status: ContainerStatus): Trouble | undefined {
  const waiting = status.state?.waiting;
  if (waiting === undefined) return undefined;
  const { reason = '', message = '' } = waiting;
  const detail = message === '' ? '' : `: ${message}`;
  if (ofImages.has(reason)) {
    const unblockedBy = `image ${status.image} can be pulled, or the Pod names another`;
    return {
      reason: 'ImageNotPulled',
      message: `container ${status.name} has no image (${reason}${detail})`,
      unblockedBy,
    };
  }
  if (ofConfig.has(reason)) {
    const unblockedBy = 'create what is missing; the container is tried again by itself';
    return {
      reason: 'MissingConfig',
      message: `container ${status.name} cannot be made${detail || ` (${reason})`}`,
      unblockedBy,
    };
  }
  if (reason === 'CrashLoopBackOff') {
    const unblockedBy = `read kubectl logs --previous -c ${status.name}, and mend what it says`;
    return {
      reason: 'CrashLoop',
      message: `container ${status.name} has been started ${status.restartCount + 1} times; ${lastEnd(status)}`,
      unblockedBy,
    };
  }
  return undefined;
}

function ofEnded(status: ContainerStatus): Trouble | undefined {
  if (status.state?.terminated === undefined || status.state.terminated.exitCode === 0) return undefined;
  return { reason: 'ContainerEnded', message: `container ${status.name} is not running; ${lastEnd(status)}` };
}

function ofInit(pod: Pod): Trouble | undefined {
  for (const status of pod.status?.initContainerStatuses ?? []) {
    const found = ofWaiting(status) ?? ofEnded(status);
    if (found !== undefined) return found;
    if (status.state?.running !== undefined && status.ready !== true && status.started !== true) {
      return { reason: 'InitContainerRunning', message: `init container ${status.name} has not finished` };
    }
  }
  return undefined;
}

function ofGates(pod: Pod): Trouble | undefined {
  const unmet = (pod.spec?.readinessGates ?? []).find(
    ({ conditionType }) => podCondition(pod, conditionType)?.status !== 'True',
  );
  if (unmet === undefined) return undefined;
  const condition = podCondition(pod, unmet.conditionType);
  const why = condition?.message ?? condition?.reason ?? 'nobody has set the condition yet';
  return { reason: 'ReadinessGate', message: `its readiness gate ${unmet.conditionType} is not met: ${why}` };
}

async function ofReadiness(about: Subject, pod: Pod, reader: Reader): Promise<Trouble | undefined> {
  const unready = (pod.status?.containerStatuses ?? []).find(({ ready }) => !ready);
  if (unready === undefined) return undefined;
  const probe = await reader.event(about, 'Unhealthy');
  if (probe !== undefined)
    return {
      reason: 'ProbeFailing',
      message: `container ${unready.name} runs and is not ready: ${probe.trim()}`,
    };
  return { reason: 'ContainerStarting', message: `container ${unready.name} is not ready yet` };
}

async function ofVolumes(about: Subject, reader: Reader): Promise<Trouble | undefined> {
  const failed = await reader.event(about, 'FailedMount', 'FailedAttachVolume');
  return failed === undefined
    ? undefined
    : { reason: 'VolumeNotMounted', message: `a volume is not there: ${failed.trim()}` };
}

/** Software that ends may do so because another version stands in for the one that was asked for. */
async function withStandIn(
  about: Subject,
  { reason, message }: Trouble,
  reader: Reader,
): Promise<Partial<Trouble>> {
  if (reason !== 'CrashLoop' && reason !== 'ContainerEnded') return {};
  const standIn = await reader.event(about, 'ImageStandIn');
  return standIn === undefined ? {} : { message: `${message}; ${standIn}` };
}

/** The image is not there yet, since it is being made here: the newest Event about images says how far that is. */
async function ofBuild(about: Subject, reader: Reader): Promise<Trouble | undefined> {
  const [latest, step] = await Promise.all([
    reader.event(about, ...imageEvents),
    reader.event(about, 'BuildingImage'),
  ]);
  if (step === undefined || step !== latest) return undefined;
  const line = step.replace('(combined from similar events): ', '');
  return { reason: 'ImageBeingBuilt', message: `its image is being made on this machine: ${line}` };
}

/** Why a Pod that has a node is not ready: its images, configuration, volumes, containers, probes and gates, in that order. */
export async function explainContainers(about: Subject, pod: Pod, reader: Reader): Promise<Link> {
  const main = pod.status?.containerStatuses ?? [];
  const found =
    ofInit(pod) ??
    main.map(ofWaiting).find((one) => one !== undefined) ??
    main.map(ofEnded).find((one) => one !== undefined);
  if (found !== undefined)
    return { about, settled: false, ...found, ...(await withStandIn(about, found, reader)) };
  const running = main.length > 0 && main.every(({ state }) => state?.running !== undefined);
  const next = running
    ? ((await ofReadiness(about, pod, reader)) ?? (await explainMember(about, pod, reader)) ?? ofGates(pod))
    : ((await ofVolumes(about, reader)) ?? (await ofBuild(about, reader)));
  if (next !== undefined) return { about, settled: false, ...next };
  const message = isPodReady(pod)
    ? 'the node has not reported it as running'
    : 'the node is making its containers';
  return {
    about,
    settled: false,
    reason: pod.status?.phase === undefined ? 'PodUnknown' : 'ContainerStarting',
    message,
  };
}
