import type { CronJob, CronJobStatus, Job } from '../../api/generated/batch-v1.js';

/** An Event to be told about the CronJob. */
export interface Announcement {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** One step of the CronJob controller, without the CronJob it is for. */
export type CronJobStep =
  | { readonly type: 'createJob'; readonly job: Job }
  | { readonly type: 'deleteJob'; readonly job: Job }
  /** `news` is told once the status is stored: nothing is told twice. */
  | { readonly type: 'updateStatus'; readonly status: CronJobStatus; readonly news: readonly Announcement[] }
  | { readonly type: 'announce'; readonly news: Announcement };

/** One step of the CronJob controller; `cronJob` is the CronJob as it was observed. */
export type CronJobAction = CronJobStep & { readonly cronJob: CronJob };

/** Names an action in a log line or an error. */
export function describeAction(action: CronJobAction): string {
  const { namespace, name } = action.cronJob.metadata ?? {};
  const of = `of CronJob ${namespace}/${name}`;
  if (action.type === 'announce') return `${action.type} ${action.news.reason} ${of}`;
  return 'job' in action ? `${action.type} ${action.job.metadata?.name} ${of}` : `${action.type} ${of}`;
}
