import type { PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import type { Waiting } from '../../reconcile/contract.js';

/** Codes of what a claim waits for; they are the reasons of its Events, and those are Kubernetes' own. */
export const waitReasons = [
  'WaitForFirstConsumer',
  'WaitForPodScheduled',
  'ExternalProvisioning',
  'FailedBinding',
  'ProvisioningFailed',
  'VolumeMismatch',
  'ClaimLost',
  'ClaimMisbound',
] as const;

/** One of the codes in `waitReasons`. */
export type WaitReason = (typeof waitReasons)[number];

const warnings: ReadonlySet<string> = new Set([
  'ProvisioningFailed',
  'VolumeMismatch',
  'ClaimLost',
  'ClaimMisbound',
]);

/** Whether the Event of a wait is a warning. */
export function isWarning(reason: string): boolean {
  return warnings.has(reason);
}

/** A claim's wait. */
export function waitOf(claim: PersistentVolumeClaim, reason: WaitReason, message: string): Waiting {
  const { namespace, name = '' } = claim.metadata ?? {};
  return { reason, message, on: { kind: 'PersistentVolumeClaim', namespace, name } };
}
