import type { ContainerStatus, Event as CoreEvent, Pod } from '../../api/generated/core-v1.js';
import { everyContainer, everyContainerStatus, isPodReady, podCondition } from '../../api/pods.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import type { Reason } from '../reasons.js';
import { standInText } from './image.js';
import { explainMaking } from './making.js';
import { explainMember } from './member.js';

interface Trouble {
  readonly reason: Reason;
  readonly message: string;
  readonly unblockedBy?: string;
}

/** What an explanation looks at: the Pod, and the Events of its failed probes, the newest last. */
interface Look {
  readonly pod: Pod;
  readonly probes: readonly CoreEvent[];
}

const ofImages = new Set(['ImagePullBackOff', 'ErrImagePull', 'ErrImageNeverPull', 'InvalidImageName']);
const ofConfig = new Set(['CreateContainerConfigError', 'CreateContainerError']);

/** How the node says that a container refers to something that is not there. */
const notThere = /not found|couldn't find key|does not exist/;

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

/** The command that shows what a container printed. */
function logsOf({ metadata }: Pod, container: string): string {
  return `kubectl logs -n ${metadata?.namespace} ${metadata?.name} -c ${container}`;
}

/** A container on paper prints nothing, and does what the Pod's annotations say. */
function isSimulated({ containerID = '' }: ContainerStatus): boolean {
  return containerID.startsWith('simulated://');
}

function ofWaiting(look: Look, status: ContainerStatus): Trouble | undefined {
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
    const text = `container ${status.name} cannot be made${detail || ` (${reason})`}`;
    return notThere.test(message)
      ? {
          reason: 'MissingConfig',
          message: text,
          unblockedBy: 'create what is missing; the container is tried again by itself',
        }
      : { reason: 'ContainerRefused', message: text, unblockedBy: 'a Pod that does not ask for that' };
  }
  if (reason === 'CrashLoopBackOff') {
    return {
      reason: 'CrashLoop',
      message: `container ${status.name} has been started ${status.restartCount + 1} times; ${lastEnd(status)}${killedBy(look, status)}`,
      unblockedBy: mending(look.pod, status),
    };
  }
  return undefined;
}

/** What helps against the last end of a container. */
function mending(pod: Pod, status: ContainerStatus): string {
  const { name, lastState } = status;
  if (isSimulated(status)) return 'other annotations simulated.holdfast.dev/... of the Pod, by which it ends';
  const reason = lastState?.terminated?.reason;
  if (reason === 'StartError') return 'a command that the image has';
  if (reason === 'OOMKilled') {
    const limits = everyContainer(pod).find((container) => container.name === name)?.resources?.limits;
    const limit = limits?.['memory'];
    return `more memory for container ${name}${limit === undefined ? '' : ` than its limit of ${limit}`}, or software that needs less`;
  }
  return `read ${logsOf(pod, name)} --previous, and mend what it says`;
}

function ofEnded(status: ContainerStatus): Trouble | undefined {
  if (status.state?.terminated === undefined || status.state.terminated.exitCode === 0) return undefined;
  return { reason: 'ContainerEnded', message: `container ${status.name} is not running; ${lastEnd(status)}` };
}

function ofInit(look: Look): Trouble | undefined {
  const { pod } = look;
  const sidecars = (pod.spec?.initContainers ?? []).flatMap(({ name, restartPolicy }) =>
    restartPolicy === 'Always' ? [name] : [],
  );
  for (const status of pod.status?.initContainerStatuses ?? []) {
    const found = ofWaiting(look, status) ?? ofEnded(status);
    if (found !== undefined) return found;
    // A sidecar is done with starting when it has started; any other has to end.
    const done = sidecars.includes(status.name) ? status.started === true : status.ready === true;
    if (status.state?.running !== undefined && !done) {
      return {
        reason: 'InitContainerRunning',
        message: `init container ${status.name} has not finished`,
        unblockedBy: `it ends with code 0; ${logsOf(pod, status.name)} shows what it is at`,
      };
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
  const why = condition?.message ?? condition?.reason ?? 'the condition is not set';
  return {
    reason: 'ReadinessGate',
    message: `its readiness gate ${unmet.conditionType} is not met: ${why}`,
    unblockedBy: `whoever looks after the gate sets the condition ${unmet.conditionType} of the Pod to True`,
  };
}

/** What the last failed probe of a container found. */
function lastProbe({ probes }: Look, container: string, kinds: RegExp): string | undefined {
  const text = probes
    .filter(({ involvedObject }) => involvedObject.fieldPath?.endsWith(`{${container}}`) ?? true)
    .map(({ message = '' }) => message.trim())
    .findLast((message) => kinds.test(message));
  return text?.replace(/ failed:$/, ' failed, and printed nothing');
}

/** A container that was killed for a probe ends with a code that says nothing: the probe does. */
function killedBy(look: Look, { name, lastState }: ContainerStatus): string {
  const { exitCode, reason } = lastState?.terminated ?? {};
  if (reason === 'OOMKilled' || (exitCode !== 137 && exitCode !== 143)) return '';
  const probe = lastProbe(look, name, /^(Liveness|Startup) probe/);
  return probe === undefined ? '' : `, and was killed for this: ${probe}`;
}

function ofReadiness(look: Look): Trouble | undefined {
  const unready = (look.pod.status?.containerStatuses ?? []).find(({ ready }) => !ready);
  if (unready === undefined) return undefined;
  const probe = lastProbe(look, unready.name, /./);
  if (probe === undefined)
    return {
      reason: 'ContainerStarting',
      message: `container ${unready.name} runs and is not ready yet`,
      unblockedBy: isSimulated(unready)
        ? 'it gets ready when its annotations simulated.holdfast.dev/... say so'
        : `it gets ready; ${logsOf(look.pod, unready.name)} shows what the container is at`,
    };
  return {
    reason: 'ProbeFailing',
    message: `container ${unready.name} runs and is not ready: ${probe}`,
    unblockedBy: `the probe succeeds; ${logsOf(look.pod, unready.name)} shows what the container is at`,
  };
}

/** Software that ends may do so because another version stands in for the one that was asked for. */
function withStandIn(pod: Pod, trouble: Trouble): Trouble {
  const { reason, message } = trouble;
  const standIn = reason === 'CrashLoop' || reason === 'ContainerEnded' ? standInText(pod) : undefined;
  return standIn === undefined ? trouble : { ...trouble, message: `${message}; ${standIn}` };
}

/** A static Pod has Events under the uid that its node gave it. */
function uidInEvents({ metadata }: Pod): string | undefined {
  return metadata?.annotations?.['kubernetes.io/config.mirror'] === undefined ? metadata?.uid : undefined;
}

/** Why a Pod that has a node is not ready: its images, configuration, volumes, containers, probes and gates, in that order. */
export async function explainContainers(about: Subject, pod: Pod, reader: Reader): Promise<Link> {
  const own = { ...about, uid: uidInEvents(pod) };
  const look: Look = { pod, probes: await reader.events(own, 'Unhealthy') };
  const main = pod.status?.containerStatuses ?? [];
  const found =
    ofInit(look) ??
    main.map((status) => ofWaiting(look, status)).find((one) => one !== undefined) ??
    main.map(ofEnded).find((one) => one !== undefined);
  if (found !== undefined) return { about, settled: false, ...withStandIn(pod, found) };
  const running = main.length > 0 && main.every(({ state }) => state?.running !== undefined);
  if (running) return { about, settled: false, ...(await ofRunning(about, look, reader)) };
  if (pod.status?.phase === undefined)
    return { about, settled: false, reason: 'PodUnknown', message: 'its node has not looked at it yet' };
  return { about, settled: false, ...(await explainMaking(own, reader)) };
}

/** All containers run: their probes, a server in them, and the gates are left. */
async function ofRunning(
  about: Subject,
  look: Look,
  reader: Reader,
): Promise<Omit<Link, 'about' | 'settled'>> {
  const { pod } = look;
  const found = ofReadiness(look) ?? (await explainMember(about, pod, reader)) ?? ofGates(pod);
  if (found !== undefined) return found;
  return isPodReady(pod)
    ? { reason: 'ContainerStarting', message: 'the node has not reported it as running' }
    : {
        reason: 'PodNotReady',
        message: 'its containers run and are ready, and the Pod itself is not reported as ready',
      };
}

/** What there is to say of a Pod that is ready now: that a container of it has failed before. */
export function pastEnds(pod: Pod): string {
  const ended = (pod.status?.containerStatuses ?? []).find(
    ({ restartCount, lastState }) => restartCount > 0 && (lastState?.terminated?.exitCode ?? 0) !== 0,
  );
  if (ended === undefined) return '';
  const times = ended.restartCount === 1 ? 'once' : `${ended.restartCount} times`;
  return `; container ${ended.name} was started again ${times}: ${lastEnd(ended)}`;
}
