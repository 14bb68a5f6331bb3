import type { IntOrString } from '../../api/generated/meta-v1.js';
import { isPodReady, isTerminating } from '../../api/pods.js';
import type { CoveredPod, DisruptionFacts } from './facts.js';

/** How long an allowed eviction may take to delete its Pod, milliseconds (the controller's DeletionTimeout). */
const deletionTimeoutMs = 120_000;

/** How many Pods there should be and how many of them have to be healthy, or why that cannot be said. */
export type Wanted =
  | { readonly expected: number; readonly desired: number; readonly failure?: undefined }
  | { readonly failure: string };

type Total = { readonly total: number; readonly failure?: undefined } | { readonly failure: string };

function scaled(value: IntOrString, total: number): number {
  return typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * total) / 100);
}

/** What all keepers of the Pods want together. */
function totalOf(pods: readonly CoveredPod[]): Total {
  const replicas = new Map<string, number>();
  for (const { pod, keeper } of pods) {
    if (keeper === 'none') continue;
    if (keeper === 'unknown') return { failure: `found no controllers for pod "${pod.metadata?.name}"` };
    if (keeper.replicas === undefined)
      return { failure: `${keeper.kind} does not implement the scale subresource` };
    replicas.set(keeper.uid, keeper.replicas);
  }
  return { total: [...replicas.values()].reduce((sum, one) => sum + one, 0) };
}

/** Whether Pods without a keeper make the count wrong: only a plain number of Pods needs no keepers. */
export function isSpoilt({ budget, pods }: DisruptionFacts): boolean {
  return typeof budget.spec?.minAvailable !== 'number' && pods.some(({ keeper }) => keeper === 'none');
}

/** What the budget asks for: of `maxUnavailable` and `minAvailable` exactly one is set. */
export function wantedOf({ budget, pods }: DisruptionFacts): Wanted {
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  if (maxUnavailable === undefined && typeof minAvailable === 'number') {
    return { expected: pods.length, desired: minAvailable };
  }
  const total = totalOf(pods);
  if (total.failure !== undefined) return total;
  const expected = total.total;
  const desired =
    maxUnavailable === undefined
      ? scaled(minAvailable ?? 0, expected)
      : expected - scaled(maxUnavailable, expected);
  return { expected, desired: Math.max(0, desired) };
}

/** The evictions that are still on their way, and the Pods that outlived theirs. Times are RFC 3339. */
export interface Disrupted {
  readonly pending: { readonly [pod: string]: string };
  readonly outlived: readonly CoveredPod[];
  /** Milliseconds until the next one has had its time. */
  readonly nextMs: number | undefined;
}

/** Sorts the evictions that the API server noted. */
export function disruptedOf({ budget, pods }: DisruptionFacts, now: Date): Disrupted {
  const pending: { [pod: string]: string } = {};
  const outlived: CoveredPod[] = [];
  const left: number[] = [];
  const noted = budget.status?.disruptedPods ?? {};
  for (const covered of pods) {
    const name = covered.pod.metadata?.name ?? '';
    const at = Object.hasOwn(noted, name) ? noted[name] : undefined;
    if (at === undefined || isTerminating(covered.pod)) continue;
    const remaining = Date.parse(at) + deletionTimeoutMs - now.getTime();
    if (remaining <= 0) outlived.push(covered);
    else {
      pending[name] = at;
      left.push(remaining);
    }
  }
  return { pending, outlived, nextMs: left.length === 0 ? undefined : Math.min(...left) };
}

/** Pods that are ready and stay. */
export function healthyOf({ pods }: DisruptionFacts, { pending }: Disrupted): number {
  return pods.filter(
    ({ pod }) => isPodReady(pod) && !isTerminating(pod) && !Object.hasOwn(pending, pod.metadata?.name ?? ''),
  ).length;
}
