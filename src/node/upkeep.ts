import { join } from 'node:path';
import type { Pod } from '../api/generated/core-v1.js';
import type { Cache } from '../client/client.js';
import { messageOf } from '../lib/errors.js';
import { keyOf } from '../reconcile/keys.js';
import { type NodeContext, podReference } from './context.js';
import { rotateLog } from './logs/rotation.js';
import { storageExcess } from './performing/storage-limits.js';
import { logFile, logFolder } from './pod/places.js';

const ROUND_MS = 10_000;

/** What upkeep needs besides the node's context. */
export interface UpkeepOptions {
  readonly pods: Cache<Pod>;
  readonly signal: AbortSignal;
  /** Asks for a pass over a Pod. */
  readonly enqueue: (key: string) => void;
}

/** Now and then: rotates logs that have grown, and throws off Pods that use more of the disk than they may. */
export async function keepUp(context: NodeContext, { pods, signal, enqueue }: UpkeepOptions): Promise<void> {
  while (!signal.aborted) {
    await context.clock.sleep(ROUND_MS, signal).catch(() => {});
    for (const pod of pods.list()) {
      if (signal.aborted) return;
      if (pod.spec?.nodeName !== context.nodeName) continue;
      try {
        await rotateLogs(context, pod);
        if (await evictIfOver(context, pod)) enqueue(keyOf(pod));
      } catch (error) {
        context.log.warn('upkeep of a Pod failed', { pod: keyOf(pod), why: messageOf(error) });
      }
    }
  }
}

async function rotateLogs({ view, runtime, clock, sandbox }: NodeContext, pod: Pod): Promise<void> {
  const facts = view.factsOf(pod.metadata?.uid ?? '');
  if (!facts.known) return;
  for (const { id, name, attempt, phase } of facts.value.containers) {
    if (phase !== 'running') continue;
    const path = join(logFolder(sandbox.places, pod), logFile(name, attempt));
    await rotateLog(path, () => runtime.reopenLog(id), { now: new Date(clock.now()) });
  }
}

async function evictIfOver(context: NodeContext, pod: Pod): Promise<boolean> {
  const memory = context.memories.of(pod.metadata?.uid ?? '');
  if (memory.preparedVolumes === undefined || memory.evicted !== undefined) return false;
  memory.evicted = await storageExcess(context, pod);
  if (memory.evicted === undefined) return false;
  context.events.event(podReference(pod), 'Warning', 'Evicted', memory.evicted);
  return true;
}
