import { scheduleProblem } from '../cron.js';
import { type FieldError, invalidValue, notSupported, required } from '../field-error.js';
import type { CronJob, CronJobSpec, JobTemplateSpec } from '../generated/batch-v1.js';
import { isTimeZone } from '../time-zones.js';
import { nonNegativeFields, oneOf } from './common.js';
import { validateJobSpec } from './job.js';

const maxNameLength = 52;

function validateSchedule(spec: CronJobSpec | undefined, old: CronJobSpec | undefined): FieldError[] {
  const path = 'spec.schedule';
  const { schedule, timeZone } = spec ?? {};
  if (!schedule) return [required(path)];
  const problem = scheduleProblem(schedule);
  const errors = problem === undefined ? [] : [invalidValue(path, schedule, problem)];
  if (!schedule.includes('TZ')) return errors;
  const before = old?.schedule.includes('TZ') === true;
  if (!before) {
    const message = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    return [...errors, invalidValue(path, schedule, message)];
  }
  if (timeZone === undefined) return errors;
  return [
    ...errors,
    invalidValue(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'),
  ];
}

function validateTimeZone(zone: string | undefined): FieldError[] {
  const path = 'spec.timeZone';
  if (zone === undefined) return [];
  if (zone === '') return [invalidValue(path, zone, 'timeZone must be nil or non-empty string')];
  const odd = zone
    .split('/')
    .some((part) => part === '.' || part === '..' || !/^(?!-)[A-Za-z.\-_0-9+]{1,14}$/.test(part));
  if (odd) return [invalidValue(path, zone, `unknown time zone ${zone}`)];
  if (zone.toLowerCase() === 'local') {
    const message = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [invalidValue(path, zone, message)];
  }
  return isTimeZone(zone) ? [] : [invalidValue(path, zone, `unknown time zone ${zone}`)];
}

function validateTemplate(template: JobTemplateSpec | undefined): FieldError[] {
  const path = 'spec.jobTemplate.spec';
  const spec = template?.spec;
  if (!spec) return [required(path)];
  const errors = validateJobSpec(path, spec);
  if (spec.selector)
    errors.push(invalidValue(`${path}.selector`, spec.selector, '`selector` will be auto-generated'));
  if (spec.manualSelector === true)
    errors.push(notSupported(`${path}.manualSelector`, true, ['nil', 'false']));
  return errors;
}

function validateSpec(spec: CronJobSpec | undefined, old: CronJobSpec | undefined): FieldError[] {
  return [
    ...validateSchedule(spec, old),
    ...nonNegativeFields('spec', spec, ['startingDeadlineSeconds']),
    ...(old !== undefined && old.timeZone === spec?.timeZone ? [] : validateTimeZone(spec?.timeZone)),
    ...oneOf('spec.concurrencyPolicy', spec?.concurrencyPolicy, ['Allow', 'Forbid', 'Replace']),
    ...validateTemplate(spec?.jobTemplate),
    ...nonNegativeFields('spec', spec, ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit']),
  ];
}

/** A new CronJob. */
export function validateCronJob({ metadata, spec }: CronJob): FieldError[] {
  const { name = '' } = metadata ?? {};
  const long = name.length > maxNameLength;
  const message = `must be no more than ${maxNameLength} characters`;
  return [...validateSpec(spec, undefined), ...(long ? [invalidValue('metadata.name', name, message)] : [])];
}

/** A change of a CronJob; names that are too long were allowed once. */
export function validateCronJobUpdate({ spec }: CronJob, old: CronJob): FieldError[] {
  return validateSpec(spec, old.spec);
}
