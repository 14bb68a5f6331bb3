import type { CronJob, Job } from '../../api/generated/batch-v1.js';
import { kinds } from '../../api/kinds.js';
import type { ObjectKey } from '../../api/kube-object.js';
import { controllerOf, isControlledBy } from '../../api/owner.js';
import { isNotFound } from '../../api/status-error.js';
import type { Cache, ReadingClient } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyFor, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import type { CronJobFacts } from './facts.js';
import { endOf } from './jobs.js';

/** What the controller sees. */
export interface CronJobCaches {
  readonly client: ReadingClient;
  readonly cronJobs: Cache<CronJob>;
  readonly jobs: Cache<Job>;
}

/** Opens the controller's caches. */
export function openCaches(client: ReadingClient): CronJobCaches {
  return { client, cronJobs: client.cache(kinds.CronJob), jobs: client.cache(kinds.Job) };
}

/** Reads a CronJob and the Jobs beside it; undefined when it is gone. Where the two caches differ, the server is asked. */
export async function observe(caches: CronJobCaches, key: string): Promise<CronJobFacts | undefined> {
  await Promise.all([caches.cronJobs.synced, caches.jobs.synced]);
  const cached = caches.cronJobs.get(splitKey(key));
  if (cached === undefined) return undefined;
  const jobs = caches.jobs.list(splitKey(key).namespace);
  const cronJob = jobs.some((job) => isUnnoted(job, cached))
    ? await current(() => caches.client.get(kinds.CronJob, splitKey(key)))
    : cached;
  if (cronJob === undefined) return undefined;
  return { cronJob, jobs: [...jobs, ...(await unseenJobs(caches, cronJob, jobs))] };
}

function isUnnoted(job: Job, cronJob: CronJob): boolean {
  const noted = cronJob.status?.active?.some(({ uid }) => uid === job.metadata?.uid) === true;
  return !noted && isControlledBy(job, cronJob) && endOf(job) === undefined;
}

/** Jobs that the status names and the cache does not have (yet, or any more). */
async function unseenJobs(
  { client }: CronJobCaches,
  { metadata, status }: CronJob,
  jobs: readonly Job[],
): Promise<readonly Job[]> {
  const seen = new Set(jobs.map((job) => job.metadata?.uid));
  const unseen = (status?.active ?? []).filter(({ uid }) => !seen.has(uid));
  const keyOf = ({ name = '' }: { readonly name?: string }): ObjectKey => ({
    namespace: metadata?.namespace,
    name,
  });
  const found = await Promise.all(
    unseen.map((reference) => current(() => client.get(kinds.Job, keyOf(reference)))),
  );
  return found
    .filter((job) => job !== undefined && !seen.has(job.metadata?.uid))
    .filter((job) => job !== undefined);
}

async function current<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whatever makes a CronJob's key worth another look. */
export function sources({ cronJobs, jobs }: CronJobCaches): readonly KeySource<string>[] {
  return [
    ownKeys(cronJobs),
    fromCache(jobs, (change) =>
      bothSides(change, (job) => {
        const owner = controllerOf(job);
        if (owner?.kind !== 'CronJob') return [];
        return [keyFor({ namespace: job.metadata?.namespace, name: owner.name })];
      }),
    ),
  ];
}
