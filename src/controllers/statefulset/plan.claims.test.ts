import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { revisionOf } from './identity.js';
import { waitReasons } from './waits.js';
import { claimTemplate, newSet, settled, start, templateOf, World, words } from './world.fixture.js';

describe('claims', () => {
  const withClaims = { volumeClaimTemplates: [claimTemplate('data')] };

  it('creates them before the Pod, labelled, and mounts them over volumes of the same name (A5-1, A5-2)', () => {
    const template = templateOf('v1');
    const spec = {
      containers: [],
      ...template.spec,
      volumes: [
        { name: 'data', emptyDir: {} },
        { name: 'tmp', emptyDir: {} },
      ],
    };
    const world = new World(newSet({ ...withClaims, template: { ...template, spec } }));
    expect(words(world.pass())).toEqual(['createClaim data-web-0', 'createPod web-0']);
    expect(world.claims.get('data-web-0')?.metadata?.labels).toEqual({ app: 'web' });
    expect(world.pods.get('web-0')?.spec?.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } },
      { name: 'tmp', emptyDir: {} },
    ]);
  });

  it('keeps claims when it scales down and uses them again (A5-4)', () => {
    const world = settled(withClaims);
    world.edit({ replicas: 1 });
    world.settle();
    expect(world.claims.size).toBe(3);
    expect([...world.claims.values()].every(({ metadata }) => metadata?.ownerReferences === undefined)).toBe(
      true,
    );
    world.edit({ replicas: 2 });
    expect(words(world.pass())).toEqual(['createPod web-1']);
  });

  it('makes the claim of a pending Pod again (A5-9)', () => {
    const world = new World(newSet(withClaims));
    world.pass();
    world.claims.delete('data-web-0');
    expect(words(world.pass())).toEqual(['createClaim data-web-0']);
  });

  it('waits for a claim that is being deleted', () => {
    const world = new World(newSet(withClaims));
    const metadata = { name: 'data-web-0', deletionTimestamp: start.toISOString() };
    world.claims.set('data-web-0', { metadata, spec: {} });
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'ClaimBeingDeleted', on: { name: 'data-web-0' } });
  });

  it('owns claims when they go with the set, also on a live set (A5-5, A5-8)', () => {
    const world = settled(withClaims);
    world.edit({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' } });
    world.settle();
    expect(world.claims.get('data-web-2')?.metadata?.ownerReferences).toMatchObject([
      { kind: 'StatefulSet', uid: 'set-1', controller: true, blockOwnerDeletion: true },
    ]);
    world.edit({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } });
    world.settle();
    expect(world.claims.get('data-web-2')?.metadata?.ownerReferences).toEqual([]);
  });

  it('hands claims to a condemned Pod before it is deleted (A5-6), and waits for them to go with it', () => {
    const world = settled({
      ...withClaims,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
    });
    world.edit({ replicas: 2 });
    expect(words(world.pass())).toEqual(['setClaimOwners data-web-2', 'deletePod web-2']);
    expect(world.claims.get('data-web-2')?.metadata?.ownerReferences).toMatchObject([
      { kind: 'Pod', name: 'web-2' },
    ]);
    world.fate('web-2', 'vanish');
    world.edit({ replicas: 3 });
    expect(world.pass().waitingFor).toMatchObject({ reason: 'ClaimOfFormerPod', on: { name: 'data-web-2' } });
  });

  it('leaves a claim with another controller alone, and keeps foreign owners (A5-7)', () => {
    const world = settled(withClaims);
    const foreign = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' };
    const claim = (name: string): NonNullable<ReturnType<typeof world.claims.get>> =>
      world.claims.get(name) ?? {};
    const own = (name: string, controller: boolean): void => {
      const before = claim(name);
      world.claims.set(name, {
        ...before,
        metadata: { ...before.metadata, ownerReferences: [{ ...foreign, controller }] },
      });
    };
    own('data-web-0', true);
    own('data-web-1', false);
    world.edit({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' } });
    world.settle();
    expect(claim('data-web-0').metadata?.ownerReferences).toHaveLength(1);
    expect(claim('data-web-1').metadata?.ownerReferences).toMatchObject([
      { kind: 'ConfigMap' },
      { kind: 'StatefulSet' },
    ]);
  });
});

describe('status', () => {
  it('counts (A6-1, A6-2)', () => {
    const world = settled();
    expect(world.set.status).toMatchObject({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
    });
    const before = world.set.status?.currentRevision;
    world.edit({ template: templateOf('v2') });
    world.pass();
    expect(world.set.status).toMatchObject({
      currentRevision: before,
      updatedReplicas: 0,
      observedGeneration: 2,
    });
    expect(world.set.status?.updateRevision).not.toBe(before);
  });

  it('says how many are available after minReadySeconds (A6-3)', () => {
    const world = settled({ minReadySeconds: 0 });
    world.edit({ minReadySeconds: 3600 });
    world.pass();
    expect(world.set.status).toMatchObject({ readyReplicas: 3, availableReplicas: 0 });
  });

  it('shows the revision of each Pod', () => {
    const world = settled();
    const revisions = new Set([...world.pods.values()].map(revisionOf));
    expect([...revisions]).toEqual([world.set.status?.updateRevision]);
  });
});

describe('README', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  it.each(waitReasons)('explains the wait %s', (reason) => {
    expect(readme).toContain(`\`${reason}\``);
  });
});
