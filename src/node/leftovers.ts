import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod } from '../api/generated/core-v1.js';
import type { Cache } from '../client/client.js';
import type { Known } from '../lib/known.js';
import type { Plan, Reconciler } from '../reconcile/contract.js';
import type { NodeContext } from './context.js';
import type { RuntimeFacts } from './facts.js';
import { unlessGone } from './performing/sandbox.js';
import { releaseUid } from './performing/volumes.js';

/** What is left here of a Pod that the API no longer has. */
export interface LeftoverFacts {
  readonly uid: string;
  /** Whether nothing is begun for the Pod any more: a look at it that is under way may still be about to. */
  readonly buried: boolean;
  /** Work that was begun when the API still had the Pod, and has not ended. */
  readonly underWay: readonly string[];
  readonly runtime: Known<RuntimeFacts>;
}

/** One step of clearing it away. */
export type LeftoverAction =
  | { readonly type: 'bury'; readonly uid: string }
  | { readonly type: 'stopContainer'; readonly id: string }
  | { readonly type: 'stopSandbox'; readonly id: string }
  | { readonly type: 'removeSandbox'; readonly id: string }
  | { readonly type: 'release'; readonly uid: string };

/** A Pod that was removed by force has this long; whoever forces does not want to wait. */
const GRACE_SECONDS = 2;
const RETRY_MS = 500;

/** Decides how what is left of a Pod is cleared away. */
export function planLeftovers({ uid, buried, underWay, runtime }: LeftoverFacts): Plan<LeftoverAction> {
  // Two that clear away the same things get into each other's way.
  if (!buried) {
    const message = 'what is under way for the Pod is called off';
    return {
      actions: [{ type: 'bury', uid }],
      waitingFor: { reason: 'CallingOff', message },
      lookAgainAfterMs: 0,
    };
  }
  if (underWay.length > 0) {
    const message = `what was begun for the Pod has not ended: ${underWay.join(', ')}`;
    return { actions: [], waitingFor: { reason: 'WorkUnderWay', message } };
  }
  if (!runtime.known) {
    const message = `the container runtime cannot be asked: ${runtime.why}`;
    return { actions: [], waitingFor: { reason: 'RuntimeUnavailable', message }, lookAgainAfterMs: RETRY_MS };
  }
  const { containers, sandboxes } = runtime.value;
  const running = containers.filter(({ phase }) => phase === 'running');
  const standing = sandboxes.filter(({ ready }) => ready);
  return {
    actions: [
      ...running.map(({ id }): LeftoverAction => ({ type: 'stopContainer', id })),
      ...standing.map(({ id }): LeftoverAction => ({ type: 'stopSandbox', id })),
      ...sandboxes.map(({ id }): LeftoverAction => ({ type: 'removeSandbox', id })),
      { type: 'release', uid },
    ],
  };
}

/** Clears away what the API has no Pod for: Pods removed by force, and those that went while no agent looked. */
export function leftoversReconciler(
  context: NodeContext,
  pods: Cache<Pod>,
): Reconciler<string, LeftoverFacts, LeftoverAction> {
  return {
    name: 'node-leftovers',
    async observe(uid) {
      if (pods.list().some((pod) => pod.metadata?.uid === uid)) return undefined;
      const { memories, view } = context;
      return {
        uid,
        buried: memories.isGone(uid),
        underWay: memories.underWay(uid),
        runtime: view.factsOf(uid),
      };
    },
    plan: planLeftovers,
    perform: (action) => performLeftover(context, action),
  };
}

async function performLeftover(context: NodeContext, action: LeftoverAction): Promise<void> {
  const { runtime } = context;
  switch (action.type) {
    case 'bury':
      return context.memories.bury(action.uid);
    case 'stopContainer':
      return runtime.stopContainer(action.id, GRACE_SECONDS).catch(unlessGone);
    case 'stopSandbox':
      return runtime.stopSandbox(action.id).catch(unlessGone);
    case 'removeSandbox':
      return runtime.removeSandbox(action.id).catch(unlessGone);
    case 'release':
      return release(context, action);
  }
}

async function release(
  context: NodeContext,
  { uid }: Extract<LeftoverAction, { type: 'release' }>,
): Promise<void> {
  await context.view.refresh();
  await releaseUid(context, uid);
  context.memories.forget(uid);
  const { logs } = context.sandbox.places;
  const names = (await readdir(logs).catch(() => [])).filter((name) => name.endsWith(`_${uid}`));
  for (const name of names) await rm(join(logs, name), { recursive: true, force: true });
}
