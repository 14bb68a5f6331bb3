import type { HorizontalPodAutoscaler } from '../../api/generated/autoscaling-v2.js';
import { kinds } from '../../api/kinds.js';
import type { Link, Subject } from '../link.js';
import type { Reader } from '../reader.js';
import { isReason, type Reason } from '../reasons.js';
import { keyOf, kubectl, missing, settled } from './common.js';

/**
 * Why a HorizontalPodAutoscaler does not scale, by its conditions: its controller here knows of no metrics, and that of
 * another cluster may.
 */
export async function explainAutoscaler(about: Subject, reader: Reader): Promise<Link> {
  const autoscaler = await reader.get(kinds.HorizontalPodAutoscaler, keyOf(about));
  if (autoscaler === undefined) return missing(about);
  const { spec, status } = autoscaler;
  const failing = (status?.conditions ?? []).find(
    ({ type, status: holds }) => holds === 'False' && (type === 'AbleToScale' || type === 'ScalingActive'),
  );
  const { kind, name } = spec.scaleTargetRef;
  if (failing === undefined) {
    const now = `${status?.currentReplicas ?? 0} of ${spec.minReplicas ?? 1} to ${spec.maxReplicas}`;
    return settled(about, `it scales ${kind} ${name}: ${now} replicas`);
  }
  const { reason = '', message = '' } = failing;
  return {
    about,
    settled: false,
    reason: isReason(reason) ? reason : ('NotScaling' satisfies Reason),
    message: `it does not scale ${kind} ${name}: ${message}`,
    ...wayOn(autoscaler, reason),
  };
}

function wayOn(
  { metadata, spec }: HorizontalPodAutoscaler,
  reason: string,
): Pick<Link, 'on' | 'unblockedBy'> {
  const { kind, name } = spec.scaleTargetRef;
  if (reason === 'FailedGetScale') return { on: { kind, namespace: metadata?.namespace, name } };
  const byHand = `${kubectl('scale', { kind, namespace: metadata?.namespace, name })} --replicas=N`;
  return reason === 'ScalingDisabled'
    ? { unblockedBy: `${byHand}, with at least 1` }
    : { unblockedBy: `its metrics can be had; until then ${byHand} does it by hand` };
}
