import { describe, expect, it } from 'vitest';
import type { StatefulSetSpec } from '../../api/generated/apps-v1.js';
import { revisionOf } from './identity.js';
import { claimTemplate, newSet, start, templateOf, World } from './world.fixture.js';

/** The actions of a pass, as words; status writes are left out. */
function words(plan: ReturnType<World['pass']>): readonly string[] {
  return plan.actions
    .filter(({ type }) => type !== 'updateStatus' && type !== 'createRevision')
    .map((action) => {
      const subject = 'pod' in action ? action.pod : 'claim' in action ? action.claim : undefined;
      return subject === undefined ? action.type : `${action.type} ${subject.metadata?.name}`;
    });
}

function settled(spec: Partial<StatefulSetSpec> = {}): World {
  const world = new World(newSet(spec));
  world.settle();
  return world;
}

const imageOf = (world: World, name: string): string | undefined =>
  world.pods.get(name)?.spec?.containers[0]?.image;

describe('order', () => {
  it('creates the next Pod only when the one before is Running and Ready (A2-1)', () => {
    const world = new World();
    expect(words(world.pass())).toEqual(['createPod web-0']);
    const waiting = world.pass();
    expect(words(waiting)).toEqual([]);
    expect(waiting.waitingFor).toMatchObject({ reason: 'PodNotRunning', on: { kind: 'Pod', name: 'web-0' } });
    expect(waiting.waitingFor?.message).toContain('web-1 waits until it is Running and Ready');
    world.fate('web-0', 'run');
    expect(world.pass().waitingFor).toMatchObject({ reason: 'PodNotReady' });
    world.fate('web-0', 'ready');
    expect(words(world.pass())).toEqual(['createPod web-1']);
  });

  it('creates and deletes all at once when Parallel (A2-5)', () => {
    const world = new World(newSet({ podManagementPolicy: 'Parallel' }));
    expect(words(world.pass())).toEqual(['createPod web-0', 'createPod web-1', 'createPod web-2']);
    world.settle();
    world.edit({ replicas: 1 });
    expect(words(world.pass())).toEqual(['deletePod web-2', 'deletePod web-1']);
  });

  it('scales down from the highest, one after the other (A2-3)', () => {
    const world = settled();
    world.edit({ replicas: 1 });
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    expect(world.pass().waitingFor).toMatchObject({ reason: 'PodTerminating', on: { name: 'web-2' } });
    world.fate('web-2', 'vanish');
    expect(words(world.pass())).toEqual(['deletePod web-1']);
  });

  it('halts scaling down while a Pod that stays is unhealthy (A2-4)', () => {
    const world = settled();
    world.edit({ replicas: 1 });
    world.fate('web-0', 'unready');
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'PodNotReady', on: { name: 'web-0' } });
  });

  it('deletes the condemned Pod that is itself the first unhealthy one (A2-4)', () => {
    const world = settled();
    world.edit({ replicas: 2 });
    world.fate('web-2', 'unready');
    expect(words(world.pass())).toEqual(['deletePod web-2']);
  });

  it('halts scaling down at an unhealthy Pod while one below it is unhealthy too (A2-4)', () => {
    const world = settled();
    world.edit({ replicas: 1 });
    world.fate('web-1', 'unready');
    world.fate('web-2', 'unready');
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor?.on).toMatchObject({ name: 'web-2' });
  });

  it('moves its ordinals with ordinals.start (A2-9)', () => {
    const world = settled();
    world.edit({ ordinals: { start: 2 } });
    world.settle();
    expect(world.names()).toEqual(['web-2', 'web-3', 'web-4']);
    world.edit({ ordinals: undefined });
    world.settle();
    expect(world.names()).toEqual(['web-0', 'web-1', 'web-2']);
  });

  it.each(['fail', 'succeed'] as const)('makes a Pod again that ended: %s (A2-10)', (fate) => {
    const world = settled();
    world.fate('web-1', fate);
    const plan = world.pass();
    expect(words(plan)).toEqual(['deletePod web-1']);
    expect(plan.actions[0]).toMatchObject({ replaces: true });
  });

  it('only writes its status once it is being deleted (A2-7)', () => {
    const world = settled();
    world.set = { ...world.set, metadata: { ...world.set.metadata, deletionTimestamp: start.toISOString() } };
    world.pods.delete('web-2');
    const plan = world.pass();
    expect(plan.actions.map(({ type }) => type)).toEqual(['updateStatus']);
    expect(plan.waitingFor).toMatchObject({ reason: 'SetBeingDeleted' });
  });

  it('waits minReadySeconds before the next Pod, and says when to look again', () => {
    const world = new World(newSet({ minReadySeconds: 10 }));
    world.pass();
    world.fate('web-0', 'ready');
    world.now = new Date(start.getTime() + 4000);
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan).toMatchObject({ lookAgainAfterMs: 6000, waitingFor: { reason: 'PodNotAvailable' } });
    world.now = new Date(start.getTime() + 10_000);
    expect(words(world.pass())).toEqual(['createPod web-1']);
  });
});

describe('identity', () => {
  it('gives a Pod its name, labels, host name and subdomain (A1-1 to A1-6)', () => {
    const world = settled();
    const pod = world.pods.get('web-1');
    expect(pod?.metadata?.labels).toEqual({
      app: 'web',
      'statefulset.kubernetes.io/pod-name': 'web-1',
      'apps.kubernetes.io/pod-index': '1',
      'controller-revision-hash': world.set.status?.updateRevision,
    });
    expect(pod?.spec).toMatchObject({ hostname: 'web-1', subdomain: 'web' });
    expect(pod?.metadata?.ownerReferences).toEqual([
      { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'set-1', controller: true, blockOwnerDeletion: true },
    ]);
  });

  it('runs without a serviceName (A1-9)', () => {
    const world = settled({ serviceName: undefined });
    expect(world.pods.get('web-0')?.spec).not.toHaveProperty('subdomain');
  });

  it('puts a removed identity label back (A1-3)', () => {
    const world = settled();
    world.fate('web-1', 'unlabel');
    expect(words(world.pass())).toEqual(['updatePod web-1']);
    expect(world.pods.get('web-1')?.metadata?.labels).toHaveProperty('statefulset.kubernetes.io/pod-name', 'web-1');
  });

  it('lets go a Pod whose labels stop matching, and takes it over again (A1-6)', () => {
    const world = settled({ replicas: 1 });
    const pod = world.pods.get('web-0');
    world.pods.set('web-0', { ...pod, metadata: { ...pod?.metadata, labels: { app: 'other' } } });
    expect(words(world.pass())).toEqual(['releasePod web-0']);
    expect(world.pass().waitingFor).toMatchObject({ reason: 'PodNameTaken' });
    const released = world.pods.get('web-0');
    world.pods.set('web-0', { ...released, metadata: { ...released?.metadata, labels: { app: 'web' } } });
    expect(words(world.pass())).toEqual(['adoptPod web-0']);
  });

  it('waits for the name when a stranger has it', () => {
    const world = new World();
    world.pods.set('web-0', { metadata: { name: 'web-0', namespace: 'default', uid: 'x' }, spec: { containers: [] } });
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'PodNameTaken', on: { name: 'web-0' } });
  });
});

describe('updates', () => {
  it('replaces Pods from the highest, each when the one before is ready (A3-1)', () => {
    const world = settled();
    world.edit({ template: templateOf('v2') });
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    world.fate('web-2', 'vanish');
    expect(words(world.pass())).toEqual(['createPod web-2']);
    expect(world.pass().waitingFor).toMatchObject({ reason: 'PodNotRunning', on: { name: 'web-2' } });
    world.fate('web-2', 'ready');
    expect(words(world.pass())).toEqual(['deletePod web-1']);
    world.settle();
    expect(world.names().map((name) => imageOf(world, name))).toEqual(['v2', 'v2', 'v2']);
    expect(world.set.status?.currentRevision).toBe(world.set.status?.updateRevision);
  });

  it('keeps Pods below the partition, also when they are made again (A3-2, A3-3, A3-14)', () => {
    const world = settled({ ordinals: { start: 5 } });
    world.edit({
      template: templateOf('v2'),
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    });
    world.settle();
    expect(world.names().map((name) => imageOf(world, name))).toEqual(['v1', 'v1', 'v2']);
    world.fate('web-6', 'terminate');
    world.fate('web-6', 'vanish');
    world.settle();
    expect(imageOf(world, 'web-6')).toBe('v1');
    expect(world.set.status?.currentRevision).not.toBe(world.set.status?.updateRevision);
  });

  it('leaves Pods alone with OnDelete, and says so (A3-5)', () => {
    const world = settled({ updateStrategy: { type: 'OnDelete' } });
    world.edit({ template: templateOf('v2') });
    world.settle();
    expect(world.names().map((name) => imageOf(world, name))).toEqual(['v1', 'v1', 'v1']);
    expect(world.pass().waitingFor).toMatchObject({ reason: 'UpdateOnDelete' });
    world.fate('web-0', 'terminate');
    world.fate('web-0', 'vanish');
    world.settle();
    expect(imageOf(world, 'web-0')).toBe('v2');
  });

  it('takes up the old revision again on a rollback, under a higher number (A3-8)', () => {
    const world = settled();
    const first = world.set.status?.updateRevision ?? '';
    world.edit({ template: templateOf('v2') });
    world.settle();
    world.edit({ template: templateOf('v1') });
    world.settle();
    expect(world.set.status?.updateRevision).toBe(first);
    expect(world.revisions.get(first)?.revision).toBe(3);
    expect(world.revisions.size).toBe(2);
  });

  it('makes no revision for other changes (A3-7) and keeps the history short (A3-9)', () => {
    const world = settled({ revisionHistoryLimit: 1 });
    world.edit({ replicas: 2, minReadySeconds: 0 });
    world.settle();
    expect(world.revisions.size).toBe(1);
    for (const image of ['v2', 'v3', 'v4']) {
      world.edit({ template: templateOf(image) });
      world.settle();
    }
    expect(world.revisions.size).toBe(2);
  });

  it('counts a collision of names instead of using a foreign revision', () => {
    const world = new World();
    const probe = new World();
    probe.pass();
    const taken = [...probe.revisions.values()][0];
    const name = taken?.metadata?.name ?? '';
    world.revisions.set(name, { metadata: { name, namespace: 'default', uid: 'r' }, data: {}, revision: 1 });
    world.pass();
    expect(world.set.status).toMatchObject({ collisionCount: 1 });
    expect(world.set.status?.updateRevision).not.toBe(name);
  });

  it('leaves a stuck Pod of the old template alone in OrderedReady, and says what to do (A3-11)', () => {
    const world = settled();
    world.edit({ template: templateOf('broken') });
    world.pass();
    world.fate('web-2', 'vanish');
    world.pass();
    world.fate('web-2', 'run');
    world.edit({ template: templateOf('v1') });
    const plan = world.pass();
    expect(words(plan).filter((word) => word.includes('Pod'))).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'StuckOnOldRevision', on: { name: 'web-2' } });
    expect(plan.waitingFor?.unblockedBy).toContain('delete Pod web-2');
  });

  it('replaces a broken Pod by itself when Parallel (A3-12, A3-13)', () => {
    const world = new World(newSet({ podManagementPolicy: 'Parallel', template: templateOf('broken') }));
    world.pass();
    for (const name of world.names()) world.fate(name, 'run');
    world.edit({ template: templateOf('v1') });
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    world.settle();
    expect(world.names().map((name) => imageOf(world, name))).toEqual(['v1', 'v1', 'v1']);
  });

  it.each([
    ['2', 2, 2],
    ['50% of 3, rounded down', '50%', 1],
    ['10% of 3, at least one', '10%', 1],
  ] as const)('takes down as many as maxUnavailable says: %s (A3-4)', (_name, maxUnavailable, count) => {
    const world = settled({
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable } },
    });
    world.edit({ template: templateOf('v2') });
    expect(words(world.pass()).length).toBe(count);
    expect(words(world.pass())).toEqual([]);
  });

  it('scales before it updates (A2-6)', () => {
    const world = settled();
    world.edit({ replicas: 4, template: templateOf('v2') });
    expect(words(world.pass())).toEqual(['createPod web-3']);
  });
});

describe('claims', () => {
  const withClaims = { volumeClaimTemplates: [claimTemplate('data')] };

  it('creates them before the Pod, labelled, and mounts them over volumes of the same name (A5-1, A5-2)', () => {
    const template = templateOf('v1');
    const spec = { containers: [], ...template.spec, volumes: [{ name: 'data', emptyDir: {} }, { name: 'tmp', emptyDir: {} }] };
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
    expect([...world.claims.values()].every(({ metadata }) => metadata?.ownerReferences === undefined)).toBe(true);
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
    expect(world.claims.get('data-web-2')?.metadata?.ownerReferences).toMatchObject([{ kind: 'Pod', name: 'web-2' }]);
    world.fate('web-2', 'vanish');
    world.edit({ replicas: 3 });
    expect(world.pass().waitingFor).toMatchObject({ reason: 'ClaimOfFormerPod', on: { name: 'data-web-2' } });
  });

  it('leaves a claim with another controller alone, and keeps foreign owners (A5-7)', () => {
    const world = settled(withClaims);
    const foreign = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' };
    const claim = (name: string): NonNullable<ReturnType<typeof world.claims.get>> => world.claims.get(name) ?? {};
    const own = (name: string, controller: boolean): void => {
      const before = claim(name);
      world.claims.set(name, { ...before, metadata: { ...before.metadata, ownerReferences: [{ ...foreign, controller }] } });
    };
    own('data-web-0', true);
    own('data-web-1', false);
    world.edit({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' } });
    world.settle();
    expect(claim('data-web-0').metadata?.ownerReferences).toHaveLength(1);
    expect(claim('data-web-1').metadata?.ownerReferences).toMatchObject([{ kind: 'ConfigMap' }, { kind: 'StatefulSet' }]);
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
    expect(world.set.status).toMatchObject({ currentRevision: before, updatedReplicas: 0, observedGeneration: 2 });
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
