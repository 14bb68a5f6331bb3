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
import { type Registry, timestamp, type WriteContext } from './registry.js';
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
async function spend(
  registry: Registry,
  budget: PodDisruptionBudget,
  pod: string,
  context: WriteContext,
): Promise<void> {
  const resource = registry.resources.find(kinds.PodDisruptionBudget);
  if (resource === undefined) return;
  const { namespace, name = '' } = budget.metadata ?? {};
  await registry.locks.run(keyOf(resource, namespace, name), async () => {
    const entry = currentEntry(registry, resource, { namespace, name });
    const current = decode(entry, kinds.PodDisruptionBudget);
    const allowed = current.status?.disruptionsAllowed ?? 0;
    const observed = current.status?.observedGeneration ?? 0;
    if (allowed <= 0 || current.status === undefined || observed < (current.metadata?.generation ?? 0)) {
      throw heldBack(current);
    }
    const disruptedPods = { ...current.status.disruptedPods, [pod]: timestamp(registry.clock.now()) };
    const next = {
      ...current,
      status: { ...current.status, disruptionsAllowed: allowed - 1, disruptedPods },
    };
    await storeNext(registry, resource, { entry, current, next }, context);
  });
}

/** Deletes a Pod if its disruption budget allows it; 429 when that has to wait. */
export async function evictPod(
  registry: Registry,
  { resource, key }: { readonly resource: Resource; readonly key: ObjectKey },
  eviction: KubeObject & { readonly deleteOptions?: DeleteOptions },
  context: WriteContext,
): Promise<Deletion> {
  const pod = decode(currentEntry(registry, resource, key), kinds.Pod);
  const budgets = budgetsOf(registry, pod);
  if (budgets.length > 1) {
    throw internal(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const [budget] = budgets;
  if (budget !== undefined && isPodReady(pod)) await spend(registry, budget, key.name, context);
  return deleteEntry(registry, { resource, key }, eviction.deleteOptions ?? {}, context);
}
