import type { ContainerStatus, Pod } from '../../api/generated/core-v1.js';
import { backoffOfNext, restartAtMs } from '../planning/restart.js';
import { endOfLife, type Fate } from './fate.js';
import type { Sandbox } from './paper-runtime.js';

/** One life of a Pod's containers; when they have ended they may be started again. Times are milliseconds since the epoch. */
export interface Life {
  /** How often they were started again. */
  readonly restarts: number;
  readonly startedAtMs: number;
  /** How long the next life waits for after the end of this one, at the speed of a kubelet. */
  readonly backoffMs: number;
  /** How the life before ended. */
  readonly before?: EndedLife;
}

/** How a life ended. */
export interface EndedLife {
  readonly exitCode: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
}

/** How far a Pod has come. */
export type Stage = 'creating' | 'running' | 'ready' | 'ended';

/** Where a Pod stands. */
export interface Progress {
  readonly stage: Stage;
  readonly life: Life;
  /** The fate of this life. */
  readonly end: Fate['end'] | { readonly expired: true };
  /** When the next thing happens, milliseconds since the epoch; undefined when it stays as it is. */
  readonly nextMs: number | undefined;
  /** What follows the end of this life, now or at `nextMs`; undefined when nothing does. */
  readonly successor?: Life;
}

/** Where a Pod stands at a time. Whatever its containers do, they are stopped at the Pod's deadline. */
export function progressAt(pod: Pod, paper: PodOnPaper, nowMs: number): Progress {
  const progress = livedUntil(pod, paper, nowMs);
  const { stage, successor, life, nextMs = Number.POSITIVE_INFINITY } = progress;
  const deadlineMs = deadlineOf(pod, paper);
  if (deadlineMs === undefined || (stage === 'ended' && successor === undefined)) return progress;
  if (nowMs >= deadlineMs) return { stage: 'ended', life, end: { expired: true }, nextMs: undefined };
  return { ...progress, nextMs: Math.min(nextMs, deadlineMs) };
}

/** Counted from when the node saw it; like back-off, it passes as fast as the Pod lives. */
function deadlineOf({ spec, status }: Pod, { sandbox, fate }: PodOnPaper): number | undefined {
  const seconds = spec?.activeDeadlineSeconds;
  if (seconds === undefined) return undefined;
  const sinceMs = status?.startTime === undefined ? sandbox.createdAtMs : Date.parse(status.startTime);
  return sinceMs + Math.round((seconds * 1000) / fate.speed);
}

function livedUntil(pod: Pod, { sandbox, fate }: PodOnPaper, nowMs: number): Progress {
  const life = sandbox.life ?? firstLife(sandbox.createdAtMs + fate.startMs);
  const end = endOfLife(pod, fate, life.restarts);
  const common = { life, end };
  // What has run before was started.
  if (fate.neverStarts !== undefined && pod.status?.podIP === undefined)
    return { ...common, stage: 'creating', nextMs: undefined };
  if (nowMs < life.startedAtMs) return { ...common, stage: 'creating', nextMs: life.startedAtMs };
  const endMs = end === 'none' ? Number.POSITIVE_INFINITY : life.startedAtMs + fate.runMs;
  if (nowMs >= endMs)
    return { ...common, stage: 'ended', ...succession(pod, common, { fate, endMs }, nowMs) };
  const { isReady, turnsMs } = readinessAt(fate, nowMs - life.startedAtMs);
  const nextMs = Math.min(endMs, life.startedAtMs + turnsMs);
  return {
    ...common,
    stage: isReady ? 'ready' : 'running',
    nextMs: Number.isFinite(nextMs) ? nextMs : undefined,
  };
}

/** What a Pod's progress follows from, beside the Pod and the time. */
export interface PodOnPaper {
  readonly sandbox: Sandbox;
  readonly fate: Fate;
}

function firstLife(startedAtMs: number): Life {
  return { restarts: 0, startedAtMs, backoffMs: backoffOfNext(undefined) };
}

/** Whether a Pod is ready that has run this long, and when that changes, milliseconds after it began to run. */
function readinessAt(
  { neverReady, readyMs, wave }: Fate,
  ranMs: number,
): { readonly isReady: boolean; readonly turnsMs: number } {
  if (neverReady) return { isReady: false, turnsMs: Number.POSITIVE_INFINITY };
  if (ranMs < readyMs) return { isReady: false, turnsMs: readyMs };
  if (wave === undefined) return { isReady: true, turnsMs: Number.POSITIVE_INFINITY };
  const periodMs = wave.readyMs + wave.unreadyMs;
  const rounds = Number.isFinite(periodMs) ? Math.floor((ranMs - readyMs) / periodMs) : 0;
  const beganMs = readyMs + (rounds === 0 ? 0 : rounds * periodMs);
  const isReady = ranMs < beganMs + wave.readyMs;
  return { isReady, turnsMs: beganMs + (isReady ? wave.readyMs : periodMs) };
}

interface Ending {
  readonly fate: Fate;
  readonly endMs: number;
}

function succession(
  pod: Pod,
  { life, end }: Pick<Progress, 'life' | 'end'>,
  { fate, endMs }: Ending,
  nowMs: number,
): Pick<Progress, 'nextMs' | 'successor'> {
  if (typeof end === 'string' || !('exitCode' in end) || !isRestarted(pod, end.exitCode))
    return { nextMs: undefined };
  const ended = { createdAtMs: life.startedAtMs, finishedAtMs: endMs, backoffMs: life.backoffMs };
  const nextMs = restartAtMs({ ...ended, backoffMs: Math.round(life.backoffMs / fate.speed) });
  const before = { exitCode: end.exitCode, startedAtMs: life.startedAtMs, finishedAtMs: endMs };
  const successor = {
    restarts: life.restarts + 1,
    startedAtMs: Math.max(nowMs, nextMs),
    backoffMs: backoffOfNext(ended),
    before,
  };
  return { nextMs, successor };
}

/** Whether containers that ended with this code are started again. */
export function isRestarted({ spec }: Pod, exitCode: number): boolean {
  const policy = spec?.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** The life that a Pod's status tells of, for a node that has forgotten; undefined when its containers never ran. */
export function lifeIn({ status }: Pod): Life | undefined {
  const [first] = status?.containerStatuses ?? [];
  if (first === undefined || status?.podIP === undefined) return undefined;
  const { restartCount, state, lastState } = first;
  const isWaiting = state?.running === undefined;
  const startedAt = isWaiting ? lastState?.terminated?.startedAt : state?.running?.startedAt;
  if (startedAt === undefined) return undefined;
  let backoffMs = backoffOfNext(undefined);
  for (let life = 0; life < Math.min(restartCount, 10); life += 1)
    backoffMs = backoffOfNext({ createdAtMs: 0, finishedAtMs: 0, backoffMs });
  const before = isWaiting ? undefined : endedIn(first);
  return {
    restarts: restartCount,
    startedAtMs: Date.parse(startedAt),
    backoffMs,
    ...(before === undefined ? {} : { before }),
  };
}

function endedIn({ lastState }: ContainerStatus): EndedLife | undefined {
  const { exitCode, startedAt, finishedAt } = lastState?.terminated ?? {};
  if (exitCode === undefined || startedAt === undefined || finishedAt === undefined) return undefined;
  return { exitCode, startedAtMs: Date.parse(startedAt), finishedAtMs: Date.parse(finishedAt) };
}
