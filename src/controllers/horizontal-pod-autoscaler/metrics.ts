import type { MetricSpec } from '../../api/generated/autoscaling-v2.js';

/** Why one metric of an autoscaler cannot be had: a stable code and the words for it. */
export interface MetricFailure {
  readonly reason: string;
  readonly message: string;
}

function unserved(api: string): string {
  return `nothing here measures Pods: the API ${api} is not served`;
}

function resourceMessage(name: string): string {
  return `failed to get ${name} utilization: unable to get metrics for resource ${name}: ${unserved('metrics.k8s.io')}`;
}

/** Why a metric cannot be had, under the code that Kubernetes has for its type. */
export function failureOf(metric: MetricSpec): MetricFailure {
  const { resource, containerResource, pods, object, external } = metric;
  if (resource) return { reason: 'FailedGetResourceMetric', message: resourceMessage(resource.name) };
  if (containerResource) {
    return {
      reason: 'FailedGetContainerResourceMetric',
      message: resourceMessage(containerResource.name),
    };
  }
  const unable = (name: string, api: string): string => `unable to get metric ${name}: ${unserved(api)}`;
  if (pods) {
    return { reason: 'FailedGetPodsMetric', message: unable(pods.metric.name, 'custom.metrics.k8s.io') };
  }
  if (object) {
    return { reason: 'FailedGetObjectMetric', message: unable(object.metric.name, 'custom.metrics.k8s.io') };
  }
  if (external) {
    const message = unable(external.metric.name, 'external.metrics.k8s.io');
    return { reason: 'FailedGetExternalMetric', message };
  }
  return { reason: 'InvalidMetricSourceType', message: `unknown metric source type "${metric.type}"` };
}
