import { describe, expect, it } from 'vitest';
import type { Container, Pod } from './generated/core-v1.js';
import {
  controllerOf,
  isControlledBy,
  ownerReferenceTo,
  withOwnerReference,
  withoutOwnerReference,
} from './owner.js';
import { isPodAvailable, isPodReady, msUntilAvailable, setPodCondition } from './pods.js';
import { qosClassOf } from './qos.js';

const set = { metadata: { name: 'mysql', uid: 'u1' } };
const kind = { group: 'apps', version: 'v1', kind: 'StatefulSet' };

describe('owners', () => {
  it('points at the owner', () => {
    const reference = ownerReferenceTo(kind, set);
    expect(reference).toEqual({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      name: 'mysql',
      uid: 'u1',
      controller: true,
      blockOwnerDeletion: true,
    });
    const pod: Pod = { metadata: withOwnerReference({ name: 'mysql-0' }, reference) };
    expect(controllerOf(pod)).toEqual(reference);
    expect(isControlledBy(pod, set)).toBe(true);
    expect(withOwnerReference(pod.metadata ?? {}, reference).ownerReferences).toHaveLength(1);
    expect(withoutOwnerReference(pod.metadata ?? {}, 'u1').ownerReferences).toEqual([]);
  });

  it('knows owners that do not control', () => {
    const reference = ownerReferenceTo(kind, set, { controller: false, blockOwnerDeletion: false });
    expect(controllerOf({ metadata: { ownerReferences: [reference] } })).toBeUndefined();
  });
});

describe('readiness', () => {
  const since = '2026-01-01T00:00:00Z';
  const pod: Pod = { status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }] } };
  const at = (seconds: number): number => Date.parse(since) + seconds * 1000;

  it('becomes availability with time', () => {
    expect(isPodReady(pod)).toBe(true);
    expect(isPodAvailable(pod, 0, at(0))).toBe(true);
    expect(isPodAvailable(pod, 10, at(9))).toBe(false);
    expect(msUntilAvailable(pod, 10, at(9))).toBe(1000);
    expect(isPodAvailable(pod, 10, at(10))).toBe(true);
    expect(isPodAvailable({}, 0, at(0))).toBe(false);
  });

  it('keeps the time of the transition while the status stays', () => {
    const later = { type: 'Ready', status: 'True', lastTransitionTime: '2027-01-01T00:00:00Z' };
    const status = pod.status ?? {};
    expect(setPodCondition(status, later)).toBe(status);
    expect(setPodCondition(status, { ...later, reason: 'Why' }).conditions?.[0]).toMatchObject({
      lastTransitionTime: since,
      reason: 'Why',
    });
    expect(setPodCondition(status, { ...later, status: 'False' }).conditions?.[0]).toMatchObject({
      status: 'False',
      lastTransitionTime: later.lastTransitionTime,
    });
    expect(setPodCondition(status, { type: 'Other', status: 'True' }).conditions).toHaveLength(2);
  });
});

describe('class of service', () => {
  const container = (resources: Container['resources']): Pod => ({
    spec: { containers: [{ name: 'a', resources }] },
  });
  it.each([
    [{}, 'BestEffort'],
    [{ requests: { cpu: '1' } }, 'Burstable'],
    [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } }, 'Guaranteed'],
    [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } }, 'Burstable'],
    [{ limits: { cpu: '1' }, requests: { cpu: '1' } }, 'Burstable'],
  ])('%j is %s', (resources, want) => {
    expect(qosClassOf(container(resources))).toBe(want);
  });
});
