import type { LifecycleHandler } from '../../api/generated/core-v1.js';
import type { Clock } from '../../lib/clock.js';
import { ask, type HandlerDeps, type Target } from './handlers.js';

const NO_LIMIT_SECONDS = 3600;

/** Runs a postStart or preStop hook to its end; rejects with what went wrong. */
export async function runHook(
  hook: LifecycleHandler,
  target: Target,
  deps: HandlerDeps & {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly timeoutSeconds?: number;
  },
): Promise<void> {
  if (hook.sleep !== undefined) {
    await deps.clock.sleep((hook.sleep.seconds ?? 0) * 1000, deps.signal);
    return;
  }
  const timeoutSeconds = deps.timeoutSeconds ?? NO_LIMIT_SECONDS;
  const finding = await ask(hook, target, { ...deps, timeoutSeconds });
  if (!finding.ok) throw new Error(finding.message);
}
