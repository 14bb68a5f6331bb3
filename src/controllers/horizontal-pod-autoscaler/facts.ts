import type { HorizontalPodAutoscaler } from '../../api/generated/autoscaling-v2.js';

/** How many replicas the target of an autoscaler asks for, or why that is not known. */
export type TargetScale =
  | { readonly known: true; readonly replicas: number }
  | { readonly known: false; readonly why: string };

/** All that a pass over one autoscaler looks at. */
export interface AutoscalerFacts {
  readonly autoscaler: HorizontalPodAutoscaler;
  readonly scale: TargetScale;
}
