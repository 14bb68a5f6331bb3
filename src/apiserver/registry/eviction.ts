import type { Pod } from '../../api/generated/core-v1.js';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../api/generated/policy-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import { isPodReady, setPodCondition } from '../../api/pods.js';
import type { DeleteOptions } from '../../api/resource-api.js';
import { labelSelectorOf, matchesLabels } from '../../api/selectors.js';
import { badRequest, failure, forbidden, tooManyRequests } from '../../api/status-error.js';
import { decode } from './codec.js';
import { checkPreconditions, type Deletion, deleteEntry } from './delete.js';
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

/** Evictions that may wait for the controller to see them; more than this is a sign that it does not run. */
const maxDisruptedPods = 2000;

function violation(cause: string, retryAfterSeconds: number): Error {
  return tooManyRequests(
    "Cannot evict pod as it would violate the pod's disruption budget.",
    retryAfterSeconds,
    [{ reason: 'DisruptionBudget', message: cause }],
  );
}

/** Why a budget does not let a Pod go now; undefined when it does. */
function refusalOf({ metadata, status }: PodDisruptionBudget): Error | undefined {
  const name = metadata?.name ?? '';
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {}, conditions } = status ?? {};
  if (observedGeneration < (metadata?.generation ?? 0)) {
    return violation(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  if (disruptionsAllowed < 0) {
    return forbidden(kinds.PodDisruptionBudget, name, 'pdb disruptions allowed is negative');
  }
  if (Object.keys(disruptedPods).length > maxDisruptedPods) {
    const why = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller';
    return forbidden(kinds.PodDisruptionBudget, name, why);
  }
  if (disruptionsAllowed > 0) return undefined;
  const failed = conditions?.find(
    ({ type, reason }) => type === 'DisruptionAllowed' && reason === 'SyncFailed',
  );
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  const counts = `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return violation(
    failed === undefined ? counts : `${counts}; it could not be counted: ${failed.message}`,
    0,
  );
}

/** Takes one of the disruptions that a budget still allows. */
async function spend(write: Write, budget: PodDisruptionBudget, pod: string): Promise<void> {
  const resource = write.registry.resources.find(kinds.PodDisruptionBudget);
  if (resource === undefined) return;
  const { namespace, name = '' } = budget.metadata ?? {};
  await write.registry.locks.run(keyOf(resource, namespace, name), async () => {
    const entry = currentEntry(write.registry, resource, { namespace, name });
    const current = decode(entry, kinds.PodDisruptionBudget);
    const refusal = refusalOf(current);
    if (refusal !== undefined) throw refusal;
    const disruptedPods = { ...current.status?.disruptedPods, [pod]: timestamp(write.registry.clock.now()) };
    const disruptionsAllowed = (current.status?.disruptionsAllowed ?? 0) - 1;
    const next = { ...current, status: { ...countsOf(current), disruptionsAllowed, disruptedPods } };
    await storeNext(write, resource, { entry, current, next });
  });
}

/** The status with the counts that it always has. */
function countsOf({ status }: PodDisruptionBudget): PodDisruptionBudgetStatus {
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0, disruptionsAllowed = 0 } = status ?? {};
  return { ...status, currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed };
}

/** Pods that have ended, not begun, or are on their way out disturb nobody by going. */
function isFree({ metadata, status }: Pod): boolean {
  const { phase } = status ?? {};
  return (
    metadata?.deletionTimestamp !== undefined ||
    phase === 'Succeeded' ||
    phase === 'Failed' ||
    phase === 'Pending'
  );
}

/** A Pod that is not ready anyway may go, always or, unless said otherwise, while the budget is kept by the others. */
function isExempt(pod: Pod, { spec, status }: PodDisruptionBudget): boolean {
  if (isPodReady(pod)) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

async function checkBudgets(write: Write, pod: Pod): Promise<void> {
  if (isFree(pod)) return;
  const [budget, another] = budgetsOf(write.registry, pod);
  if (another !== undefined) {
    throw failure({
      code: 500,
      reason: '',
      message:
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    });
  }
  if (budget !== undefined && !isExempt(pod, budget)) await spend(write, budget, pod.metadata?.name ?? '');
}

/** Says in the Pod itself why it goes, for those who decide what its end means (a Job's podFailurePolicy). */
async function markTarget(
  write: Write,
  target: { readonly resource: Resource; readonly key: ObjectKey },
): Promise<void> {
  const { resource, key } = target;
  await write.registry.locks.run(keyOf(resource, key.namespace, key.name), async () => {
    const entry = currentEntry(write.registry, resource, key);
    const current = decode(entry, kinds.Pod);
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
      lastTransitionTime: timestamp(write.registry.clock.now()),
    };
    const next = { ...current, status: setPodCondition(current.status ?? {}, condition) };
    await storeNext(write, resource, { entry, current, next });
  });
}

/**
 * Deletes a Pod if its disruption budget allows it; 429 when that has to wait.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 */
export async function evictPod(
  write: Write,
  { resource, key }: { readonly resource: Resource; readonly key: ObjectKey },
  eviction: KubeObject & { readonly deleteOptions?: DeleteOptions },
): Promise<Deletion> {
  const named = eviction.metadata?.name;
  if (named !== undefined && named !== '' && named !== key.name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  const pod = decode(currentEntry(write.registry, resource, key), kinds.Pod);
  const options = eviction.deleteOptions ?? {};
  checkPreconditions(resource, pod, options);
  const how = isDryRun(options) ? { ...write, dryRun: true } : write;
  await checkBudgets(how, pod);
  if (!isFree(pod)) await markTarget(how, { resource, key });
  // The mark has made another version of what was just compared; the uid still has to be the same.
  const { resourceVersion: _compared, ...identity } = options.preconditions ?? {};
  return deleteEntry(
    how,
    { resource, key },
    { ...options, preconditions: { uid: pod.metadata?.uid, ...identity } },
  );
}

/** `dryRun: [All]` may stand in the options of the body, too. */
function isDryRun({ dryRun }: { readonly dryRun?: unknown }): boolean {
  return dryRun === true || (Array.isArray(dryRun) && dryRun.includes('All'));
}
