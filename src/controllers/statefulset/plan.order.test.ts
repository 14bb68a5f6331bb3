import { describe, expect, it } from 'vitest';
import { newSet, settled, start, World, words } from './world.fixture.js';

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

  it('does not wait for the health of condemned Pods that have ended', () => {
    const world = settled();
    world.edit({ replicas: 1 });
    world.fate('web-1', 'succeed');
    world.fate('web-2', 'fail');
    expect(words(world.pass())).toEqual(['deletePod web-2']);
    world.fate('web-2', 'vanish');
    expect(words(world.pass())).toEqual(['deletePod web-1']);
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
    expect(plan.actions[0]).toMatchObject({ cause: 'ended' });
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
      {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        name: 'web',
        uid: 'set-1',
        controller: true,
        blockOwnerDeletion: true,
      },
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
    expect(world.pods.get('web-1')?.metadata?.labels).toHaveProperty(
      'statefulset.kubernetes.io/pod-name',
      'web-1',
    );
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
    world.pods.set('web-0', {
      metadata: { name: 'web-0', namespace: 'default', uid: 'x' },
      spec: { containers: [] },
    });
    const plan = world.pass();
    expect(words(plan)).toEqual([]);
    expect(plan.waitingFor).toMatchObject({ reason: 'PodNameTaken', on: { name: 'web-0' } });
  });
});
