import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import type { StatefulSetStep } from './actions.js';
import { revisionOf } from './identity.js';
import { isRecreating } from './progressing.js';
import { deletePod, type StageInput, type StageResult } from './stage.js';
import { waitForRecreation } from './waits.js';

/**
 * First stage with `updateStrategy: Recreate` (KEP-3541): all Pods of older templates go at once, those beyond the range
 * included, and no Pod is made before the last of them is gone. After that the other stages do the rest.
 */
export function planRecreate({ set, strategy, members, history }: StageInput): StageResult {
  if (strategy !== 'Recreate') return { steps: [], ends: false };
  const old = members.owned.filter((pod) => revisionOf(pod) !== history.update.name);
  const last = old.at(-1);
  if (last === undefined) return { steps: [], ends: false };
  const living = old.filter((pod) => !isTerminating(pod));
  return {
    steps: [...announcement(set, living), ...living.map((pod) => deletePod(pod, 'update'))],
    ...(living.length === 0 ? { waiting: waitForRecreation(last, old.length) } : {}),
    ends: true,
  };
}

/** Once a recreation, in the words of the KEP. */
function announcement(set: StatefulSet, living: readonly Pod[]): readonly StatefulSetStep[] {
  if (living.length === 0 || isRecreating(set)) return [];
  return [{ type: 'tell', reason: 'RecreateStarted', message: 'Deleting all pods for Recreate update' }];
}
