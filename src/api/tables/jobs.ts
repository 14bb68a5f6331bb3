import { ageOf, humanDuration } from '../duration.js';
import type { CronJob, Job } from '../generated/batch-v1.js';
import {
  age,
  ageColumn,
  integer,
  type KindPrinter,
  labelSelectorText,
  nameColumn,
  nameOf,
  none,
  selectorColumn,
  templateCells,
  templateColumns,
  text,
  truth,
  unset,
} from './table.js';

const conditionWords: readonly (readonly [type: string, word: string])[] = [
  ['Complete', 'Complete'],
  ['Failed', 'Failed'],
];
const laterWords: readonly (readonly [type: string, word: string])[] = [
  ['Suspended', 'Suspended'],
  ['FailureTarget', 'FailureTarget'],
  ['SuccessCriteriaMet', 'SuccessCriteriaMet'],
];

function statusWord(job: Job): string {
  const holds = (type: string): boolean =>
    (job.status?.conditions ?? []).some(
      (condition) => condition.type === type && condition.status === 'True',
    );
  const ended = conditionWords.find(([type]) => holds(type));
  if (ended) return ended[1];
  if (job.metadata?.deletionTimestamp) return 'Terminating';
  return laterWords.find(([type]) => holds(type))?.[1] ?? 'Running';
}

function completionsText({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ status }: Job, now: number): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}

/** How Jobs are printed. */
export const jobPrinter: KindPrinter<Job> = {
  columns: [
    nameColumn,
    text('Status', 'Status of the job.'),
    text('Completions', 'How many Pods have succeeded, and how many should.'),
    text('Duration', 'Time required to complete the job.'),
    ageColumn,
    ...templateColumns,
    selectorColumn,
  ],
  cells: (job, now) => [
    nameOf(job),
    statusWord(job),
    completionsText(job),
    durationText(job, now),
    age(job, now),
    ...templateCells(job.spec?.template?.spec?.containers),
    labelSelectorText(job.spec?.selector),
  ],
};

/** How CronJobs are printed. */
export const cronJobPrinter: KindPrinter<CronJob> = {
  columns: [
    nameColumn,
    text('Schedule', 'The schedule in Cron format.'),
    text('Timezone', 'The time zone name for the given schedule.'),
    truth('Suspend', 'Whether subsequent executions are suspended.'),
    integer('Active', 'How many Jobs run now.'),
    text('Last Schedule', 'When a Job was started last.'),
    ageColumn,
    ...templateColumns,
    selectorColumn,
  ],
  cells: (cronJob, now) => [
    nameOf(cronJob),
    cronJob.spec?.schedule ?? '',
    cronJob.spec?.timeZone ?? none,
    cronJob.spec?.suspend === undefined ? unset : cronJob.spec.suspend ? 'True' : 'False',
    (cronJob.status?.active ?? []).length,
    cronJob.status?.lastScheduleTime ? ageOf(cronJob.status.lastScheduleTime, now) : none,
    age(cronJob, now),
    ...templateCells(cronJob.spec?.jobTemplate?.spec?.template?.spec?.containers),
    labelSelectorText(cronJob.spec?.jobTemplate?.spec?.selector),
  ],
};
