import { claimObjects } from '../../api/adoption.js';
import { semanticEqual } from '../../api/deep.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo } from '../../api/owner.js';
import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import { revisionHistory } from '../shared/revision-history.js';
import type { DaemonSetAction, DaemonSetStep } from './actions.js';
import { revisionLabel } from './daemon-pod.js';
import type { DaemonSetFacts } from './facts.js';
import { outlived } from './outlived.js';
import { planPlaces } from './plan-places.js';
import { planRollout } from './plan-rollout.js';
import { situationOf } from './situation.js';
import { statusOf } from './status.js';
import { nextChangeMs, waitForEnd, waitOf } from './waits.js';

/** Pods created or deleted in one pass at most, as in Kubernetes. */
const burst = 250;

/** Decides the next writes for one DaemonSet: a Pod on every node that it is meant for. */
export function planDaemonSet(facts: DaemonSetFacts, now: Date): Plan<DaemonSetAction> {
  const { set } = facts;
  if (isTerminating(set)) return { actions: [], waitingFor: waitForEnd };
  const reference = ownerReferenceTo(kinds.DaemonSet, set);
  const history = revisionHistory({ set, reference, hashLabel: revisionLabel }, facts.revisions);
  const hash = history.present.metadata?.labels?.[revisionLabel] ?? '';
  const claimed = claimObjects({ owner: set, selector: set.spec?.selector ?? {} }, facts.pods);
  const situation = situationOf(facts, [...claimed.owned, ...claimed.adopt], { hash, now });
  const supply = planPlaces(situation);
  // A rollout looks at what has come to rest: it goes on when these writes can be seen.
  const podSteps = supply.length > 0 ? supply : planRollout(situation);
  const status = statusOf(situation, history.collisionCount);
  const steps: DaemonSetStep[] = [
    ...history.steps,
    ...claimed.adopt.map((pod): DaemonSetStep => ({ type: 'adoptPod', pod })),
    ...claimed.release.map((pod): DaemonSetStep => ({ type: 'releasePod', pod })),
    ...limited(podSteps),
    ...outlived(set, history, claimed.owned).map(
      (revision): DaemonSetStep => ({ type: 'deleteRevision', revision }),
    ),
    ...(semanticEqual(set.status, status) ? [] : [{ type: 'updateStatus', status } as const]),
  ];
  return {
    actions: steps.map((step) => ({ ...step, set })),
    waitingFor: podSteps.length > 0 ? undefined : waitOf(situation),
    lookAgainAfterMs: nextChangeMs(situation),
  };
}

function limited(steps: readonly DaemonSetStep[]): readonly DaemonSetStep[] {
  const creations = steps.filter(({ type }) => type === 'createPod');
  const deletions = steps.filter(({ type }) => type !== 'createPod');
  return [...creations.slice(0, burst), ...deletions.slice(0, burst)];
}
