import { isObject } from '../../api/deep.js';
import type {
  HorizontalPodAutoscaler as AutoscalerV1,
  HorizontalPodAutoscalerStatus as StatusV1,
} from '../../api/generated/autoscaling-v1.js';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerStatus,
  MetricSpec,
  MetricStatus,
} from '../../api/generated/autoscaling-v2.js';
import { metricFromV1, metricToV1, statusFromV1, statusToV1 } from './autoscaler-metrics.js';
import { type Conversion, defined } from './conversion.js';

/** Where autoscaling/v1 keeps what it has no field for, so that nothing is lost on the way there and back. */
const notes = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
} as const;

type Annotations = Readonly<Record<string, string>>;

function isCpuUtilization({ type, resource }: MetricSpec): boolean {
  return type === 'Resource' && resource?.name === 'cpu' && resource.target.averageUtilization !== undefined;
}

/** The name in Go, in which the behaviour is written there: every key with a capital. */
function capitalized(value: unknown): unknown {
  return renamed(value, (key) => key.charAt(0).toUpperCase() + key.slice(1));
}

function uncapitalized(value: unknown): unknown {
  return renamed(value, (key) => key.charAt(0).toLowerCase() + key.slice(1));
}

function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => renamed(item, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [rename(key), renamed(inner, rename)]),
  );
}

function noted(autoscaler: HorizontalPodAutoscaler): Annotations {
  const { spec, status } = autoscaler;
  const other = (spec?.metrics ?? []).filter((metric) => !isCpuUtilization(metric)).map(metricToV1);
  const current = (status?.currentMetrics ?? []).map(statusToV1);
  const conditions = status?.conditions ?? [];
  return defined({
    ...(other.length > 0 && { [notes.metrics]: JSON.stringify(other) }),
    ...(current.length > 0 && { [notes.currentMetrics]: JSON.stringify(current) }),
    ...(conditions.length > 0 && { [notes.conditions]: JSON.stringify(conditions) }),
    ...(spec?.behavior && { [notes.behavior]: JSON.stringify(capitalized(spec.behavior)) }),
  });
}

function cpuNow(metrics: readonly MetricStatus[] | undefined): number | undefined {
  return (metrics ?? []).find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')
    ?.resource?.current.averageUtilization;
}

function statusV1(status: HorizontalPodAutoscalerStatus): StatusV1 {
  const { observedGeneration, lastScaleTime, currentReplicas = 0, desiredReplicas = 0 } = status;
  const currentCPUUtilizationPercentage = cpuNow(status.currentMetrics);
  return defined({
    observedGeneration,
    lastScaleTime,
    currentReplicas,
    desiredReplicas,
    currentCPUUtilizationPercentage,
  });
}

function toV1(autoscaler: HorizontalPodAutoscaler): AutoscalerV1 {
  const { spec, status, metadata } = autoscaler;
  const annotations = { ...metadata?.annotations, ...noted(autoscaler) };
  const cpu = (spec?.metrics ?? []).find(isCpuUtilization)?.resource?.target.averageUtilization;
  const { scaleTargetRef, minReplicas, maxReplicas } = spec;
  return {
    kind: autoscaler.kind,
    apiVersion: 'autoscaling/v1',
    metadata: { ...metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: defined({ scaleTargetRef, minReplicas, maxReplicas, targetCPUUtilizationPercentage: cpu }),
    ...(status && { status: statusV1(status) }),
  };
}

/** What an annotation holds; text that is no JSON counts as nothing, as in Kubernetes. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listOf(text: string | undefined): readonly unknown[] {
  const value = parsed(text);
  return Array.isArray(value) ? value : [];
}

function cpuAt(averageUtilization: number): MetricSpec {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

function cpuIs(averageUtilization: number): MetricStatus {
  return { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization } } };
}

function statusV2(status: StatusV1, annotations: Annotations): object {
  const { currentCPUUtilizationPercentage: cpu, ...same } = status;
  const current = listOf(annotations[notes.currentMetrics]).flatMap(statusFromV1);
  const conditions = listOf(annotations[notes.conditions]);
  const simple = cpu === undefined ? [] : [cpuIs(cpu)];
  return {
    ...same,
    currentMetrics: current.length > 0 ? current : simple,
    ...(conditions.length > 0 && { conditions }),
  };
}

function toV2(autoscaler: AutoscalerV1): HorizontalPodAutoscaler;
function toV2({ metadata, spec, status, ...rest }: AutoscalerV1): object {
  const all = metadata?.annotations ?? {};
  const roundTrip: readonly string[] = Object.values(notes);
  const kept = Object.entries(all).filter(([key]) => !roundTrip.includes(key));
  const { targetCPUUtilizationPercentage: cpu, ...same } = spec ?? {};
  const other = listOf(all[notes.metrics]).flatMap(metricFromV1);
  const metrics = [...(cpu === undefined ? [] : [cpuAt(cpu)]), ...other];
  const behavior = uncapitalized(parsed(all[notes.behavior]));
  const { annotations: _all, ...bare } = metadata ?? {};
  return {
    ...rest,
    apiVersion: 'autoscaling/v2',
    metadata: { ...bare, ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }) },
    spec: { ...same, ...(metrics.length > 0 && { metrics }), ...(isObject(behavior) && { behavior }) },
    ...(status && { status: statusV2(status, all) }),
  };
}

/** The two faces of HorizontalPodAutoscaler: autoscaling/v2 is stored, autoscaling/v1 is made from it. */
export const autoscalerConversion: Conversion = {
  fromStored: (autoscaler: HorizontalPodAutoscaler) => toV1(autoscaler),
  toStored: (autoscaler: AutoscalerV1) => toV2(autoscaler),
};
