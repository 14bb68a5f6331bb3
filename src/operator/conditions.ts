import type { Pod } from '../api/generated/core-v1.js';
import { READY_CONDITION } from './names.js';

/** What the operator's condition on a Pod says now. */
export interface ShownState {
  readonly ready: boolean;
  readonly reason: string;
  readonly message: string;
}

/** Reads the operator's condition; undefined when the Pod has none yet. */
export function readCondition(pod: Pod): ShownState | undefined {
  const condition = pod.status?.conditions?.find((candidate) => candidate.type === READY_CONDITION);
  if (condition === undefined) return undefined;
  return {
    ready: condition.status === 'True',
    reason: condition.reason ?? '',
    message: condition.message ?? '',
  };
}

/** Whether the Pod waits for the operator before it is Ready. */
export function hasReadinessGate(pod: Pod): boolean {
  return (pod.spec?.readinessGates ?? []).some((gate) => gate.conditionType === READY_CONDITION);
}
