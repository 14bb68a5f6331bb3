import { semanticEqual } from '../../api/deep.js';
import type { PodStatus } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { setPodCondition } from '../../api/pods.js';
import { isNotFound } from '../../api/status-error.js';
import type { DeletePod, StartProbes, TellEvent, WriteStatus } from '../actions.js';
import { containerOf, type NodeContext, podReference } from '../context.js';

/** Condition types that this agent writes; all others belong to whoever set them. */
const ownConditions = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

/** Writes the Pod's status over what is there now, leaving the conditions of others alone. */
export async function writeStatus({ client }: NodeContext, { pod, status }: WriteStatus): Promise<void> {
  const { name = '', namespace, uid } = pod.metadata ?? {};
  try {
    await client.modify(
      kinds.Pod,
      { name, namespace, uid },
      (current) => {
        const next = merged(current.status, status);
        return semanticEqual(current.status, next) ? undefined : { ...current, status: next };
      },
      { subresource: 'status' },
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function merged(current: PodStatus | undefined, status: PodStatus): PodStatus {
  const others: PodStatus = { ...status, conditions: current?.conditions };
  const own = (status.conditions ?? []).filter(({ type }) => ownConditions.has(type));
  return own.reduce((result, condition) => setPodCondition(result, condition), others);
}

/** Tells of something that the plan found, once. */
export function tellEvent(
  context: NodeContext,
  { pod, once, level, reason, message, fieldPath }: TellEvent,
): void {
  const { told } = context.memories.of(pod.metadata?.uid ?? '');
  if (told.has(once)) return;
  told.add(once);
  context.events.event(podReference(pod, fieldPath), level, reason, message);
}

/** Starts the probes of a container that runs. */
export function startProbes(
  { prober }: NodeContext,
  { pod, container, id, address, startedAtMs, initial }: StartProbes,
): void {
  prober.start({ pod, container: containerOf(pod, container), id, address, startedAtMs, initial });
}

/** Removes exactly this Pod from the API, now. */
export async function deletePod({ client }: NodeContext, { pod }: DeletePod): Promise<void> {
  const { name = '', namespace, uid } = pod.metadata ?? {};
  try {
    await client.delete(kinds.Pod, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
