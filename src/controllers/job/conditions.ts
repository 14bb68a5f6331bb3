import type { Job, JobCondition } from '../../api/generated/batch-v1.js';

/** A condition that is about to be set, without its times. */
export type ConditionText = Pick<JobCondition, 'type' | 'status'> & {
  readonly reason: string;
  readonly message: string;
};

/** meta/v1 Time has whole seconds. */
export function timeOf(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`;
}

/** The Job's condition of this type when it holds. */
export function holding(job: Job, type: string): JobCondition | undefined {
  return job.status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

/** The condition by which the Job is over: Complete or Failed. */
export function finishOf(job: Job): JobCondition | undefined {
  return holding(job, 'Complete') ?? holding(job, 'Failed');
}

/** The conditions with one set; a condition that is false begins only where there was a true one. */
export function withCondition(
  conditions: readonly JobCondition[],
  wanted: ConditionText,
  now: Date,
): readonly JobCondition[] {
  const made = { ...wanted, lastProbeTime: timeOf(now), lastTransitionTime: timeOf(now) };
  const old = conditions.find(({ type }) => type === wanted.type);
  if (old === undefined) return wanted.status === 'False' ? conditions : [...conditions, made];
  const same =
    old.status === wanted.status &&
    (old.reason ?? '') === wanted.reason &&
    (old.message ?? '') === wanted.message;
  return same ? conditions : conditions.map((condition) => (condition === old ? made : condition));
}
