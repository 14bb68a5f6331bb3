import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { timeoutSignal } from '../../lib/abort.js';
import { messageOf } from '../../lib/errors.js';
import type { RemoveContainer, StopContainer } from '../actions.js';
import { containerOf, containerReference, type NodeContext } from '../context.js';
import { rotatedFiles } from '../logs/reader.js';
import { logFile, logFolder } from '../pod/places.js';
import { runHook } from '../probes/hooks.js';
import { unlessGone } from './sandbox.js';

/** However long the preStop hook took, the container has this long to end by itself. */
const LEAST_GRACE_SECONDS = 2;

/** Begins to stop a container, or hurries along a stop that is under way. */
export function stopContainer(context: NodeContext, action: StopContainer): void {
  const { pod, id, graceSeconds } = action;
  const uid = pod.metadata?.uid ?? '';
  const underWay = context.memories.of(uid).operations.has(`stop:${id}`);
  if (underWay) {
    const run = (signal: AbortSignal): Promise<void> =>
      context.runtime.stopContainer(id, graceSeconds, signal).catch(unlessGone);
    context.memories.begin({ uid, key: `hurry:${id}`, run });
    return;
  }
  const deadlineMs = context.clock.now() + graceSeconds * 1000;
  context.memories.begin({
    uid,
    key: `stop:${id}`,
    deadlineMs,
    run: (signal) => stop(context, action, { deadlineMs, signal }),
  });
}

async function stop(
  context: NodeContext,
  action: StopContainer,
  { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const { pod, id, container } = action;
  context.events.event(containerReference(pod, container), 'Normal', 'Killing', action.why);
  await beforeStop(context, action, signal);
  const left = Math.ceil((deadlineMs - context.clock.now()) / 1000);
  const graceSeconds =
    action.graceSeconds === 0 ? 0 : Math.max(left, Math.min(LEAST_GRACE_SECONDS, action.graceSeconds));
  await context.runtime.stopContainer(id, graceSeconds, signal).catch(unlessGone);
}

/** A hook that fails, or takes longer than the grace, does not keep the container from being stopped. */
async function beforeStop(
  context: NodeContext,
  { pod, id, container: name, graceSeconds }: StopContainer,
  parent: AbortSignal,
): Promise<void> {
  const container = containerOf(pod, name);
  const hook = container.lifecycle?.preStop;
  if (hook === undefined || graceSeconds === 0) return;
  const address = pod.status?.podIP ?? '';
  using signal = timeoutSignal(context.clock, graceSeconds * 1000, parent);
  try {
    await runHook(hook, { container, id, address }, { ...context, signal, timeoutSeconds: graceSeconds });
  } catch (error) {
    parent.throwIfAborted();
    context.events.event(
      containerReference(pod, name),
      'Warning',
      'FailedPreStopHook',
      `PreStopHook failed: ${messageOf(error)}`,
    );
  }
}

/** Begins to remove a container that has ended, and its log. */
export function removeContainer(
  context: NodeContext,
  { pod, id, container, attempt }: RemoveContainer,
): void {
  const log = join(logFolder(context.sandbox.places, pod), logFile(container, attempt));
  context.memories.begin({
    uid: pod.metadata?.uid ?? '',
    key: `remove:${id}`,
    async run() {
      await context.runtime.removeContainer(id).catch(unlessGone);
      for (const file of [log, ...(await rotatedFiles(log))]) await rm(file, { force: true });
    },
  });
}
