import type { HorizontalPodAutoscaler, MetricSpec } from '../generated/autoscaling-v2.js';
import { change, fill } from './fill.js';

const cpuAt80: MetricSpec = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};

/** A HorizontalPodAutoscaler's defaults: at least one Pod, 80 % of the requested CPU. */
export function defaultHorizontalPodAutoscaler(autoscaler: HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  return change(autoscaler, 'spec', (spec) => {
    const metrics = (spec.metrics ?? []).length > 0 ? spec.metrics : [cpuAt80];
    return { ...fill(spec, { minReplicas: 1 }), metrics };
  });
}
