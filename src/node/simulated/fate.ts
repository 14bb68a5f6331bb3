import type { Pod } from '../../api/generated/core-v1.js';
import { controllerOf } from '../../api/owner.js';
import type { PodDelays } from './facts.js';

const prefix = 'simulated.holdfast.dev/';

/** Annotations by which a Pod says what becomes of it on a simulated node. */
export const fateAnnotations = {
  /** Milliseconds until its containers run. */
  startAfterMs: `${prefix}start-after-ms`,
  /** Milliseconds from running to ready. */
  readyAfterMs: `${prefix}ready-after-ms`,
  /** Milliseconds that stopping takes. */
  stopAfterMs: `${prefix}stop-after-ms`,
  /** `true`: runs and never becomes ready. */
  neverReady: `${prefix}never-ready`,
  /** `exit N`: its containers end with that code when they have run long enough. */
  fail: `${prefix}fail`,
  /** Milliseconds that its containers run before they end, with code 0 unless `fail` says otherwise. */
  runForMs: `${prefix}run-for-ms`,
  /** Any text: it is evicted with that message when it would become ready. */
  evict: `${prefix}evict`,
} as const;

/** What becomes of a Pod; times in milliseconds. */
export interface Fate extends PodDelays {
  /** How long its containers run before they end, if they do. */
  readonly runMs: number;
  readonly end: 'ready' | 'never-ready' | { readonly exitCode: number } | { readonly evicted: string };
}

/** Reads a Pod's fate from its annotations. */
export function fateOf(pod: Pod, defaults: PodDelays): Fate {
  const annotations = pod.metadata?.annotations ?? {};
  const ms = (key: string, fallback: number): number => {
    const value = Number(annotations[key] ?? fallback);
    return Number.isFinite(value) && value >= 0 ? value : fallback;
  };
  const readyMs = ms(fateAnnotations.readyAfterMs, defaults.readyMs);
  return {
    startMs: ms(fateAnnotations.startAfterMs, defaults.startMs),
    readyMs,
    runMs: ms(fateAnnotations.runForMs, readyMs),
    stopMs: ms(fateAnnotations.stopAfterMs, defaults.stopMs),
    end: endOf(pod, annotations),
  };
}

function endOf(pod: Pod, annotations: Readonly<Record<string, string>>): Fate['end'] {
  const exitCode = /^exit (\d+)$/.exec(annotations[fateAnnotations.fail] ?? '')?.[1];
  if (exitCode !== undefined) return { exitCode: Number(exitCode) };
  const evicted = annotations[fateAnnotations.evict];
  if (evicted !== undefined) return { evicted };
  if (annotations[fateAnnotations.neverReady] === 'true') return 'never-ready';
  const ends = annotations[fateAnnotations.runForMs] !== undefined || isPodOfJob(pod);
  return ends ? { exitCode: 0 } : 'ready';
}

/** What a Job's Pod is for is to end: it succeeds unless it is told otherwise. */
function isPodOfJob(pod: Pod): boolean {
  return controllerOf(pod)?.kind === 'Job' && (pod.spec?.restartPolicy ?? 'Always') !== 'Always';
}
