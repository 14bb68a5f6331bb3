import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerBehavior,
  HPAScalingRules,
  MetricSpec,
  MetricTarget,
} from '../generated/autoscaling-v2.js';
import { canonicalQuantity } from '../quantity.js';
import { change, fill } from './fill.js';

const cpuAt80: MetricSpec = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};

/** At most twice as many Pods, or four more, in 15 seconds; at once. */
const up: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};

/** As far down as need be. */
const down: HPAScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

function canonicalTarget(target: MetricTarget): MetricTarget {
  return change(change(target, 'value', canonicalQuantity), 'averageValue', canonicalQuantity);
}

function canonicalMetric(metric: MetricSpec): MetricSpec {
  const kinds = ['resource', 'containerResource', 'pods', 'object', 'external'] as const;
  const found = kinds.find((kind) => metric[kind] !== undefined);
  const source = found && metric[found];
  if (found === undefined || !source?.target) return metric;
  return { ...metric, [found]: { ...source, target: canonicalTarget(source.target) } };
}

/** Behavior that is given at all is given wholly. */
function defaultBehavior(behavior: HorizontalPodAutoscalerBehavior): HorizontalPodAutoscalerBehavior {
  const whole = (given: HPAScalingRules | undefined, defaults: HPAScalingRules): HPAScalingRules =>
    change(fill(given ?? {}, defaults), 'tolerance', canonicalQuantity);
  return { scaleUp: whole(behavior.scaleUp, up), scaleDown: whole(behavior.scaleDown, down) };
}

/** A HorizontalPodAutoscaler's defaults: at least one Pod, 80 % of the requested CPU. */
export function defaultHorizontalPodAutoscaler(autoscaler: HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  return change(autoscaler, 'spec', (spec) => {
    const metrics = (spec.metrics ?? []).length > 0 ? spec.metrics : [cpuAt80];
    const filled = change(fill(spec, { minReplicas: 1 }), 'behavior', defaultBehavior);
    return { ...filled, metrics: (metrics ?? []).map(canonicalMetric) };
  });
}
