import type { Job } from '../../api/generated/batch-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import { labelSelectorOf, matchesLabels } from '../../api/selectors.js';
import type { Cache, ReadingClient } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyFor, keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import type { JobFacts, PodEnd } from './facts.js';
import { endOf, isTracked } from './tracking.js';

/** What the controller sees. */
export interface JobCaches {
  readonly jobs: Cache<Job>;
  readonly pods: Cache<Pod>;
  /** By the Job's uid and the Pod's: Pods that ended, of which some are gone by now. */
  readonly ends: Map<string, Map<string, PodEnd>>;
}

const jobNameLabel = 'batch.kubernetes.io/job-name';

/** Opens the controller's caches. */
export function openCaches(client: ReadingClient): JobCaches {
  return { jobs: client.cache(kinds.Job), pods: client.cache(kinds.Pod), ends: new Map() };
}

/** Reads everything about one Job, or about what a Job that is gone left behind; undefined when there is neither. */
export async function observe(caches: JobCaches, key: string): Promise<JobFacts | undefined> {
  await Promise.all([caches.jobs.synced, caches.pods.synced]);
  const job = caches.jobs.get(splitKey(key));
  const all = caches.pods.list(splitKey(key).namespace);
  const selector = labelSelectorOf(job?.spec?.selector);
  const uid = job?.metadata?.uid;
  const isOwn = (pod: Pod): boolean => uid !== undefined && controllerOf(pod)?.uid === uid;
  const isOrphan = (pod: Pod): boolean =>
    controllerOf(pod) === undefined && matchesLabels(selector, pod.metadata?.labels);
  const pods = all.filter((pod) => isOwn(pod) || isOrphan(pod));
  const strays = all.filter((pod) => isTracked(pod) && !pods.includes(pod) && jobKeyOf(pod) === key);
  if (job === undefined) return strays.length === 0 ? undefined : { job, pods: [], strays, ends: [] };
  return { job, pods, strays, ends: noteEnds(caches, job, pods.filter(isOwn)) };
}

function noteEnds({ ends }: JobCaches, job: Job, pods: readonly Pod[]): readonly PodEnd[] {
  const uid = job.metadata?.uid ?? '';
  const noted = ends.get(uid) ?? new Map<string, PodEnd>();
  for (const pod of pods) {
    const end = endOf(job, pod);
    if (end !== undefined && !isDiscarded(pod)) noted.set(end.uid, end);
  }
  if (noted.size > 0) ends.set(uid, noted);
  return [...noted.values()];
}

/** Deleted without being counted: the Job was suspended, or had no use for it. */
function isDiscarded(pod: Pod): boolean {
  return pod.metadata?.deletionTimestamp !== undefined && !isTracked(pod);
}

/** The Job that a Pod belongs to, by its owner or, when it has none any more, by its label. */
function jobKeyOf(pod: Pod): string | undefined {
  const { namespace, labels } = pod.metadata ?? {};
  const controller = controllerOf(pod);
  if (controller !== undefined && controller.kind !== 'Job') return undefined;
  const name = controller?.name ?? labels?.[jobNameLabel];
  return name === undefined ? undefined : keyFor({ namespace, name });
}

/** Whatever makes a Job's key worth another look. */
export function sources(caches: JobCaches): readonly KeySource<string>[] {
  const keysOf = (pod: Pod): readonly string[] => {
    const owner = jobKeyOf(pod);
    if (controllerOf(pod) !== undefined) return owner === undefined ? [] : [owner];
    const matching = caches.jobs
      .list(pod.metadata?.namespace)
      .filter((job) => matchesLabels(labelSelectorOf(job.spec?.selector), pod.metadata?.labels))
      .map(keyOf);
    return owner === undefined || !isTracked(pod) ? matching : [...matching, owner];
  };
  return [
    ownKeys(caches.jobs),
    fromCache(caches.pods, (change) => bothSides(change, keysOf)),
    fromCache(caches.jobs, ({ before, after }) => {
      const uid = before?.metadata?.uid;
      if (uid !== undefined && after?.metadata?.uid !== uid) caches.ends.delete(uid);
      return [];
    }),
  ];
}
