import { isList, isObject } from '../../api/deep.js';
import type {
  ContainerDetails,
  ContainerInfo,
  ContainerPhase,
  ImageInfo,
  SandboxInfo,
} from './container-runtime.js';
import type { Message } from './transport.js';

/** The text in a field; empty when there is none. */
export function text(message: Message, field: string): string {
  const value = message[field];
  return typeof value === 'string' ? value : '';
}

/** The number in a field; 64-bit numbers arrive as text. */
export function numberIn(message: Message, field: string): number {
  return Number(message[field] ?? 0);
}

/** The message in a field; an empty one when there is none. */
export function messageIn(message: Message, field: string): Message {
  const value = message[field];
  return isObject(value) ? value : {};
}

/** The messages of a repeated field. */
export function messagesIn(message: Message, field: string): readonly Message[] {
  const value = message[field];
  return isList(value) ? value.filter(isObject) : [];
}

/** The texts of a repeated field. */
export function textsIn(message: Message, field: string): readonly string[] {
  const value = message[field];
  return isList(value) ? value.map(String) : [];
}

function textMap(message: Message, field: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(messageIn(message, field)).map(([key, value]) => [key, String(value)]),
  );
}

/** CRI times are nanoseconds since the epoch, 0 for never. */
function milliseconds(message: Message, field: string): number | undefined {
  const nanoseconds = BigInt(text(message, field) || '0');
  return nanoseconds === 0n ? undefined : Number(nanoseconds / 1_000_000n);
}

/** Reads an item of ListPodSandbox. */
export function sandboxInfo(message: Message): SandboxInfo {
  const metadata = messageIn(message, 'metadata');
  return {
    id: text(message, 'id'),
    podUid: text(metadata, 'uid'),
    podName: text(metadata, 'name'),
    podNamespace: text(metadata, 'namespace'),
    attempt: numberIn(metadata, 'attempt'),
    ready: message['state'] === 'SANDBOX_READY',
    createdAtMs: milliseconds(message, 'created_at') ?? 0,
    labels: textMap(message, 'labels'),
    annotations: textMap(message, 'annotations'),
  };
}

const phases: Readonly<Record<string, ContainerPhase>> = {
  CONTAINER_CREATED: 'created',
  CONTAINER_RUNNING: 'running',
  CONTAINER_EXITED: 'exited',
};

function phaseOf(message: Message): ContainerPhase {
  return phases[text(message, 'state')] ?? 'unknown';
}

/** Reads an item of ListContainers. */
export function containerInfo(message: Message): ContainerInfo {
  const metadata = messageIn(message, 'metadata');
  return {
    id: text(message, 'id'),
    sandboxId: text(message, 'pod_sandbox_id'),
    name: text(metadata, 'name'),
    attempt: numberIn(metadata, 'attempt'),
    phase: phaseOf(message),
    imageRef: text(message, 'image_ref'),
    createdAtMs: milliseconds(message, 'created_at') ?? 0,
    labels: textMap(message, 'labels'),
    annotations: textMap(message, 'annotations'),
  };
}

/** Reads the answer of ContainerStatus. */
export function containerDetails(message: Message): ContainerDetails {
  return {
    phase: phaseOf(message),
    startedAtMs: milliseconds(message, 'started_at'),
    finishedAtMs: milliseconds(message, 'finished_at'),
    exitCode: numberIn(message, 'exit_code'),
    reason: text(message, 'reason'),
    message: text(message, 'message'),
    logPath: text(message, 'log_path'),
    imageRef: text(message, 'image_ref'),
  };
}

/** Reads an image; `info` is the verbose part of ImageStatus, which carries the image's own configuration. */
export function imageInfo(message: Message, info = ''): ImageInfo {
  const uid = message['uid'];
  return {
    id: text(message, 'id'),
    repoTags: textsIn(message, 'repo_tags'),
    repoDigests: textsIn(message, 'repo_digests'),
    size: numberIn(message, 'size'),
    userId: isObject(uid) ? numberIn(uid, 'value') : undefined,
    userName: text(message, 'username') || undefined,
    volumes: imageVolumes(info),
  };
}

function imageVolumes(info: string): readonly string[] {
  if (info === '') return [];
  const parsed: unknown = JSON.parse(info);
  if (!isObject(parsed)) return [];
  const config = messageIn(messageIn(parsed, 'imageSpec'), 'config');
  return Object.keys(messageIn(config, 'Volumes'));
}

/** Reads from the verbose part of ContainerStatus which directories the runtime made for the container itself. */
export function ownVolumes(id: string, info: string): ReadonlyMap<string, string> {
  const parsed: unknown = info === '' ? {} : JSON.parse(info);
  const mounts = isObject(parsed) ? messagesIn(messageIn(parsed, 'runtimeSpec'), 'mounts') : [];
  return new Map(
    mounts
      .map((mount) => [text(mount, 'destination'), text(mount, 'source')] as const)
      .filter(([, source]) => source.includes(`/containers/${id}/volumes/`)),
  );
}
