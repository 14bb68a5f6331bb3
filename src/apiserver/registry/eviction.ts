import type { Pod } from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget } from '../../api/generated/policy-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import { isPodReady } from '../../api/pods.js';
import type { DeleteOptions } from '../../api/resource-api.js';
import { labelSelectorOf, matchesLabels } from '../../api/selectors.js';
import { internal, tooManyRequests } from '../../api/status-error.js';
import { decode } from './codec.js';
import { type Deletion, deleteEntry } from './delete.js';
import { type Registry, timestamp, type Write } from './registry.js';
import { keyOf, prefixOf, type Resource } from './resources.js';
import { currentEntry, storeNext } from './update.js';

function budgetsOf(registry: Registry, pod: Pod): readonly PodDisruptionBudget[] {
  const resource = registry.resources.find(kinds.PodDisruptionBudget);
  if (resource === undefined) return [];
  return registry.store
    .range(prefixOf(resource, pod.metadata?.namespace))
    .entries.map((entry) => decode(entry, kinds.PodDisruptionBudget))
    .filter((budget) => matchesLabels(labelSelectorOf(budget.spec?.selector), pod.metadata?.labels));
}

function heldBack(budget: PodDisruptionBudget): Error {
  const name = budget.metadata?.name ?? '';
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  const message = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 10, [
    { reason: 'DisruptionBudget', message },
  ]);
}

/** Takes one of the disruptions that a budget still allows. */
async function spend(write: Write, budget: PodDisruptionBudget, pod: string): Promise<void> {
  const resource = write.registry.resources.find(kinds.PodDisruptionBudget);
  if (resource === undefined) return;
  const { namespace, name = '' } = budget.metadata ?? {};
  await write.registry.locks.run(keyOf(resource, namespace, name), async () => {
    const entry = currentEntry(write.registry, resource, { namespace, name });
    const current = decode(entry, kinds.PodDisruptionBudget);
    const allowed = current.status?.disruptionsAllowed ?? 0;
    const observed = current.status?.observedGeneration ?? 0;
    if (allowed <= 0 || current.status === undefined || observed < (current.metadata?.generation ?? 0)) {
      throw heldBack(current);
    }
    const disruptedPods = { ...current.status.disruptedPods, [pod]: timestamp(write.registry.clock.now()) };
    const next = {
      ...current,
      status: { ...current.status, disruptionsAllowed: allowed - 1, disruptedPods },
    };
    await storeNext(write, resource, { entry, current, next });
  });
}

/** Deletes a Pod if its disruption budget allows it; 429 when that has to wait. */
export async function evictPod(
  write: Write,
  { resource, key }: { readonly resource: Resource; readonly key: ObjectKey },
  eviction: KubeObject & { readonly deleteOptions?: DeleteOptions },
): Promise<Deletion> {
  const pod = decode(currentEntry(write.registry, resource, key), kinds.Pod);
  const budgets = budgetsOf(write.registry, pod);
  if (budgets.length > 1) {
    throw internal(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const [budget] = budgets;
  if (budget !== undefined && isPodReady(pod)) await spend(write, budget, key.name);
  return deleteEntry(write, { resource, key }, eviction.deleteOptions ?? {});
}
