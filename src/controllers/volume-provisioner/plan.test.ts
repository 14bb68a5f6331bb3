import { describe, expect, it } from 'vitest';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import type { ProvisionFacts } from './facts.js';
import { planProvisioning } from './plan.js';

const asked = { 'volume.kubernetes.io/storage-provisioner': 'holdfast.dev/directory' };

function claim(annotations: Record<string, string> = asked): PersistentVolumeClaim {
  return {
    metadata: { name: 'data', namespace: 'default', uid: 'abc', annotations },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
  };
}

function types(facts: Partial<ProvisionFacts>): readonly string[] {
  const storageClass = {
    metadata: { name: 'standard' },
    provisioner: 'holdfast.dev/directory',
    reclaimPolicy: 'Delete',
  };
  const whole: ProvisionFacts = {
    subject: 'claim',
    claim: claim(),
    storageClass,
    volume: undefined,
    nodeName: 'node-0',
    ...facts,
  };
  return planProvisioning(whole).actions.map(({ type }) => type);
}

const late = {
  metadata: { name: 'late' },
  provisioner: 'holdfast.dev/directory',
  volumeBindingMode: 'WaitForFirstConsumer',
};

describe('a volume is made', () => {
  it.each<[string, Partial<ProvisionFacts>, boolean]>([
    ['for a claim that asks this provisioner', {}, true],
    [
      'not for one that asks another',
      { claim: claim({ 'volume.kubernetes.io/storage-provisioner': 'other' }) },
      false,
    ],
    ['not twice', { volume: { metadata: { name: 'pvc-abc' } } }, false],
    ['not for one that names its volume', { claim: { ...claim(), spec: { volumeName: 'x' } } }, false],
    ['not before a consumer is scheduled', { storageClass: late }, false],
    [
      'once a consumer is scheduled',
      { storageClass: late, claim: claim({ ...asked, 'volume.kubernetes.io/selected-node': 'node-0' }) },
      true,
    ],
  ])('%s', (_name, facts, made) => {
    expect(types(facts)).toEqual(made ? ['provision'] : []);
  });

  const storageClass = { metadata: { name: 'standard' }, provisioner: 'holdfast.dev/directory' };
  const volumeOn = (nodeName: string | undefined) =>
    planProvisioning({ subject: 'claim', claim: claim(), storageClass, volume: undefined, nodeName })
      .actions[0]?.volume;

  it('on the node where the directories are', () => {
    const onNode = { key: 'kubernetes.io/hostname', operator: 'In', values: ['node-0'] };
    expect(volumeOn('node-0')?.spec?.nodeAffinity).toEqual({
      required: { nodeSelectorTerms: [{ matchExpressions: [onNode] }] },
    });
    expect(volumeOn(undefined)?.spec?.nodeAffinity).toBeUndefined();
  });

  it('for exactly this claim', () => {
    expect(volumeOn('node-0')).toMatchObject({
      metadata: { name: 'pvc-abc' },
      spec: {
        capacity: { storage: '5Gi' },
        claimRef: { namespace: 'default', name: 'data', uid: 'abc' },
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'standard',
      },
    });
  });
});

describe('a volume grows', () => {
  const provisionedBy = { 'pv.kubernetes.io/provisioned-by': 'holdfast.dev/directory' };
  const bound = (volumeName: string, phase = 'Bound'): PersistentVolumeClaim => ({
    ...claim(),
    spec: { ...claim().spec, volumeName },
    status: { phase },
  });
  const volume = (
    storage: string,
    annotations: Record<string, string> = provisionedBy,
  ): PersistentVolume => ({
    metadata: { name: 'pvc-abc', annotations },
    spec: { capacity: { storage } },
  });
  it.each<[string, Partial<ProvisionFacts>, boolean]>([
    ['when its claim asks for more', { claim: bound('pvc-abc'), volume: volume('1Gi') }, true],
    [
      'not when it is as large, however it is written',
      { claim: bound('pvc-abc'), volume: volume('5120Mi') },
      false,
    ],
    ['not when it is larger', { claim: bound('pvc-abc'), volume: volume('6Gi') }, false],
    ['not before it is bound', { claim: bound('pvc-abc', 'Pending'), volume: volume('1Gi') }, false],
    ['not when the claim has another volume', { claim: bound('static'), volume: volume('1Gi') }, false],
    ['not when others made it', { claim: bound('pvc-abc'), volume: volume('1Gi', {}) }, false],
  ])('%s', (_name, facts, grows) => {
    expect(types(facts)).toEqual(grows ? ['grow'] : []);
  });
});

describe('a volume is removed', () => {
  const volume = (phase: string, policy: string, by = 'holdfast.dev/directory'): PersistentVolume => ({
    metadata: { name: 'pvc-abc', annotations: { 'pv.kubernetes.io/provisioned-by': by } },
    spec: { persistentVolumeReclaimPolicy: policy },
    status: { phase },
  });
  it.each<[string, PersistentVolume, boolean]>([
    ['when it is released', volume('Released', 'Delete'), true],
    ['not while it is bound', volume('Bound', 'Delete'), false],
    ['not when it is to be retained', volume('Released', 'Retain'), false],
    ['not when others made it', volume('Released', 'Delete', 'other'), false],
  ])('%s', (_name, subject, removed) => {
    expect(planProvisioning({ subject: 'volume', volume: subject }).actions).toHaveLength(removed ? 1 : 0);
  });
});
