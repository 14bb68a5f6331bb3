import { describe, expect, it } from 'vitest';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/generated/core-v1.js';
import type { StorageClass } from '../../api/generated/storage-v1.js';
import type { ClaimFacts } from './facts.js';
import { planBinding } from './plan.js';

const claim = (
  spec: PersistentVolumeClaim['spec'] = {},
  annotations?: Record<string, string>,
): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default', uid: 'c', ...(annotations && { annotations }) },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'manual',
    resources: { requests: { storage: '2Gi' } },
    ...spec,
  },
});

const volume = (
  name: string,
  spec: PersistentVolume['spec'] = {},
  phase = 'Available',
): PersistentVolume => ({
  metadata: { name, uid: name },
  spec: { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'manual', ...spec },
  status: { phase },
});

const storageClass = (name: string, extra: Partial<StorageClass> = {}): StorageClass => ({
  metadata: { name },
  provisioner: 'holdfast.dev/directory',
  volumeBindingMode: 'Immediate',
  ...extra,
});

function plan(facts: Partial<ClaimFacts>): ReturnType<typeof planBinding> {
  const whole: ClaimFacts = {
    subject: 'claim',
    claim: claim(),
    volumes: [],
    classes: [],
    consumers: [],
    ...facts,
  };
  return planBinding(whole);
}

/** The volume that a plan binds the claim to. */
function bound(facts: Partial<ClaimFacts>): string | undefined {
  const action = plan(facts).actions.find(({ type }) => type === 'updateClaim');
  return action?.type === 'updateClaim' ? action.claim.spec?.volumeName : undefined;
}

describe('the volume for a claim', () => {
  it.each<[string, readonly PersistentVolume[], string | undefined]>([
    [
      'the smallest that is large enough',
      [
        volume('a', { capacity: { storage: '9Gi' } }),
        volume('b'),
        volume('c', { capacity: { storage: '1Gi' } }),
      ],
      'b',
    ],
    ['not one without the access mode', [volume('a', { accessModes: ['ReadOnlyMany'] })], undefined],
    ['not one of another class', [volume('a', { storageClassName: 'other' })], undefined],
    ['not one of another mode', [volume('a', { volumeMode: 'Block' })], undefined],
    ['not one that is released', [volume('a', {}, 'Released')], undefined],
    [
      'not one meant for another',
      [volume('a', { claimRef: { namespace: 'default', name: 'other' } })],
      undefined,
    ],
    [
      'first of all one meant for it',
      [
        volume('a', { capacity: { storage: '2Gi' } }),
        volume('b', { claimRef: { namespace: 'default', name: 'data' } }),
      ],
      'b',
    ],
    [
      'not one meant for a former claim of its name',
      [volume('a', { claimRef: { namespace: 'default', name: 'data', uid: 'old' } })],
      undefined,
    ],
  ])('is %s', (_name, volumes, wanted) => {
    expect(bound({ volumes })).toBe(wanted);
  });

  it('is one that its selector selects', () => {
    const labelled = { ...volume('b'), metadata: { name: 'b', uid: 'b', labels: { tier: 'fast' } } };
    const selecting = claim({ selector: { matchLabels: { tier: 'fast' } } });
    expect(bound({ claim: selecting, volumes: [volume('a'), labelled] })).toBe('b');
  });

  it('is bound from both sides, the volume first', () => {
    const { actions } = plan({ volumes: [volume('a')] });
    expect(actions.map(({ type }) => type)).toEqual(['updateVolume', 'updateClaim', 'setClaimStatus']);
    expect(actions[0]).toMatchObject({ volume: { spec: { claimRef: { name: 'data', uid: 'c' } } } });
    expect(actions[2]).toMatchObject({ status: { phase: 'Bound', capacity: { storage: '5Gi' } } });
  });
});

describe('a claim without a volume', () => {
  it('gets the default class, of several the newest', () => {
    const byDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    const classes = [
      storageClass('old', {
        metadata: { name: 'old', annotations: byDefault, creationTimestamp: '2026-01-01T00:00:00Z' },
      }),
      storageClass('new', {
        metadata: { name: 'new', annotations: byDefault, creationTimestamp: '2026-01-02T00:00:00Z' },
      }),
    ];
    const { actions } = plan({ claim: claim({ storageClassName: undefined }), classes });
    expect(actions).toMatchObject([{ type: 'updateClaim', claim: { spec: { storageClassName: 'new' } } }]);
  });

  it('asks the provisioner of its class', () => {
    const { actions, waitingFor } = plan({ classes: [storageClass('manual')] });
    expect(actions[0]).toMatchObject({
      claim: {
        metadata: { annotations: { 'volume.kubernetes.io/storage-provisioner': 'holdfast.dev/directory' } },
      },
    });
    expect(waitingFor?.reason).toBe('ExternalProvisioning');
  });

  it.each<[string, Partial<ClaimFacts>, string]>([
    ['nothing fits and it wants no class', { claim: claim({ storageClassName: '' }) }, 'FailedBinding'],
    ['its class does not exist', {}, 'ProvisioningFailed'],
    [
      'its class waits for a consumer',
      {
        classes: [storageClass('manual', { volumeBindingMode: 'WaitForFirstConsumer' })],
        volumes: [volume('a')],
      },
      'WaitForFirstConsumer',
    ],
    [
      'its consumer is not scheduled',
      {
        classes: [storageClass('manual', { volumeBindingMode: 'WaitForFirstConsumer' })],
        consumers: [{ metadata: { name: 'p' }, spec: { containers: [] } }],
      },
      'WaitForPodScheduled',
    ],
    ['the volume that it names does not exist', { claim: claim({ volumeName: 'a' }) }, 'FailedBinding'],
    [
      'the volume that it names is too small',
      { claim: claim({ volumeName: 'a' }), volumes: [volume('a', { capacity: { storage: '1Gi' } })] },
      'VolumeMismatch',
    ],
    [
      "the volume that it names is another's",
      {
        claim: claim({ volumeName: 'a' }),
        volumes: [volume('a', { claimRef: { namespace: 'x', name: 'y', uid: 'z' } })],
      },
      'FailedBinding',
    ],
  ])('waits and says why: %s', (_name, facts, reason) => {
    const { waitingFor, actions } = plan(facts);
    expect(waitingFor?.reason).toBe(reason);
    expect(actions).toContainEqual(
      expect.objectContaining({ type: 'setClaimStatus', status: { phase: 'Pending' } }),
    );
  });

  it('leaves free volumes to the scheduler when its class waits, and takes the one that is held for it', () => {
    const chosen = claim({}, { 'volume.kubernetes.io/selected-node': 'node-0' });
    const classes = [storageClass('manual', { volumeBindingMode: 'WaitForFirstConsumer' })];
    expect(bound({ claim: chosen, classes, volumes: [volume('a')] })).toBeUndefined();
    const held = volume('b', { claimRef: { namespace: 'default', name: 'data', uid: 'c' } });
    expect(bound({ claim: chosen, classes, volumes: [volume('a'), held] })).toBe('b');
  });
});

describe('a bound claim', () => {
  const done = (volumeName?: string): PersistentVolumeClaim =>
    claim({ volumeName }, { 'pv.kubernetes.io/bind-completed': 'yes' });
  it.each<[string, Partial<ClaimFacts>, string]>([
    ['its volume is gone', { claim: done('a') }, 'ClaimLost'],
    ['it names no volume any more', { claim: done() }, 'ClaimLost'],
    [
      "its volume is another's",
      { claim: done('a'), volumes: [volume('a', { claimRef: { namespace: 'x', name: 'y', uid: 'z' } })] },
      'ClaimMisbound',
    ],
  ])('is lost when %s', (_name, facts, reason) => {
    const { waitingFor, actions } = plan(facts);
    expect(waitingFor?.reason).toBe(reason);
    expect(actions).toMatchObject([{ type: 'setClaimStatus', status: { phase: 'Lost' } }]);
  });

  it('plans nothing when all is well', () => {
    const held = volume('a', { claimRef: { namespace: 'default', name: 'data', uid: 'c' } }, 'Bound');
    const status = { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '5Gi' } };
    expect(plan({ claim: { ...done('a'), status }, volumes: [held] })).toEqual({ actions: [] });
  });
});

describe('a volume', () => {
  const ref = { namespace: 'default', name: 'data', uid: 'c' };
  it.each<[string, PersistentVolume, PersistentVolumeClaim | undefined, string | undefined]>([
    ['that is new', volume('a', {}, 'Pending'), undefined, 'Available'],
    [
      'that is meant for a claim by name only',
      volume('a', { claimRef: { namespace: 'default', name: 'data' } }, 'Pending'),
      claim(),
      'Available',
    ],
    [
      'whose claim is bound to it',
      volume('a', { claimRef: ref }, 'Available'),
      claim({ volumeName: 'a' }),
      'Bound',
    ],
    ['whose claim is gone', volume('a', { claimRef: ref }, 'Bound'), undefined, 'Released'],
    [
      'whose claim was made anew',
      volume('a', { claimRef: { ...ref, uid: 'old' } }, 'Bound'),
      claim(),
      'Released',
    ],
    ['whose claim is still to be written', volume('a', { claimRef: ref }, 'Available'), claim(), undefined],
  ])('%s', (_name, subject, owner, phase) => {
    const { actions } = planBinding({ subject: 'volume', volume: subject, claim: owner });
    expect(actions.map((action) => action.type === 'setVolumeStatus' && action.status.phase)).toEqual(
      phase === undefined ? [] : [phase],
    );
  });

  it('lets go of a claim that took another volume', () => {
    const chosen = {
      ...volume('a', { claimRef: ref }),
      metadata: { name: 'a', annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } },
    };
    const { actions } = planBinding({ subject: 'volume', volume: chosen, claim: claim({ volumeName: 'b' }) });
    expect(actions[0]?.type === 'updateVolume' && actions[0].volume.spec?.claimRef).toBeUndefined();
  });
});
