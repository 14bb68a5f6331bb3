import type { FeatureGates } from '../../api/feature-gates.js';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { PersistentVolumeClaim, Pod } from '../../api/generated/core-v1.js';
import type { Waiting } from '../../reconcile/contract.js';
import type { DeletionCause, StatefulSetStep } from './actions.js';
import type { Members } from './members.js';
import type { History } from './revisions.js';
import type { UpdateStrategy } from './strategy.js';

/** What every stage of a plan looks at. */
export interface StageInput {
  readonly set: StatefulSet;
  readonly members: Members;
  readonly history: History;
  readonly claims: ReadonlyMap<string, PersistentVolumeClaim>;
  /** OrderedReady: one change at a time, and none while a Pod before it is not available. */
  readonly ordered: boolean;
  readonly strategy: UpdateStrategy;
  readonly gates: FeatureGates;
  readonly now: Date;
}

/** What a stage decided. `ends` keeps the later stages from acting in this pass. */
export interface StageResult {
  readonly steps: readonly StatefulSetStep[];
  readonly waiting?: Waiting;
  readonly ends: boolean;
  /** When the set is worth another look although nothing changed, milliseconds. */
  readonly lookAgainAfterMs?: number;
}

/** The deletion of one of the set's Pods. */
export function deletePod(pod: Pod, cause: DeletionCause): StatefulSetStep {
  return { type: 'deletePod', pod, cause };
}
