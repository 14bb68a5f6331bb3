import { describe, expect, it } from 'vitest';
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerStatus,
  MetricSpec,
} from '../../api/generated/autoscaling-v2.js';
import type { TargetScale } from './facts.js';
import { planAutoscaler } from './plan.js';

const now = new Date('2026-01-01T01:00:00Z');
const before = '2026-01-01T00:00:00Z';
const target = { type: 'Utilization', averageUtilization: 50 };
const cpu: MetricSpec = { type: 'Resource', resource: { name: 'cpu', target } };
const unmeasured =
  'failed to get cpu utilization: unable to get metrics for resource cpu: nothing here measures Pods: the API metrics.k8s.io is not served';

function autoscaler(
  metrics: readonly MetricSpec[],
  status?: HorizontalPodAutoscalerStatus,
): HorizontalPodAutoscaler {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  return {
    metadata: { name: 'web', namespace: 'default' },
    spec: { minReplicas: 1, maxReplicas: 3, metrics, scaleTargetRef },
    ...(status && { status }),
  };
}

function planOf(one: HorizontalPodAutoscaler, scale: TargetScale) {
  const { actions, waitingFor } = planAutoscaler({ autoscaler: one, scale }, now);
  const told = actions.flatMap((action) =>
    action.type === 'tell' ? [`${action.reason}: ${action.message}`] : [],
  );
  const status = actions.flatMap((action) => (action.type === 'updateStatus' ? [action.status] : []))[0];
  return { told, status, waitingFor };
}

describe('an autoscaler whose target can be scaled', () => {
  it('says that there are no metrics, once', () => {
    const { told, status, waitingFor } = planOf(autoscaler([cpu]), { known: true, replicas: 2 });
    expect(status).toEqual({
      currentReplicas: 2,
      desiredReplicas: 0,
      conditions: [
        {
          type: 'AbleToScale',
          status: 'True',
          reason: 'SucceededGetScale',
          message: "the HPA controller was able to get the target's current scale",
          lastTransitionTime: '2026-01-01T01:00:00Z',
        },
        {
          type: 'ScalingActive',
          status: 'False',
          reason: 'FailedGetResourceMetric',
          message: `the HPA was unable to compute the replica count: ${unmeasured}`,
          lastTransitionTime: '2026-01-01T01:00:00Z',
        },
      ],
    });
    expect(told).toEqual([
      `FailedGetResourceMetric: ${unmeasured}`,
      `FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: ${unmeasured}`,
    ]);
    expect(waitingFor).toEqual({
      reason: 'FailedGetResourceMetric',
      message: `HorizontalPodAutoscaler web does not scale Deployment web: ${unmeasured}`,
      on: { kind: 'Deployment', namespace: 'default', name: 'web' },
    });
    const again = planOf(autoscaler([cpu], status), { known: true, replicas: 2 });
    expect([again.told, again.status]).toEqual([[], undefined]);
    expect(again.waitingFor).toEqual(waitingFor);
    const scaled = planOf(autoscaler([cpu], status), { known: true, replicas: 3 });
    expect([scaled.told, scaled.status]).toEqual([[], { ...status, currentReplicas: 3 }]);
  });

  const metric = { name: 'hits' };
  const value = { type: 'Value', value: '5' };
  it.each<[string, MetricSpec]>([
    ['FailedGetResourceMetric', cpu],
    [
      'FailedGetContainerResourceMetric',
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'main', target } },
    ],
    ['FailedGetPodsMetric', { type: 'Pods', pods: { metric, target: value } }],
    [
      'FailedGetObjectMetric',
      {
        type: 'Object',
        object: { metric, target: value, describedObject: { kind: 'Service', name: 'web' } },
      },
    ],
    ['FailedGetExternalMetric', { type: 'External', external: { metric, target: value } }],
    ['InvalidMetricSourceType', { type: 'Weather' }],
  ])('%s is the code of its type', (reason, spec) => {
    const { status, waitingFor } = planOf(autoscaler([spec]), { known: true, replicas: 1 });
    expect(status?.conditions?.[1]).toMatchObject({ type: 'ScalingActive', status: 'False', reason });
    expect(waitingFor?.reason).toBe(reason);
  });

  it('of no replicas: scaling is switched off', () => {
    const { told, status, waitingFor } = planOf(autoscaler([cpu]), { known: true, replicas: 0 });
    expect(status).toMatchObject({ currentReplicas: 0, desiredReplicas: 0 });
    expect(status?.conditions?.[1]).toMatchObject({ status: 'False', reason: 'ScalingDisabled' });
    expect([told, waitingFor?.reason]).toEqual([[], 'ScalingDisabled']);
  });
});

describe('an autoscaler whose target cannot be scaled', () => {
  it('says why, and leaves the rest of its status as it was', () => {
    const able = {
      type: 'AbleToScale',
      status: 'True',
      reason: 'SucceededGetScale',
      lastTransitionTime: before,
    };
    const active = { type: 'ScalingActive', status: 'False', reason: 'X', lastTransitionTime: before };
    const status = { currentReplicas: 2, desiredReplicas: 0, conditions: [able, active] };
    const why = 'deployments.apps "web" not found';
    const plan = planOf(autoscaler([cpu], status), { known: false, why });
    expect(plan.status).toEqual({
      ...status,
      conditions: [
        {
          type: 'AbleToScale',
          status: 'False',
          reason: 'FailedGetScale',
          message: `the HPA controller was unable to get the target's current scale: ${why}`,
          lastTransitionTime: '2026-01-01T01:00:00Z',
        },
        active,
      ],
    });
    expect(plan.told).toEqual([`FailedGetScale: ${why}`]);
    expect(plan.waitingFor?.reason).toBe('FailedGetScale');
  });

  it('is left alone on its way out', () => {
    const { metadata, ...rest } = autoscaler([cpu]);
    const leaving = { ...rest, metadata: { ...metadata, deletionTimestamp: before } };
    expect(planOf(leaving, { known: false, why: '' })).toEqual({ told: [] });
  });
});
