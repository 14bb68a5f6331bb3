import type { CronJob } from '../generated/batch-v1.js';
import { change, fill } from './fill.js';
import { defaultPodTemplate } from './pod-spec.js';

/** A CronJob's defaults; its Jobs get theirs when they are made. */
export function defaultCronJob(cronJob: CronJob): CronJob {
  return change(cronJob, 'spec', (spec) => {
    const filled = fill(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    return change(filled, 'jobTemplate', (template) =>
      change(template, 'spec', (job) => change(job, 'template', defaultPodTemplate)),
    );
  });
}
