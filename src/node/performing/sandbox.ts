import type { RemoveSandbox, RunSandbox, StopSandbox } from '../actions.js';
import { type NodeContext, podReference } from '../context.js';
import { isRuntimeNotFound, isRuntimeUnavailable, runtimeDetail } from '../cri/runtime-error.js';
import { sandboxConfig } from '../pod/sandbox-config.js';
import { StepError } from '../pod/step-error.js';

/** Begins to make the Pod's sandbox. */
export function runSandbox(context: NodeContext, { pod, attempt }: RunSandbox): void {
  context.memories.begin({
    uid: pod.metadata?.uid ?? '',
    key: 'sandbox',
    async run() {
      try {
        await context.runtime.runSandbox(sandboxConfig(pod, attempt, context.sandbox));
      } catch (error) {
        if (isRuntimeUnavailable(error)) throw error;
        const message = runtimeDetail(error);
        context.events.event(
          podReference(pod),
          'Warning',
          'FailedCreatePodSandBox',
          `Failed to create pod sandbox: ${message}`,
        );
        throw new StepError('FailedCreatePodSandBox', message, {
          retry: { baseMs: 1000, maxMs: 60_000 },
          cause: error,
        });
      }
    },
  });
}

/** Begins to take a sandbox's network down. */
export function stopSandbox(context: NodeContext, { pod, id }: StopSandbox): void {
  context.memories.begin({
    uid: pod.metadata?.uid ?? '',
    key: `stopSandbox:${id}`,
    run: () => context.runtime.stopSandbox(id).catch(unlessGone),
  });
}

/** Begins to remove a sandbox and what is left of its containers. */
export function removeSandbox(context: NodeContext, { pod, id }: RemoveSandbox): void {
  context.memories.begin({
    uid: pod.metadata?.uid ?? '',
    key: `removeSandbox:${id}`,
    run: () => context.runtime.removeSandbox(id).catch(unlessGone),
  });
}

/** What is gone already need not be removed. */
export function unlessGone(error: unknown): void {
  if (!isRuntimeNotFound(error)) throw error;
}
