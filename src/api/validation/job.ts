import {
  type FieldError,
  invalidValue,
  invalidWithoutValue,
  notSupported,
  required,
  tooLong,
} from '../field-error.js';
import type { Job, JobSpec } from '../generated/batch-v1.js';
import type { PodTemplateSpec } from '../generated/core-v1.js';
import { dns1123Label, domainPrefixedPath } from '../names.js';
import { labelSelectorOf, matchesLabels } from '../selectors.js';
import {
  checkName,
  immutable,
  nonNegativeFields,
  oneOfIfSet,
  requiredName,
  validateSelector,
} from './common.js';
import { validateFailurePolicy, validateSuccessPolicy } from './job-policies.js';
import { validatePodTemplate } from './pod-spec.js';

const maxIndexed = 100_000;
const maxOfMany = 10_000;
const maxManagerBytes = 63;
const modes = ['NonIndexed', 'Indexed'];

/** The limits of Jobs with so many indexes that each that failed is remembered. */
function validateMany(path: string, { parallelism = 0, maxFailedIndexes }: JobSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (maxFailedIndexes === undefined) {
    const message = `must be specified when completions is above ${maxIndexed}`;
    errors.push(required(`${path}.maxFailedIndexes`, message));
  }
  const message = `must be less than or equal to ${maxOfMany} when completions are above ${maxIndexed} and used with backoff limit per index`;
  if (parallelism > maxOfMany) errors.push(invalidValue(`${path}.parallelism`, parallelism, message));
  if ((maxFailedIndexes ?? 0) > maxOfMany)
    errors.push(invalidValue(`${path}.maxFailedIndexes`, maxFailedIndexes, message));
  return errors;
}

function validateIndexed(path: string, spec: JobSpec): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const errors: FieldError[] = [];
  if (completions === undefined)
    errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  if (parallelism > maxIndexed) {
    const message = `must be less than or equal to ${maxIndexed} when completion mode is Indexed`;
    errors.push(invalidValue(`${path}.parallelism`, parallelism, message));
  }
  const at = `${path}.maxFailedIndexes`;
  if (completions !== undefined && (maxFailedIndexes ?? 0) > completions)
    errors.push(invalidValue(at, maxFailedIndexes, 'must be less than or equal to completions'));
  if ((maxFailedIndexes ?? 0) > maxIndexed)
    errors.push(invalidValue(at, maxFailedIndexes, `must be less than or equal to ${maxIndexed}`));
  const many = (completions ?? 0) > maxIndexed && backoffLimitPerIndex !== undefined;
  return many ? [...errors, ...validateMany(path, spec)] : errors;
}

function validateMode(path: string, spec: JobSpec): FieldError[] {
  if (spec.completionMode === 'Indexed') return validateIndexed(path, spec);
  const errors = oneOfIfSet(`${path}.completionMode`, spec.completionMode, modes);
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
    if (spec[field] !== undefined)
      errors.push(invalidValue(`${path}.${field}`, spec[field], 'requires indexed completion mode'));
  return errors;
}

function validateReplacement(path: string, spec: JobSpec): FieldError[] {
  const policies = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return oneOfIfSet(`${path}.podReplacementPolicy`, spec.podReplacementPolicy, policies);
}

function validateRestartPolicy(path: string, spec: JobSpec): FieldError[] {
  const at = `${path}.template.spec.restartPolicy`;
  const policy = spec.template?.spec?.restartPolicy;
  if (policy === 'Always' || !policy) return [required(at, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(at, policy, ['OnFailure', 'Never'])];
  if (!spec.podFailurePolicy || policy === 'Never') return [];
  return [invalidValue(at, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}

function validateManager(path: string, manager: string | undefined): FieldError[] {
  if (manager === undefined) return [];
  const errors = requiredName(path, manager, domainPrefixedPath);
  return manager.length > maxManagerBytes ? [...errors, tooLong(path, manager, maxManagerBytes)] : errors;
}

/** The spec of a Job, of its own or in a CronJob. */
export function validateJobSpec(path: string, spec: JobSpec): FieldError[] {
  const counts = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const;
  const errors = nonNegativeFields(path, spec, counts);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  errors.push(...validateManager(`${path}.managedBy`, spec.managedBy), ...validateMode(path, spec));
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(`${path}.podFailurePolicy`, spec));
  if (spec.successPolicy) errors.push(...validateSuccessPolicy(`${path}.successPolicy`, spec));
  errors.push(...validateReplacement(path, spec));
  if (!spec.template) return [...errors, required(`${path}.template`)];
  return [
    ...errors,
    ...validatePodTemplate(`${path}.template`, spec.template),
    ...validateRestartPolicy(path, spec),
  ];
}

function validateSelection(spec: JobSpec): FieldError[] {
  if (!spec.selector) return [required('spec.selector')];
  const errors = validateSelector('spec.selector', spec.selector);
  const labels = spec.template?.metadata?.labels;
  if (matchesLabels(labelSelectorOf(spec.selector), labels)) return errors;
  const message = '`selector` does not match template `labels`';
  return [...errors, invalidValue('spec.template.metadata.labels', labels, message)];
}

/** Labels and selector that the server gave the Job, unless the user makes them. */
function validateGenerated({ metadata, spec }: Job): FieldError[] {
  if (spec === undefined || spec.manualSelector === true || !spec.selector) return [];
  const { uid = '', name = '' } = metadata ?? {};
  const expected = {
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  };
  const labels = spec.template?.metadata?.labels ?? {};
  const errors = Object.entries(expected).flatMap(([key, value]) => {
    if (labels[key] === value) return [];
    const path = `spec.template.metadata.labels[${key}]`;
    const message = `must be '${value}'`;
    return [labels[key] === undefined ? required(path, message) : invalidValue(path, labels, message)];
  });
  if (matchesLabels(labelSelectorOf(spec.selector), expected)) return errors;
  return [...errors, invalidValue('spec.selector', spec.selector, '`selector` not auto-generated')];
}

/** A new Job, with the selector that the server gave it. */
export function validateJob(job: Job): FieldError[] {
  const { spec, metadata } = job;
  if (!spec) return [required('spec.template')];
  const errors = [...validateGenerated(job), ...validateJobSpec('spec', spec), ...validateSelection(spec)];
  const { completions = 0, completionMode } = spec;
  const host = `${metadata?.name ?? ''}-${completions - 1}`;
  if (completionMode !== 'Indexed' || completions === 0 || checkName('', host, dns1123Label).length === 0)
    return errors;
  const message = `will not able to create pod with invalid DNS label: ${host}`;
  return [...errors, invalidValue('metadata.name', metadata?.name, message)];
}

/** The new template with what a Job that never ran may still change put back. */
function withoutDirectives(
  template: PodTemplateSpec | undefined,
  old: PodTemplateSpec | undefined,
): PodTemplateSpec {
  const { labels, annotations } = old?.metadata ?? {};
  const { affinity, nodeSelector, tolerations, schedulingGates, containers = [] } = old?.spec ?? {};
  const { nodeAffinity: _mine, ...others } = template?.spec?.affinity ?? {};
  const merged = { ...others, nodeAffinity: affinity?.nodeAffinity };
  return {
    ...template,
    metadata: { ...template?.metadata, labels, annotations },
    spec: {
      containers,
      ...template?.spec,
      ...{ nodeSelector, tolerations, schedulingGates },
      affinity: affinity === undefined && Object.keys(others).length === 0 ? undefined : merged,
    },
  };
}

function validateCompletions(spec: JobSpec | undefined, old: JobSpec | undefined): FieldError[] {
  const path = 'spec.completions';
  const errors = immutable(path, spec?.completions, old?.completions);
  if (spec?.completionMode !== 'Indexed' || spec.completions === undefined) return errors;
  if (errors.length === 0 || spec.completions === spec.parallelism) return [];
  return [invalidValue(path, spec.completions, 'can only be modified in tandem with spec.parallelism')];
}

/** A change of a Job. */
export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const { spec } = job;
  if (!spec) return [required('spec.template')];
  const neverRan = old.spec?.suspend === true && !old.status?.startTime;
  const template = neverRan ? withoutDirectives(spec.template, old.spec?.template) : spec.template;
  const fixed = [
    'completionMode',
    'podFailurePolicy',
    'backoffLimitPerIndex',
    'managedBy',
    'successPolicy',
  ] as const;
  return [
    ...validateJobSpec('spec', spec),
    ...validateSelection(spec),
    ...validateCompletions(spec, old.spec),
    ...immutable('spec.selector', spec.selector, old.spec?.selector),
    ...immutable('spec.template', template, old.spec?.template).map(({ field }) =>
      invalidValue(field, spec.template, 'field is immutable'),
    ),
    ...fixed.flatMap((field) => immutable(`spec.${field}`, spec[field], old.spec?.[field])),
  ];
}

/** The status of a Job: what it counts, and what may not be true at once. */
export function validateJobStatus({ status }: Job): FieldError[] {
  const counts = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;
  const errors = nonNegativeFields('status', status, counts);
  const holds = (type: string): boolean =>
    (status?.conditions ?? []).some((one) => one.type === type && one.status === 'True');
  const [complete, failed] = [holds('Complete'), holds('Failed')];
  if (complete && failed) {
    const message = 'cannot set Complete=True and Failed=true conditions';
    errors.push(invalidWithoutValue('status.conditions', message));
  }
  const ended = status?.completionTime;
  if (ended !== undefined && !complete) {
    const message = 'cannot set completionTime when there is no Complete=True condition';
    errors.push(invalidValue('status.completionTime', ended, message));
  }
  if (ended === undefined && complete)
    errors.push(required('status.completionTime', 'completionTime is required for Complete jobs'));
  if ((status?.active ?? 0) > 0 && (complete || failed))
    errors.push(invalidValue('status.active', status?.active, 'active>0 is invalid for finished job'));
  return errors;
}
