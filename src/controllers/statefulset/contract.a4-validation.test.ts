import { describe, expect, it } from 'vitest';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import { kinds } from '../../api/kinds.js';
import { startTestCluster } from '../../cluster/test-cluster.fixture.js';
import { clusterWith, createSet, patchSet, podNames, setOf, webKey } from './cluster.fixture.js';
import { claimTemplate, newSet, templateOf } from './world.fixture.js';

describe('A4 validation', () => {
  const pod = templateOf('v1').spec;
  const inTemplate = (spec: object): object => ({
    template: { ...templateOf('v1'), spec: { ...pod, ...spec } },
  });

  it.each<readonly [string, object, string]>([
    ['selector', { selector: undefined }, 'spec.selector: Required value'],
    ['a selector that selects', { selector: {} }, 'empty selector is invalid for statefulset'],
    [
      'a selector of its own labels',
      { selector: { matchLabels: { app: 'x' } } },
      '`selector` does not match template `labels`',
    ],
    ['template', { template: undefined }, 'spec.template'],
    ['replicas', { replicas: -1 }, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    [
      'restartPolicy',
      inTemplate({ restartPolicy: 'OnFailure' }),
      'Unsupported value: "OnFailure": supported values: "Always"',
    ],
    [
      'activeDeadlineSeconds',
      inTemplate({ activeDeadlineSeconds: 5 }),
      'activeDeadlineSeconds in StatefulSet is not Supported',
    ],
    ['podManagementPolicy', { podManagementPolicy: 'Serial' }, "must be 'OrderedReady' or 'Parallel'"],
    [
      'partition',
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: -1 } } },
      'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1',
    ],
    ['ordinals.start', { ordinals: { start: -1 } }, 'spec.ordinals.start: Invalid value: -1'],
    ['minReadySeconds', { minReadySeconds: -1 }, 'spec.minReadySeconds: Invalid value: -1'],
    [
      'persistentVolumeClaimRetentionPolicy',
      { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Keep' } },
      'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep"',
    ],
  ])('A4-1 checks %s', async (_name, spec, message) => {
    await using cluster = await startTestCluster();
    const set: StatefulSet = newSet();
    const wrong = { ...set, metadata: webKey, spec: Object.assign({}, set.spec, spec) };
    await expect(cluster.client.create(kinds.StatefulSet, wrong)).rejects.toThrow(message);
  });

  it.each<readonly [string, object]>([
    ['replicas', { replicas: 2 }],
    ['ordinals', { ordinals: { start: 1 } }],
    ['template', { template: templateOf('v2') }],
    ['updateStrategy', { updateStrategy: { type: 'OnDelete', rollingUpdate: null } }],
    ['revisionHistoryLimit', { revisionHistoryLimit: 3 }],
    [
      'persistentVolumeClaimRetentionPolicy',
      { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } },
    ],
    ['minReadySeconds', { minReadySeconds: 3 }],
  ])('A4-2 lets %s change', async (_name, spec) => {
    await using cluster = await clusterWith({ replicas: 1 });
    await patchSet(cluster, { spec });
    expect((await setOf(cluster)).metadata?.generation).toBe(2);
  });

  it.each<readonly [string, object]>([
    ['selector', { selector: { matchLabels: { tier: 'db' } } }],
    ['serviceName', { serviceName: 'other' }],
    ['podManagementPolicy', { podManagementPolicy: 'Parallel' }],
    ['volumeClaimTemplates', { volumeClaimTemplates: [claimTemplate('data')] }],
  ])('A4-3 does not let %s change, in the newest wording', async (_name, spec) => {
    await using cluster = await clusterWith({ replicas: 1 });
    await expect(
      patchSet(cluster, { spec: { ...spec, template: { metadata: { labels: { tier: 'db' } } } } }),
    ).rejects.toThrow(
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    );
  });

  it.each<readonly [string, object, string]>([
    [
      'readyReplicas',
      { readyReplicas: 4 },
      'status.readyReplicas: Invalid value: 4: cannot be greater than status.replicas',
    ],
    ['currentReplicas', { currentReplicas: 4 }, 'status.currentReplicas: Invalid value: 4'],
    ['updatedReplicas', { updatedReplicas: 4 }, 'status.updatedReplicas: Invalid value: 4'],
    ['replicas', { replicas: -1 }, 'status.replicas: Invalid value: -1: must be greater than or equal to 0'],
  ])('A4-4 checks status %s', async (_name, status, message) => {
    await using cluster = await clusterWith();
    const patch = { type: 'application/merge-patch+json', body: { status }, subresource: 'status' } as const;
    await expect(cluster.client.patch(kinds.StatefulSet, webKey, patch)).rejects.toThrow(message);
  });

  it('A4-5 refuses a template whose Pods would be invalid, as Kubernetes does since 1.34', async () => {
    await using cluster = await startTestCluster();
    const containers = [
      { name: 'web', image: 'v1', volumeMounts: [{ name: 'nowhere', mountPath: '/data' }] },
    ];
    const spec = { template: { ...templateOf('v1'), spec: { containers } } };
    const message = 'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "nowhere"';
    await expect(createSet(cluster, spec)).rejects.toThrow(message);
    await createSet(cluster, { ...spec, volumeClaimTemplates: [claimTemplate('nowhere')] });
    await cluster.until(() => cluster.ready().length === 3);
    const elsewhere = [{ ...containers[0], volumeMounts: [{ name: 'elsewhere', mountPath: '/data' }] }];
    await expect(
      patchSet(cluster, { spec: { template: { spec: { containers: elsewhere } } } }),
    ).rejects.toThrow('Not found: "elsewhere"');
  });

  it('A4-5 says of Pods that only their names make invalid what is wrong with them when the first is made', async () => {
    await using cluster = await startTestCluster();
    const name = 'a'.repeat(53);
    await cluster.client.create(kinds.StatefulSet, { ...newSet(), metadata: { ...webKey, name } });
    await cluster.clock.advance(1000);
    expect(podNames(cluster)).toEqual([]);
    const [event] = await cluster.events(name);
    expect(event).toContain(
      `FailedCreate: create Pod ${name}-0 in StatefulSet ${name} failed error: Pod "${name}-0" is invalid: metadata.labels: Invalid value: "${name}-`,
    );
    expect(event).toContain('must be no more than 63 bytes');
  });
});
