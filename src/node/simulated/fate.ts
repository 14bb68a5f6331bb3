import type { Pod } from '../../api/generated/core-v1.js';
import { controllerOf } from '../../api/owner.js';
import { fateAnnotations } from './annotations.js';
import type { PodDelays } from './facts.js';

/** What becomes of a Pod; times in milliseconds, as the node's clock runs them. */
export interface Fate extends PodDelays {
  /** Why its containers are never started; undefined when they are. */
  readonly neverStarts: string | undefined;
  readonly neverReady: boolean;
  /** Its readiness goes this long after it came, and comes again later; undefined when it stays. */
  readonly wave: Wave | undefined;
  /** How long its containers run before they end, if they do. */
  readonly runMs: number;
  readonly end: 'none' | { readonly exitCode: number } | { readonly evicted: string };
  /** After so many failures nothing fails any more. */
  readonly failTimes: number;
  /** How many times faster than told all this goes. */
  readonly speed: number;
}

/** Readiness that goes, and comes again if it ever does. */
export interface Wave {
  readonly readyMs: number;
  readonly unreadyMs: number;
}

type Annotations = Readonly<Record<string, string>>;

/** Reads a Pod's fate from its annotations; a value that admission would refuse counts as not given. */
export function fateOf(pod: Pod, defaults: PodDelays): Fate {
  const annotations = pod.metadata?.annotations ?? {};
  const { speed = 1 } = defaults;
  const ms = (key: string, fallback: number): number => {
    const value = Number(annotations[key] ?? fallback);
    // Whole ones: a clock has no others.
    return Math.round((Number.isFinite(value) && value >= 0 ? value : fallback) / speed);
  };
  const readyMs = ms(fateAnnotations.readyAfterMs, defaults.readyMs);
  return {
    startMs: ms(fateAnnotations.startAfterMs, defaults.startMs),
    readyMs,
    runMs: annotations[fateAnnotations.runForMs] === undefined ? readyMs : ms(fateAnnotations.runForMs, 0),
    stopMs: ms(fateAnnotations.stopAfterMs, defaults.stopMs),
    neverStarts: annotations[fateAnnotations.neverStart],
    neverReady: annotations[fateAnnotations.neverReady] === 'true',
    wave: waveOf(annotations, ms),
    end: endOf(pod, annotations),
    failTimes: Number(annotations[fateAnnotations.failTimes] ?? Number.POSITIVE_INFINITY),
    speed,
  };
}

function waveOf(annotations: Annotations, ms: (key: string, fallback: number) => number): Fate['wave'] {
  if (annotations[fateAnnotations.unreadyAfterMs] === undefined) return undefined;
  return {
    readyMs: ms(fateAnnotations.unreadyAfterMs, Number.POSITIVE_INFINITY),
    unreadyMs: ms(fateAnnotations.readyAgainAfterMs, Number.POSITIVE_INFINITY),
  };
}

function endOf(pod: Pod, annotations: Annotations): Fate['end'] {
  const exitCode = /^exit (\d+)$/.exec(annotations[fateAnnotations.fail] ?? '')?.[1];
  if (exitCode !== undefined) return { exitCode: Number(exitCode) };
  const evicted = annotations[fateAnnotations.evict];
  if (evicted !== undefined) return { evicted };
  return endsWell(pod, annotations) ? { exitCode: 0 } : 'none';
}

/** The fate of a life of the Pod's containers: `failed` of them have ended before, and some fail only so often. */
export function endOfLife(pod: Pod, fate: Fate, failed: number): Fate['end'] {
  if (failed < fate.failTimes || typeof fate.end === 'string') return fate.end;
  return endsWell(pod, pod.metadata?.annotations ?? {}) ? { exitCode: 0 } : 'none';
}

function endsWell(pod: Pod, annotations: Annotations): boolean {
  if (isPodOfJob(pod)) return annotations[fateAnnotations.neverReady] !== 'true';
  const failsOnly = annotations[fateAnnotations.failTimes] !== undefined;
  return annotations[fateAnnotations.runForMs] !== undefined && !failsOnly;
}

/** What a Job's Pod is for is to end: it succeeds unless it is told otherwise. */
function isPodOfJob(pod: Pod): boolean {
  return controllerOf(pod)?.kind === 'Job' && (pod.spec?.restartPolicy ?? 'Always') !== 'Always';
}
