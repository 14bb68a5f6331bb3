import type { Job, JobSpec, PodFailurePolicy } from '../generated/batch-v1.js';
import { change, fill, mapList } from './fill.js';
import { defaultPodTemplate } from './pod-spec.js';

const unlimited = 2_147_483_647;

function absent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** The defaults of a Job's spec. */
function defaultJobSpec(spec: JobSpec): JobSpec {
  const once = absent(spec.completions) && absent(spec.parallelism);
  const filled = fill(spec, {
    ...(once && { completions: 1 }),
    parallelism: 1,
    backoffLimit: absent(spec.backoffLimitPerIndex) ? 6 : unlimited,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: absent(spec.podFailurePolicy) ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
  return change(filled, 'template', defaultPodTemplate);
}

/** A condition that a Job's Pods may fail by holds when it is true. */
function defaultFailurePolicy(policy: PodFailurePolicy): PodFailurePolicy {
  const rules = mapList(policy.rules ?? [], (rule) =>
    change(rule, 'onPodConditions', (list) => mapList(list, (pattern) => fill(pattern, { status: 'True' }))),
  );
  return { ...policy, rules };
}

/** A Job's defaults; without labels it takes those of its template. */
export function defaultJob(job: Job): Job {
  const labels = job.spec?.template?.metadata?.labels ?? {};
  const own = Object.keys(job.metadata?.labels ?? {});
  const labelled =
    own.length > 0 || Object.keys(labels).length === 0
      ? job
      : { ...job, metadata: { ...job.metadata, labels } };
  return change(labelled, 'spec', (spec) =>
    change(defaultJobSpec(spec), 'podFailurePolicy', defaultFailurePolicy),
  );
}
