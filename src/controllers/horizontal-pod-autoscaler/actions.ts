import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerStatus,
} from '../../api/generated/autoscaling-v2.js';

/** One write of the controller; `autoscaler` is the autoscaler as it was observed. */
export type AutoscalerAction = { readonly autoscaler: HorizontalPodAutoscaler } & (
  | { readonly type: 'updateStatus'; readonly status: HorizontalPodAutoscalerStatus }
  /** Tells, as a warning, why nothing is scaled. */
  | { readonly type: 'tell'; readonly reason: string; readonly message: string }
);

/** Names an action in a log line or an error. */
export function describeAction({ type, autoscaler }: AutoscalerAction): string {
  const { namespace, name } = autoscaler.metadata ?? {};
  return `${type} of HorizontalPodAutoscaler ${namespace}/${name}`;
}
