import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { HorizontalPodAutoscaler, MetricSpec } from '../../api/generated/autoscaling-v2.js';
import { kinds } from '../../api/kinds.js';
import { type TestServer, testServer } from '../server.fixture.js';
import { autoscalerConversion } from './autoscaler-conversion.js';

let at: TestServer;
beforeEach(async () => {
  at = await testServer();
});

const key = { namespace: 'default', name: 'web' };
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const cpu = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

describe('the two faces of HorizontalPodAutoscaler', () => {
  test('what kubectl autoscale of old makes is the same object in autoscaling/v2', async () => {
    const made = await at.api.create(kinds.HorizontalPodAutoscalerV1, {
      metadata: key,
      spec: { scaleTargetRef, maxReplicas: 5, targetCPUUtilizationPercentage: 70 },
    });
    expect(made).toMatchObject({
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      spec: { minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 70 },
      status: { currentReplicas: 0, desiredReplicas: 0 },
    });
    const newer = await at.api.get(kinds.HorizontalPodAutoscaler, key);
    expect(newer).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 5, metrics: [cpu(70)] },
    });
    expect(newer.metadata).toEqual(made.metadata);
    expect((await at.api.list(kinds.HorizontalPodAutoscaler, 'default')).items).toHaveLength(1);
  });

  test('without a metric both say 80 %', async () => {
    const made = await at.api.create(kinds.HorizontalPodAutoscalerV1, {
      metadata: key,
      spec: { scaleTargetRef, maxReplicas: 5 },
    });
    expect(made.spec.targetCPUUtilizationPercentage).toBe(80);
  });

  test('a patch changes what is shown, on either face', async () => {
    await at.api.create(kinds.HorizontalPodAutoscaler, {
      metadata: { ...key, annotations: { mine: 'x' } },
      spec: { scaleTargetRef, maxReplicas: 5, metrics: [cpu(50)] },
    });
    const body = { spec: { targetCPUUtilizationPercentage: 60, maxReplicas: 6 } };
    const type = 'application/merge-patch+json';
    await at.api.patch(kinds.HorizontalPodAutoscalerV1, key, { type, body });
    expect(await at.api.get(kinds.HorizontalPodAutoscaler, key)).toMatchObject({
      metadata: { annotations: { mine: 'x' } },
      spec: { maxReplicas: 6, metrics: [cpu(60)] },
    });
    await at.api.patch(kinds.HorizontalPodAutoscaler, key, { type, body: { spec: { minReplicas: 2 } } });
    expect((await at.api.get(kinds.HorizontalPodAutoscalerV1, key)).spec.minReplicas).toBe(2);
    const event = { metadata: { name: 'e', namespace: 'default' }, regarding: {}, eventTime: '' };
    await at.api.create(kinds.EventV1, { ...event, note: 'a' });
    await at.api.patch(kinds.EventV1, { namespace: 'default', name: 'e' }, { type, body: { note: 'b' } });
    expect((await at.api.get(kinds.Event, { namespace: 'default', name: 'e' })).message).toBe('b');
  });

  test('is wrong in the same words on both', async () => {
    const wrong = { metadata: key, spec: { scaleTargetRef, maxReplicas: 0 } };
    await expect(at.api.create(kinds.HorizontalPodAutoscalerV1, wrong)).rejects.toThrow(
      'HorizontalPodAutoscaler.autoscaling "web" is invalid: [spec.maxReplicas: Invalid value: 0: must be greater than 0',
    );
  });

  test('the notes are as Kubernetes writes them', () => {
    const selector = { matchLabels: { a: 'b' } };
    const autoscaler: HorizontalPodAutoscaler = {
      apiVersion: 'autoscaling/v2',
      metadata: { name: 'web' },
      spec: {
        scaleTargetRef,
        maxReplicas: 5,
        metrics: [
          cpu(50),
          {
            type: 'Pods',
            pods: { metric: { name: 'rps', selector }, target: { type: 'AverageValue', averageValue: '5' } },
          },
        ],
        behavior: {
          scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 1, periodSeconds: 15 }] },
        },
      },
      status: {
        desiredReplicas: 1,
        currentMetrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', current: { averageUtilization: 7, averageValue: '1m' } },
          },
        ],
      },
    };
    const shown = autoscalerConversion.fromStored(autoscaler);
    expect(shown.metadata?.annotations).toEqual({
      'autoscaling.alpha.kubernetes.io/metrics':
        '[{"type":"Pods","pods":{"metricName":"rps","selector":{"matchLabels":{"a":"b"}},"targetAverageValue":"5"}}]',
      'autoscaling.alpha.kubernetes.io/current-metrics':
        '[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":7,"currentAverageValue":"1m"}}]',
      'autoscaling.alpha.kubernetes.io/behavior':
        '{"ScaleDown":{"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":1,"PeriodSeconds":15}]}}',
    });
    expect(shown).toMatchObject({ status: { currentCPUUtilizationPercentage: 7 } });
  });

  test('nothing is lost on the way to the older face and back', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    const amount = fc.integer({ min: 1, max: 999 });
    const target = fc.oneof(
      amount.map((averageUtilization) => ({ type: 'Utilization', averageUtilization })),
      amount.map((value) => ({ type: 'AverageValue', averageValue: `${value}m` })),
    );
    const metric = fc.record({ name, selector: fc.constantFrom({}, { matchLabels: { a: 'b' } }) });
    const described = fc.record({ kind: name, name });
    const absolute = amount.map((value) => ({ type: 'Value', value: `${value}` }));
    const any = fc.oneof(
      fc.record({ type: fc.constant('Resource'), resource: fc.record({ name, target }) }),
      fc.record({
        type: fc.constant('ContainerResource'),
        containerResource: fc.record({ name, container: name, target }),
      }),
      fc.record({
        type: fc.constant('Object'),
        object: fc.record({ describedObject: described, metric, target: absolute }),
      }),
      fc.record({ type: fc.constant('External'), external: fc.record({ metric, target: absolute }) }),
    );
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 4 }), (metrics) => {
        const stored: HorizontalPodAutoscaler = {
          apiVersion: 'autoscaling/v2',
          kind: 'HorizontalPodAutoscaler',
          metadata: { name: 'web' },
          spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 2, metrics },
        };
        const back = autoscalerConversion.toStored(autoscalerConversion.fromStored(stored));
        expect(back).toEqual(stored);
      }),
      { numRuns: 50 },
    );
  });
});

describe('ComponentStatus', () => {
  test('says how the parts do, and is read only', async () => {
    at = await testServer({
      components: () => [{ name: 'scheduler' }, { name: 'controller-manager', error: 'stopped' }],
    });
    const { items } = await at.api.list(kinds.ComponentStatus, undefined);
    expect(items).toMatchObject([
      { metadata: { name: 'scheduler' }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] },
      { metadata: { name: 'controller-manager' }, conditions: [{ status: 'False', message: 'stopped' }] },
      { metadata: { name: 'etcd-0' }, conditions: [{ status: 'True' }] },
    ]);
    const one = await at.api.list(kinds.ComponentStatus, undefined, {
      fieldSelector: 'metadata.name=etcd-0',
    });
    expect(one.items).toHaveLength(1);
    await expect(at.api.get(kinds.ComponentStatus, { name: 'x' })).rejects.toThrow(
      'componentstatuses "x" not found',
    );
  });
});
