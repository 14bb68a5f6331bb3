import { beforeEach, describe, expect, test } from 'vitest';
import type { Pod, Service } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { WatchEvent } from '../../api/resource-api.js';
import { admin, type TestServer, testServer } from '../server.fixture.js';

let at: TestServer;
beforeEach(async () => {
  at = await testServer();
});

const spec = { containers: [{ name: 'main', image: 'busybox' }] };

function pod(name: string, labels?: Record<string, string>): Pod {
  return { metadata: { name, namespace: 'default', ...(labels && { labels }) }, spec };
}

function configMap(name: string, data: Record<string, string> = {}, labels?: Record<string, string>) {
  return { metadata: { name, namespace: 'default', ...(labels && { labels }) }, data };
}

async function failureOf(promise: Promise<unknown>): Promise<{ code: number; message: string }> {
  return promise.then(
    () => ({ code: 0, message: 'succeeded' }),
    (error) => ({ code: error.code, message: error.message }),
  );
}

describe('create', () => {
  test('gives identity, defaults and the first status', async () => {
    const made = await at.api.create(kinds.Pod, pod('a'));
    expect(made).toMatchObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a', namespace: 'default', generation: 1, creationTimestamp: '2026-11-22T10:00:00Z' },
      spec: {
        restartPolicy: 'Always',
        terminationGracePeriodSeconds: 30,
        serviceAccountName: 'default',
        priority: 0,
        tolerations: [{ key: 'node.kubernetes.io/not-ready' }, { key: 'node.kubernetes.io/unreachable' }],
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
    expect(made.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.metadata?.resourceVersion).toBe(String(at.store.revision));
    expect(Object.isFrozen(made.spec?.containers)).toBe(true);
    expect(await at.api.get(kinds.Pod, { namespace: 'default', name: 'a' })).toBe(made);
  });

  test('generates a name', async () => {
    const made = await at.api.create(kinds.Pod, {
      metadata: { generateName: 'web-', namespace: 'default' },
      spec,
    });
    expect(made.metadata?.name).toMatch(/^web-[a-z0-9]{5}$/);
  });

  test('refuses what Kubernetes refuses', async () => {
    await at.api.create(kinds.Pod, pod('a'));
    expect(await failureOf(at.api.create(kinds.Pod, pod('a')))).toEqual({
      code: 409,
      message: 'pods "a" already exists',
    });
    const nowhere = { metadata: { name: 'a', namespace: 'nowhere' }, spec };
    expect(await failureOf(at.api.create(kinds.Pod, nowhere))).toEqual({
      code: 404,
      message: 'namespaces "nowhere" not found',
    });
    const old = { metadata: { name: 'b', namespace: 'default', resourceVersion: '7' }, spec };
    expect((await failureOf(at.api.create(kinds.Pod, old))).code).toBe(400);
    const wrong = { ...pod('b'), kind: 'Secret', apiVersion: 'v1' };
    expect(await failureOf(at.api.create(kinds.Pod, wrong))).toEqual({
      code: 400,
      message: 'Secret in version "v1" cannot be handled as a Pod in version "v1"',
    });
  });

  test('a dry run shows the object and stores nothing', async () => {
    const before = at.store.revision;
    const shown = await at.api.create(kinds.Pod, pod('a'), { dryRun: true });
    expect(shown.status?.phase).toBe('Pending');
    expect(at.store.revision).toBe(before);
  });

  test('stringData of a Secret becomes data', async () => {
    const made = await at.api.create(kinds.Secret, {
      metadata: { name: 's', namespace: 'default' },
      stringData: { a: 'b' },
    });
    expect(made).toMatchObject({ type: 'Opaque', data: { a: 'Yg==' } });
    expect(made.stringData).toBeUndefined();
  });
});

describe('update', () => {
  test('is refused with an old version or another uid, and writes nothing when nothing differs', async () => {
    const first = await at.api.create(kinds.ConfigMap, configMap('c', { a: '1' }));
    const second = await at.api.update(kinds.ConfigMap, { ...first, data: { a: '2' } });
    expect(second.metadata?.resourceVersion).not.toBe(first.metadata?.resourceVersion);
    expect(await failureOf(at.api.update(kinds.ConfigMap, { ...first, data: { a: '3' } }))).toEqual({
      code: 409,
      message:
        'Operation cannot be fulfilled on configmaps "c": the object has been modified; please apply your changes to the latest version and try again',
    });
    const { resourceVersion: _, ...metadata } = second.metadata ?? {};
    expect(
      (await failureOf(at.api.update(kinds.ConfigMap, { ...second, metadata: { ...metadata, uid: 'x' } })))
        .code,
    ).toBe(409);
    const same = await at.api.update(kinds.ConfigMap, { ...second, metadata });
    expect(same.metadata?.resourceVersion).toBe(second.metadata?.resourceVersion);
  });

  test('counts generations, keeps status apart and takes status by itself', async () => {
    const set = await at.api.create(kinds.StatefulSet, {
      metadata: { name: 'db', namespace: 'default' },
      spec: {
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: { metadata: { labels: { app: 'db' } }, spec },
      },
    });
    expect(set.metadata?.generation).toBe(1);
    const status = await at.api.updateSub(
      kinds.StatefulSet,
      { ...set, spec: { ...set.spec, replicas: 7 } as typeof set.spec, status: { replicas: 1 } },
      'status',
    );
    expect(status).toMatchObject({
      metadata: { generation: 1 },
      spec: { replicas: 1 },
      status: { replicas: 1 },
    });
    const scaled = await at.api.patch(
      kinds.StatefulSet,
      { namespace: 'default', name: 'db' },
      {
        type: 'application/merge-patch+json',
        subresource: 'scale',
        body: { spec: { replicas: 3 } },
      },
    );
    expect(scaled).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 3 },
      status: { replicas: 1, selector: 'app=db' },
    });
    const after = await at.api.get(kinds.StatefulSet, { namespace: 'default', name: 'db' });
    expect(after).toMatchObject({
      metadata: { generation: 2 },
      spec: { replicas: 3 },
      status: { replicas: 1 },
    });
  });

  test('concurrent patches of one object all take effect', async () => {
    await at.api.create(kinds.ConfigMap, configMap('c'));
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        at.api.patch(
          kinds.ConfigMap,
          { namespace: 'default', name: 'c' },
          {
            type: 'application/strategic-merge-patch+json',
            body: { data: { [`k${i}`]: String(i) } },
          },
        ),
      ),
    );
    const after = await at.api.get(kinds.ConfigMap, { namespace: 'default', name: 'c' });
    expect(Object.keys(after.data ?? {})).toHaveLength(20);
  });
});

describe('delete', () => {
  test('a running Pod is marked, its grace can be cut, and the node ends it with 0', async () => {
    await at.api.create(kinds.Pod, pod('a'));
    const key = { namespace: 'default', name: 'a' };
    await at.api.createSub(kinds.Pod, key, 'binding', { target: { kind: 'Node', name: 'node-0' } } as Pod);
    const bound = await at.api.get(kinds.Pod, key);
    expect(bound.spec?.nodeName).toBe('node-0');
    expect(bound.status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
    const marked = await at.api.delete(kinds.Pod, key);
    expect(marked.metadata).toMatchObject({
      deletionTimestamp: '2026-11-22T10:00:30Z',
      deletionGracePeriodSeconds: 30,
    });
    const cut = await at.api.delete(kinds.Pod, key, { gracePeriodSeconds: 5 });
    expect(cut.metadata).toMatchObject({
      deletionTimestamp: '2026-11-22T10:00:05Z',
      deletionGracePeriodSeconds: 5,
    });
    const longer = await at.api.delete(kinds.Pod, key, { gracePeriodSeconds: 50 });
    expect(longer.metadata?.resourceVersion).toBe(cut.metadata?.resourceVersion);
    await at.api.delete(kinds.Pod, key, { gracePeriodSeconds: 0 });
    expect((await failureOf(at.api.get(kinds.Pod, key))).code).toBe(404);
  });

  test('finalizers hold an object until they are gone', async () => {
    const made = await at.api.create(kinds.ConfigMap, {
      metadata: { name: 'c', namespace: 'default', finalizers: ['example.com/hold'] },
    });
    const key = { namespace: 'default', name: 'c' };
    const wrong = { preconditions: { uid: 'other' } };
    expect((await failureOf(at.api.delete(kinds.ConfigMap, key, wrong))).code).toBe(409);
    const marked = await at.api.delete(kinds.ConfigMap, key, { propagationPolicy: 'Foreground' });
    expect(marked.metadata?.finalizers).toEqual(['example.com/hold', 'foregroundDeletion']);
    const more = { ...marked, metadata: { ...marked.metadata, finalizers: ['example.com/new'] } };
    expect((await failureOf(at.api.update(kinds.ConfigMap, more))).message).toContain(
      'no new finalizers can be added',
    );
    await at.api.update(kinds.ConfigMap, { ...marked, metadata: { ...marked.metadata, finalizers: [] } });
    expect((await failureOf(at.api.get(kinds.ConfigMap, key))).code).toBe(404);
    expect(made.metadata?.deletionTimestamp).toBeUndefined();
  });

  test('a Namespace terminates, takes nothing new, and goes when finalized', async () => {
    const made = await at.api.create(kinds.Namespace, { metadata: { name: 'team' } });
    expect(made).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
    const going = await at.api.delete(kinds.Namespace, { name: 'team' });
    expect(going.status?.phase).toBe('Terminating');
    const late = { metadata: { name: 'x', namespace: 'team' } };
    expect(await failureOf(at.api.create(kinds.ConfigMap, late))).toEqual({
      code: 403,
      message:
        'configmaps "x" is forbidden: unable to create new content in namespace team because it is being terminated',
    });
    await at.api.updateSub(kinds.Namespace, { ...going, spec: { finalizers: [] } }, 'finalize');
    expect((await failureOf(at.api.get(kinds.Namespace, { name: 'team' }))).code).toBe(404);
    expect((await failureOf(at.api.delete(kinds.Namespace, { name: 'default' }))).code).toBe(403);
  });

  test('a collection', async () => {
    await Promise.all(
      ['a', 'b', 'c'].map((name) => at.api.create(kinds.ConfigMap, configMap(name, {}, { x: name }))),
    );
    await at.api.deleteCollection(kinds.ConfigMap, 'default', { labelSelector: 'x in (a,b)' });
    const left = await at.api.list(kinds.ConfigMap, 'default');
    expect(left.items.map(({ metadata }) => metadata?.name)).toEqual(['c']);
  });
});

describe('list', () => {
  test('pages show one revision, whatever is written meanwhile', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await at.api.create(kinds.ConfigMap, configMap(name));
    const first = await at.api.list(kinds.ConfigMap, 'default', { limit: 2 });
    expect(first).toMatchObject({ remainingItemCount: 3, resourceVersion: String(at.store.revision) });
    await at.api.delete(kinds.ConfigMap, { namespace: 'default', name: 'c' });
    await at.api.create(kinds.ConfigMap, configMap('cc'));
    const second = await at.api.list(kinds.ConfigMap, 'default', { limit: 2, continue: first.continue });
    expect(second.items.map(({ metadata }) => metadata?.name)).toEqual(['c', 'd']);
    expect(second.resourceVersion).toBe(first.resourceVersion);
    await at.store.compact(at.store.revision);
    const late = await failureOf(
      at.api.list(kinds.ConfigMap, 'default', { limit: 2, continue: second.continue }),
    );
    expect(late.code).toBe(410);
    expect(late.message).toContain('The provided continue parameter is too old');
  });

  test('selectors, also over pages', async () => {
    for (let i = 0; i < 9; i++) await at.api.create(kinds.Pod, pod(`p${i}`, { odd: String(i % 2 === 1) }));
    const first = await at.api.list(kinds.Pod, undefined, { labelSelector: 'odd=true', limit: 3 });
    expect(first.items.map(({ metadata }) => metadata?.name)).toEqual(['p1', 'p3', 'p5']);
    expect(first.remainingItemCount).toBeUndefined();
    const rest = await at.api.list(kinds.Pod, undefined, {
      labelSelector: 'odd=true',
      limit: 3,
      continue: first.continue,
    });
    expect(rest.items.map(({ metadata }) => metadata?.name)).toEqual(['p7']);
    const one = await at.api.list(kinds.Pod, 'default', { fieldSelector: 'metadata.name=p4,spec.nodeName=' });
    expect(one.items).toHaveLength(1);
    expect((await failureOf(at.api.list(kinds.Pod, 'default', { fieldSelector: 'spec.nope=1' }))).code).toBe(
      400,
    );
  });

  test('a revision of the future is refused', async () => {
    const answer = await failureOf(at.api.list(kinds.Pod, 'default', { resourceVersion: '999' }));
    expect(answer.code).toBe(504);
  });
});

function collect(options: Parameters<TestServer['api']['watch']>[2]) {
  const events: string[] = [];
  const watch = at.api.watch(kinds.ConfigMap, 'default', options, ({ type, object }: WatchEvent) => {
    events.push(
      `${type} ${object.metadata?.name ?? object.metadata?.annotations?.['k8s.io/initial-events-end'] ?? ''}`.trim(),
    );
  });
  return { events, watch };
}

describe('watch', () => {
  test('tells the present, then every change before its writer is done', async () => {
    await at.api.create(kinds.ConfigMap, configMap('a'));
    const { events, watch } = collect({});
    expect(events).toEqual(['ADDED a']);
    let seen = 0;
    await at.api.create(kinds.ConfigMap, configMap('b')).then(() => {
      seen = events.length;
    });
    expect(seen).toBe(2);
    await at.api.delete(kinds.ConfigMap, { namespace: 'default', name: 'a' });
    watch.stop();
    await at.api.delete(kinds.ConfigMap, { namespace: 'default', name: 'b' });
    expect(events).toEqual(['ADDED a', 'ADDED b', 'DELETED a']);
    await watch.closed;
  });

  test('objects come into view and leave it by their labels', async () => {
    const { events } = collect({ labelSelector: 'on=yes' });
    const made = await at.api.create(kinds.ConfigMap, configMap('a'));
    const on = await at.api.update(kinds.ConfigMap, {
      ...made,
      metadata: { ...made.metadata, labels: { on: 'yes' } },
    });
    const more = await at.api.update(kinds.ConfigMap, { ...on, data: { x: 'y' } });
    await at.api.update(kinds.ConfigMap, { ...more, metadata: { ...more.metadata, labels: {} } });
    await at.api.delete(kinds.ConfigMap, { namespace: 'default', name: 'a' });
    expect(events).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  test('from a revision: the past, or 410 when it is compacted', async () => {
    const made = await at.api.create(kinds.ConfigMap, configMap('a'));
    await at.api.create(kinds.ConfigMap, configMap('b'));
    const { events } = collect({ resourceVersion: made.metadata?.resourceVersion });
    expect(events).toEqual(['ADDED b']);
    await at.store.compact(at.store.revision);
    const { watch } = collect({ resourceVersion: made.metadata?.resourceVersion });
    expect((await failureOf(watch.closed)).code).toBe(410);
  });

  test('initial events end with a bookmark', async () => {
    await at.api.create(kinds.ConfigMap, configMap('a'));
    const { events } = collect({
      sendInitialEvents: true,
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: true,
    });
    expect(events).toEqual(['ADDED a', 'BOOKMARK true']);
  });
});

describe('services', () => {
  const service = (name: string, more: Service['spec'] = {}): Service => ({
    metadata: { name, namespace: 'default' },
    spec: { selector: { app: name }, ports: [{ port: 80 }], ...more },
  });

  test('get an address above the lower band, keep it, and give it back', async () => {
    const made = await at.api.create(kinds.Service, service('a'));
    const address = made.spec?.clusterIP ?? '';
    expect(address).toMatch(/^10\.96\.(?!0\.)/);
    expect(made.spec).toMatchObject({
      clusterIPs: [address],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      type: 'ClusterIP',
    });
    const replaced = await at.api.update(kinds.Service, service('a', { ports: [{ port: 81 }] }));
    expect(replaced.spec?.clusterIP).toBe(address);
    expect(await failureOf(at.api.create(kinds.Service, service('b', { clusterIP: address })))).toEqual({
      code: 422,
      message: `Service "b" is invalid: spec.clusterIPs: Invalid value: ["${address}"]: failed to allocate IP ${address}: provided IP is already allocated`,
    });
    await at.api.delete(kinds.Service, { namespace: 'default', name: 'a' });
    const again = await at.api.create(kinds.Service, service('b', { clusterIP: address }));
    expect(again.spec?.clusterIP).toBe(address);
  });

  test('explicit, headless and external ones; others are refused by name', async () => {
    const fixed = await at.api.create(kinds.Service, service('dns', { clusterIP: '10.96.0.10' }));
    expect(fixed.spec?.clusterIPs).toEqual(['10.96.0.10']);
    const headless = await at.api.create(kinds.Service, service('h', { clusterIP: 'None' }));
    expect(headless.spec).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] });
    const external = service('e', { type: 'ExternalName', externalName: 'example.com', ports: undefined });
    expect((await at.api.create(kinds.Service, external)).spec?.clusterIP).toBeUndefined();
    const outside = await failureOf(at.api.create(kinds.Service, service('o', { clusterIP: '192.0.2.1' })));
    expect(outside.message).toContain('is not in the valid range. The range of valid IPs is 10.96.0.0/16');
    const port = await failureOf(at.api.create(kinds.Service, service('n', { type: 'NodePort' })));
    expect(port.code).toBe(422);
    expect(port.message).toContain('holdfast up --publish n[:PORT]');
  });

  test('a restart remembers what is taken', async () => {
    const made = await at.api.create(kinds.Service, service('a'));
    const next = await testServerOver(at);
    const again = next.create(kinds.Service, service('b', { clusterIP: made.spec?.clusterIP }));
    expect((await failureOf(again)).message).toContain('provided IP is already allocated');
  });
});

async function testServerOver(first: TestServer) {
  const { createApiServer } = await import('../api-server.js');
  return createApiServer({ ...first.server.options, store: first.store }).local.as(admin);
}

describe('storage', () => {
  test('claims get the default class and their finalizer', async () => {
    await at.api.create(kinds.StorageClass, {
      metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'holdfast.dev/directory',
    });
    const claim = await at.api.create(kinds.PersistentVolumeClaim, {
      metadata: { name: 'data', namespace: 'default' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    expect(claim).toMatchObject({
      metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
      spec: { storageClassName: 'standard', volumeMode: 'Filesystem' },
      status: { phase: 'Pending' },
    });
  });
});

describe('events', () => {
  test('are one object behind two groups', async () => {
    await at.api.create(kinds.Event, {
      metadata: { name: 'e', namespace: 'default' },
      involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
      reason: 'Started',
      message: 'it did',
      type: 'Normal',
      count: 1,
    });
    const shown = await at.api.get(kinds.EventV1, { namespace: 'default', name: 'e' });
    expect(shown).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      note: 'it did',
      regarding: { name: 'a' },
      deprecatedCount: 1,
    });
    const { items } = await at.api.list(kinds.EventV1, 'default', { fieldSelector: 'regarding.name=a' });
    expect(items).toHaveLength(1);
  });
});

describe('authorization', () => {
  test('applies in process as over HTTPS', async () => {
    const nobody = at.local.as({ name: 'eve', groups: ['system:authenticated'] });
    expect(await failureOf(nobody.list(kinds.Pod, 'default'))).toEqual({
      code: 403,
      message:
        'pods is forbidden: User "eve" cannot list resource "pods" in API group "" in the namespace "default"',
    });
    await at.api.create(kinds.RoleBinding, {
      metadata: { name: 'eve', namespace: 'default' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    expect((await nobody.list(kinds.Pod, 'default')).items).toEqual([]);
    expect((await failureOf(nobody.list(kinds.Pod, undefined))).code).toBe(403);
    expect((await failureOf(nobody.list(kinds.Secret, 'default'))).code).toBe(403);
    const controller = at.local.as({
      name: 'system:serviceaccount:kube-system:statefulset-controller',
      groups: ['system:serviceaccounts', 'system:authenticated'],
    });
    await controller.create(kinds.Pod, pod('p'));
    expect(
      (await failureOf(controller.create(kinds.Secret, { metadata: { name: 's', namespace: 'default' } })))
        .code,
    ).toBe(403);
  });
});
