import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from '../generated/autoscaling-v2.js';
import { age, ageColumn, type KindPrinter, nameColumn, nameOf, none, text, unset } from './table.js';

const unknown = '<unknown>';
const shownMetrics = 2;

/** A resource of Pods or of one container: `cpu: 10%/80%`. */
function usageText(name: string, target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined)
    return `${name}: ${current?.averageValue ?? unknown}/${target.averageValue}`;
  const now = current?.averageUtilization === undefined ? unknown : `${current.averageUtilization}%`;
  return `${name}: ${now}/${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`;
}

/** A value of an object or from outside, as it is or per Pod. */
function valueText(target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined)
    return `${current?.averageValue ?? unknown}/${target.averageValue} (avg)`;
  return `${current?.value ?? unknown}/${target.value ?? ''}`;
}

function metricText(metric: MetricSpec, now: MetricStatus | undefined): string {
  const { resource, containerResource, pods, object, external } = metric;
  if (resource) return usageText(resource.name, resource.target, now?.resource?.current);
  if (containerResource)
    return usageText(containerResource.name, containerResource.target, now?.containerResource?.current);
  if (pods) return `${now?.pods?.current.averageValue ?? unknown}/${pods.target.averageValue ?? ''}`;
  if (object) return valueText(object.target, now?.object?.current);
  return external ? valueText(external.target, now?.external?.current) : '<unknown type>';
}

function metricsText({ spec, status }: HorizontalPodAutoscaler): string {
  const list = (spec?.metrics ?? []).map((metric, index) =>
    metricText(metric, status?.currentMetrics?.[index]),
  );
  const shown = list.slice(0, shownMetrics).join(', ') || none;
  return list.length > shownMetrics ? `${shown} + ${list.length - shownMetrics} more...` : shown;
}

/** How HorizontalPodAutoscalers are printed. */
export const autoscalerPrinter: KindPrinter<HorizontalPodAutoscaler> = {
  columns: [
    nameColumn,
    text('Reference', 'What is scaled.'),
    text('Targets', 'What is measured, and what it should be.'),
    text('MinPods', 'The least number of Pods.'),
    text('MaxPods', 'The greatest number of Pods.'),
    text('Replicas', 'How many Pods there are.'),
    ageColumn,
  ],
  cells: (autoscaler, now) => {
    const { spec, status } = autoscaler;
    return [
      nameOf(autoscaler),
      `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`,
      metricsText(autoscaler),
      spec?.minReplicas === undefined ? unset : String(spec.minReplicas),
      spec?.maxReplicas ?? 0,
      status?.currentReplicas ?? 0,
      age(autoscaler, now),
    ];
  },
};
