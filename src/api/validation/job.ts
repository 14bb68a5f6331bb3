import { type FieldError, invalidValue, required } from '../field-error.js';
import type { CronJob, Job, JobSpec } from '../generated/batch-v1.js';
import { labelSelectorOf, matchesLabels } from '../selectors.js';
import { immutable, nonNegative, oneOf, oneOfIfSet } from './common.js';
import { validatePodTemplate } from './pod-spec.js';

function validateJobSpec(path: string, spec: JobSpec): FieldError[] {
  const numbers = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
  ] as const;
  const errors = numbers.flatMap((field) => nonNegative(`${path}.${field}`, spec[field]));
  errors.push(...oneOfIfSet(`${path}.completionMode`, spec.completionMode, ['Indexed', 'NonIndexed']));
  if (spec.completionMode === 'Indexed' && spec.completions === undefined) {
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  }
  if (!spec.template) return [...errors, required(`${path}.template`)];
  errors.push(...validatePodTemplate(`${path}.template`, spec.template));
  const policy = spec.template.spec?.restartPolicy;
  if (policy === 'Always' || !policy) {
    errors.push(required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"'));
  }
  return errors;
}

/** A new Job, with the selector that the server gave it. */
export function validateJob({ spec }: Job): FieldError[] {
  if (!spec) return [required('spec.template')];
  const errors = validateJobSpec('spec', spec);
  if (!spec.selector) return [...errors, required('spec.selector')];
  const labels = spec.template?.metadata?.labels;
  if (matchesLabels(labelSelectorOf(spec.selector), labels)) return errors;
  return [
    ...errors,
    invalidValue(
      'spec.template.metadata.labels',
      labels ?? {},
      '`selector` does not match template `labels`',
    ),
  ];
}

/** A change of a Job. */
export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const suspended = old.spec?.suspend === true && !old.status?.startTime;
  return [
    ...validateJob(job),
    ...(job.spec?.completionMode === 'Indexed'
      ? []
      : immutable('spec.completions', job.spec?.completions, old.spec?.completions)),
    ...immutable('spec.selector', job.spec?.selector, old.spec?.selector),
    ...(suspended ? [] : immutable('spec.template', job.spec?.template, old.spec?.template)),
    ...immutable('spec.completionMode', job.spec?.completionMode, old.spec?.completionMode),
  ];
}

const maxCronJobName = 52;
const macros = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \S+)$/;

function validateSchedule(schedule: string): FieldError[] {
  const path = 'spec.schedule';
  if (schedule.trim() === '') return [required(path)];
  if (/^(TZ|CRON_TZ)=/.test(schedule)) {
    return [invalidValue(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
  }
  const parts = schedule.trim().split(/\s+/);
  if (macros.test(schedule.trim())) return [];
  if (parts.length !== 5) {
    return [
      invalidValue(path, schedule, `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`),
    ];
  }
  const wrong = parts.find((part) => !/^[0-9A-Za-z*,/?-]+$/.test(part));
  return wrong === undefined ? [] : [invalidValue(path, schedule, `failed to parse int from ${wrong}`)];
}

/** A CronJob, new or changed. */
export function validateCronJob({ metadata, spec }: CronJob): FieldError[] {
  const { name = '' } = metadata ?? {};
  const errors =
    name.length > maxCronJobName
      ? [invalidValue('metadata.name', name, `must be no more than ${maxCronJobName} characters`)]
      : [];
  const template = spec?.jobTemplate?.spec;
  return [
    ...errors,
    ...validateSchedule(spec?.schedule ?? ''),
    ...nonNegative('spec.startingDeadlineSeconds', spec?.startingDeadlineSeconds),
    ...oneOf('spec.concurrencyPolicy', spec?.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
    ...nonNegative('spec.successfulJobsHistoryLimit', spec?.successfulJobsHistoryLimit),
    ...nonNegative('spec.failedJobsHistoryLimit', spec?.failedJobsHistoryLimit),
    ...(template ? validateJobSpec('spec.jobTemplate.spec', template) : [required('spec.jobTemplate.spec')]),
  ];
}
