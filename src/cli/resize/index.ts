import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import type { Client } from '../../client/client.js';
import { UserError } from '../../cluster/index.js';
import { messageOf } from '../../lib/errors.js';
import { describeAction } from './actions.js';
import type { ResizeFacts, ResizeWish } from './facts.js';
import { observe } from './observe.js';
import { type PerformDeps, perform } from './perform.js';
import { planResize, type ResizePlan, sizeLines } from './plan.js';

/** Which set. */
export interface ResizeTarget {
  readonly namespace: string;
  readonly name: string;
}

/** A plan and what it was made from. */
export interface PreparedResize {
  readonly facts: ResizeFacts;
  readonly plan: ResizePlan;
}

/** Works out what is to be done; refuses with all that stands against it. */
export async function prepareResize(
  { client }: PerformDeps,
  target: ResizeTarget,
  wish: ResizeWish,
): Promise<PreparedResize> {
  const facts = await observe(client, target);
  const plan = planResize(facts, wish);
  if (plan.refusals.length > 0) throw new UserError(plan.refusals.join('\nholdfast: '));
  await rehearse(client, plan);
  return { facts, plan };
}

/** Asks whether the new set would be taken, before the old one is touched. */
async function rehearse(client: Client, { actions }: ResizePlan): Promise<void> {
  const created = actions.find((action) => action.type === 'createSet');
  if (created === undefined) return;
  const { name = '', ...metadata } = created.set.metadata ?? {};
  const probe = { ...created.set, metadata: { ...metadata, generateName: `${name}-` } };
  try {
    await client.create(kinds.StatefulSet, probe, { dryRun: true });
  } catch (error) {
    throw new UserError(`the new StatefulSet ${name} would be refused: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The plan as it is shown. */
export function resizeLines({ facts, plan }: PreparedResize): readonly string[] {
  const { namespace, name, set } = facts;
  return [
    `StatefulSet ${namespace}/${name}`,
    ...sizeLines(set, plan.actions).map((line) => `  ${line}`),
    ...plan.actions.map((action, index) => `  ${index + 1}. ${describeAction(action)}`),
    ...plan.notes.map((note) => `  note: ${note}`),
  ];
}

/** How often, and for how long, the new set's Pods are looked at, milliseconds. */
const pollMs = 50;
const adoptionMs = 30_000;

/** Takes the steps, and waits until the new set has taken over the Pods that were there; gives how many. */
export async function carryOut(deps: PerformDeps, { facts, plan }: PreparedResize): Promise<number> {
  for (const action of plan.actions) await perform(deps, action);
  const before = new Set(facts.pods.map(({ metadata }) => metadata?.uid));
  const { client, clock } = deps;
  for (const deadline = clock.now() + adoptionMs; ; await clock.sleep(pollMs)) {
    const { set, pods } = await observe(client, facts);
    const same = pods.filter(({ metadata }) => before.has(metadata?.uid));
    const own = same.filter((pod) => controllerOf(pod)?.uid === set?.metadata?.uid);
    if (own.length === same.length) return own.length;
    if (clock.now() >= deadline) {
      const left = same.filter((pod) => !own.includes(pod)).map(({ metadata }) => metadata?.name);
      throw new UserError(
        `StatefulSet ${facts.name} has not taken over ${left.join(', ')} in ${adoptionMs / 1000} s`,
      );
    }
  }
}
