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

  it('A4-5 takes a template whose Pods are invalid, and says so when the first one is made', async () => {
    await using cluster = await startTestCluster();
    const containers = [
      { name: 'web', image: 'v1', volumeMounts: [{ name: 'nowhere', mountPath: '/data' }] },
    ];
    await createSet(cluster, { template: { ...templateOf('v1'), spec: { containers } } });
    await cluster.clock.advance(1000);
    expect(podNames(cluster)).toEqual([]);
    const [event] = await cluster.events('web');
    expect(event).toContain(
      'FailedCreate: create Pod web-0 in StatefulSet web failed error: Pod "web-0" is invalid',
    );
    expect(event).toContain('spec.containers[0].volumeMounts[0].name: Not found: "nowhere"');
  });
});
