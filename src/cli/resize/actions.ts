import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { ConfigMap, PersistentVolumeClaim } from '../../api/generated/core-v1.js';

/** One step of a resize. */
export type ResizeAction =
  | { readonly type: 'record'; readonly record: ConfigMap; readonly replaces: ConfigMap | undefined }
  | { readonly type: 'growClaim'; readonly claim: PersistentVolumeClaim; readonly to: string }
  /** Leaves the Pods; done when the set is gone. */
  | { readonly type: 'deleteSet'; readonly set: StatefulSet }
  /** Somebody, or an earlier run, has deleted it. */
  | { readonly type: 'awaitGone'; readonly set: StatefulSet }
  | { readonly type: 'createSet'; readonly set: StatefulSet }
  | { readonly type: 'forget'; readonly record: ConfigMap };

/** Says what a step does, as the plan is shown. */
export function describeAction(action: ResizeAction): string {
  switch (action.type) {
    case 'record':
      return `remember the new set in ConfigMap ${action.record.metadata?.name}, so that an interrupted run can be taken up again`;
    case 'growClaim':
      return `grow claim ${action.claim.metadata?.name} from ${action.claim.spec?.resources?.requests?.['storage']} to ${action.to}`;
    case 'deleteSet':
      return `delete StatefulSet ${action.set.metadata?.name} and leave its Pods running (orphan)`;
    case 'awaitGone':
      return `wait until StatefulSet ${action.set.metadata?.name}, which is being deleted, is gone`;
    case 'createSet':
      return `create StatefulSet ${action.set.metadata?.name} with the new claim templates; it adopts its Pods`;
    case 'forget':
      return `delete ConfigMap ${action.record.metadata?.name}`;
  }
}
