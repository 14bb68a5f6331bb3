import type { ResourceQuota, ResourceQuotaStatus } from '../../api/generated/core-v1.js';

/** One write of the controller; `quota` is the quota as it was observed. */
export interface QuotaAction {
  readonly type: 'updateStatus';
  readonly quota: ResourceQuota;
  readonly status: ResourceQuotaStatus;
}

/** Names an action in a log line or an error. */
export function describeAction({ type, quota }: QuotaAction): string {
  const { namespace, name } = quota.metadata ?? {};
  return `${type} of ResourceQuota ${namespace}/${name}`;
}
