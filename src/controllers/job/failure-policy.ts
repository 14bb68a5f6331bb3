import type {
  Job,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
} from '../../api/generated/batch-v1.js';
import type { ContainerStatus, Pod } from '../../api/generated/core-v1.js';

/** What a Job's failure policy makes of one failed Pod; `Count` is what becomes of it without any rule. */
export interface Verdict {
  readonly action: 'Count' | 'Ignore' | 'FailIndex' | 'FailJob';
  /** Says which rule matched and why. */
  readonly message: string;
}

const counted: Verdict = { action: 'Count', message: '' };

/** Finds the first rule that matches a failed Pod. */
export function verdictOn(job: Job, pod: Pod): Verdict {
  const rules = job.spec?.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const why = matchOf(rule, pod);
    if (why === undefined) continue;
    return {
      action: actionOf(rule),
      message: `${why} matching ${rule.action} rule at index ${index}`,
    };
  }
  return counted;
}

function actionOf({ action }: PodFailurePolicyRule): Verdict['action'] {
  return action === 'Ignore' || action === 'FailIndex' || action === 'FailJob' ? action : 'Count';
}

function matchOf(rule: PodFailurePolicyRule, pod: Pod): string | undefined {
  const { namespace, name } = pod.metadata ?? {};
  if (rule.onExitCodes) {
    const found = exitedWith(rule.onExitCodes, pod);
    const code = found?.state?.terminated?.exitCode;
    return found && `Container ${found.name} for pod ${namespace}/${name} failed with exit code ${code}`;
  }
  const patterns = rule.onPodConditions ?? [];
  const condition = (pod.status?.conditions ?? []).find(({ type, status }) =>
    patterns.some((pattern) => pattern.type === type && (pattern.status ?? 'True') === status),
  );
  return condition && `Pod ${namespace}/${name} has condition ${condition.type}`;
}

function exitedWith(wanted: PodFailurePolicyOnExitCodesRequirement, pod: Pod): ContainerStatus | undefined {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  return statuses.find(({ name, state }) => {
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0 || (wanted.containerName && wanted.containerName !== name)) return false;
    return wanted.values.includes(code) === (wanted.operator === 'In');
  });
}
