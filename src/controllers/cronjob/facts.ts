import type { CronJob, Job } from '../../api/generated/batch-v1.js';

/** All that a pass over one CronJob looks at. */
export interface CronJobFacts {
  readonly cronJob: CronJob;
  /** The Jobs of its namespace, its own and others. */
  readonly jobs: readonly Job[];
}
