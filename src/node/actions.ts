import type { Pod, PodStatus } from '../api/generated/core-v1.js';
import type { ImageFact } from './facts.js';

/** Makes the volumes hold what they should. */
export interface PrepareVolumes {
  readonly type: 'prepareVolumes';
  readonly pod: Pod;
  readonly version: string;
}

/** Sees to it that a container's image is there. */
export interface EnsureImage {
  readonly type: 'ensureImage';
  readonly pod: Pod;
  readonly container: string;
}

/** Makes the Pod's sandbox: its network and its namespaces. */
export interface RunSandbox {
  readonly type: 'runSandbox';
  readonly pod: Pod;
  readonly attempt: number;
}

/** Makes and starts a container, and runs its postStart hook. */
export interface StartContainer {
  readonly type: 'startContainer';
  readonly pod: Pod;
  readonly container: string;
  readonly attempt: number;
  readonly sandboxId: string;
  readonly sandboxAttempt: number;
  readonly addresses: readonly string[];
  readonly image: ImageFact;
  readonly backoffMs: number;
  /** The runtime's container whose processes it is to see. */
  readonly targetId?: string;
}

/** Runs the preStop hook and stops a container: SIGTERM, and SIGKILL when the grace is over. */
export interface StopContainer {
  readonly type: 'stopContainer';
  readonly pod: Pod;
  readonly container: string;
  readonly id: string;
  readonly graceSeconds: number;
  /** The event's message. */
  readonly why: string;
}

/** Removes a container that nobody asks about any more, or one that was made but never started. */
export interface RemoveContainer {
  readonly type: 'removeContainer';
  readonly pod: Pod;
  readonly container: string;
  readonly attempt: number;
  readonly id: string;
}

/** Takes a sandbox's network down. */
export interface StopSandbox {
  readonly type: 'stopSandbox';
  readonly pod: Pod;
  readonly id: string;
}

/** Removes a sandbox that another has replaced. */
export interface RemoveSandbox {
  readonly type: 'removeSandbox';
  readonly pod: Pod;
  readonly id: string;
}

/** Unmounts and removes what the Pod had on this machine, apart from its claims. */
export interface ReleasePod {
  readonly type: 'releasePod';
  readonly pod: Pod;
}

/** Starts the probes of a running container. */
export interface StartProbes {
  readonly type: 'startProbes';
  readonly pod: Pod;
  readonly container: string;
  readonly id: string;
  readonly address: string;
  readonly startedAtMs: number;
  /** What is believed until the first answer. */
  readonly initial: { readonly started: boolean; readonly ready: boolean };
}

/** Stops the probes of containers; which of them, the plan says by id. */
export interface StopProbes {
  readonly type: 'stopProbes';
  readonly pod: Pod;
  readonly ids: readonly string[];
}

/** Writes the Pod's status. */
export interface WriteStatus {
  readonly type: 'writeStatus';
  readonly pod: Pod;
  readonly status: PodStatus;
}

/** Tells of something, once for each `once`. */
export interface TellEvent {
  readonly type: 'tellEvent';
  readonly pod: Pod;
  readonly once: string;
  readonly level: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly fieldPath?: string;
}

/** Calls off work that may take long: a hook, a pull. */
export interface CallOff {
  readonly type: 'callOff';
  readonly pod: Pod;
  readonly operation: string;
}

/** Removes the Pod from the API: nothing of it is left here. */
export interface DeletePod {
  readonly type: 'deletePod';
  readonly pod: Pod;
}

/** One step that the node agent can take for a Pod. */
export type PodAction =
  | PrepareVolumes
  | EnsureImage
  | RunSandbox
  | StartContainer
  | StopContainer
  | RemoveContainer
  | StopSandbox
  | RemoveSandbox
  | ReleasePod
  | StartProbes
  | StopProbes
  | WriteStatus
  | TellEvent
  | CallOff
  | DeletePod;

/** The step in a few words, for the log. */
export function describePodAction(action: PodAction): string {
  const { type, pod } = action;
  const of = `${pod.metadata?.namespace}/${pod.metadata?.name}`;
  return 'container' in action ? `${type} ${action.container} of ${of}` : `${type} of ${of}`;
}
