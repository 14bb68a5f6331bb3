import { beforeEach, describe, expect, test } from 'vitest';
import type { ConfigMap } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KindRef, KubeObject } from '../../api/kube-object.js';
import type { Subresource, WriteOptions } from '../../api/resource-api.js';
import { admin, type TestServer, testServer } from '../server.fixture.js';

let at: TestServer;
beforeEach(async () => {
  at = await testServer();
});

const type = 'application/apply-patch+yaml';
const template = {
  metadata: { labels: { app: 'db' } },
  spec: { containers: [{ name: 'main', image: 'mysql:8' }] },
};
const set = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace: 'default' },
  spec: { serviceName: 'db', replicas: 2, selector: { matchLabels: { app: 'db' } }, template },
};

type Options = WriteOptions & { readonly subresource?: Subresource };

function apply<T extends KubeObject>(kind: KindRef<T>, body: KubeObject, options: Options = {}): Promise<T> {
  const { subresource, ...rest } = options;
  const { name = '', namespace } = body.metadata ?? {};
  const patch = { type, body, ...(subresource !== undefined && { subresource }) } as const;
  return at.api.patch(kind, { namespace, name }, patch, { fieldManager: 'me', ...rest });
}

function managers(object: KubeObject): readonly string[] {
  return (object.metadata?.managedFields ?? []).map(
    ({ manager, operation, subresource }) => `${manager} ${operation}${subresource ? ` ${subresource}` : ''}`,
  );
}

function fields(object: KubeObject, manager: string): unknown {
  return object.metadata?.managedFields?.find((entry) => entry.manager === manager)?.fieldsV1;
}

async function failureOf(promise: Promise<unknown>): Promise<{ code: number; message: string }> {
  return promise.then(
    () => ({ code: 0, message: 'succeeded' }),
    (error) => ({ code: error.code, message: error.message }),
  );
}

const map = (data: Record<string, string>): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'default' },
  data,
});

describe('who owns what', () => {
  test('a creator owns what it set and its defaults, not what the server adds', async () => {
    const made = await at.api.create(kinds.StatefulSet, set, { fieldManager: 'creator' });
    expect(made.metadata?.managedFields).toEqual([
      {
        manager: 'creator',
        operation: 'Update',
        apiVersion: 'apps/v1',
        time: '2026-11-22T10:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: expect.anything(),
      },
    ]);
    expect(fields(made, 'creator')).toMatchObject({
      'f:spec': {
        'f:podManagementPolicy': {},
        'f:selector': {},
        'f:updateStrategy': { 'f:rollingUpdate': { '.': {}, 'f:partition': {} }, 'f:type': {} },
        'f:template': {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': { 'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {} } } },
        },
      },
    });
    const owned = JSON.stringify(fields(made, 'creator'));
    for (const name of [
      'f:status',
      'f:uid',
      'f:creationTimestamp',
      '"f:name":{},"f:namespace"',
      'f:generation',
    ])
      expect(owned).not.toContain(name);
  });

  test('whoever changes a field takes it, also through a subresource', async () => {
    await at.api.create(kinds.StatefulSet, set, { fieldManager: 'creator' });
    const key = { namespace: 'default', name: 'db' };
    const status = { ...set, status: { replicas: 1, availableReplicas: 0 } };
    await at.api.updateSub(kinds.StatefulSet, status, 'status', { fieldManager: 'controller' });
    const body = { spec: { replicas: 5 } };
    const scale = { type: 'application/merge-patch+json', subresource: 'scale', body } as const;
    await at.api.patch(kinds.StatefulSet, key, scale, { fieldManager: 'scaler' });
    const now = await at.api.get(kinds.StatefulSet, key);
    expect(managers(now)).toEqual(['controller Update status', 'creator Update', 'scaler Update scale']);
    expect(fields(now, 'scaler')).toEqual({ 'f:spec': { 'f:replicas': {} } });
    expect(fields(now, 'controller')).toEqual({ 'f:status': { 'f:replicas': {} } });
    expect(fields(now, 'creator')).not.toHaveProperty(['f:spec', 'f:replicas']);
  });

  test('a write that changes nothing leaves the version and the times', async () => {
    const made = await at.api.create(kinds.ConfigMap, map({ x: '1' }));
    await at.clock.advance(60_000);
    const again = await at.api.update(kinds.ConfigMap, map({ x: '1' }), { fieldManager: 'other' });
    expect(again).toBe(made);
  });

  test('ownership can be handed over, is kept from those who do not know it, and can be forgotten', async () => {
    const made = await at.api.create(kinds.ConfigMap, map({ x: '1' }), { fieldManager: 'creator' });
    const kept = await at.api.update(kinds.ConfigMap, map({ x: '2' }), { fieldManager: 'other' });
    expect(managers(kept)).toEqual(['creator Update', 'other Update']);
    const entries = (made.metadata?.managedFields ?? []).map((entry) => ({ ...entry, manager: 'heir' }));
    const given = await at.api.update(kinds.ConfigMap, {
      ...kept,
      metadata: { ...kept.metadata, managedFields: entries },
    });
    expect(managers(given)).toEqual(['heir Update']);
    const pod = await at.api.create(kinds.Pod, {
      metadata: { name: 'p', namespace: 'default' },
      spec: template.spec,
    });
    const forgetful = {
      ...pod,
      metadata: { ...pod.metadata, managedFields: [{}] },
      status: { phase: 'Running' },
    };
    const ofStatus = await at.api.updateSub(kinds.Pod, forgetful, 'status', { fieldManager: 'kubelet' });
    expect(managers(ofStatus)).toEqual(['kubelet Update status', 'kubernetes-admin Update']);
    const reset = await at.api.update(kinds.ConfigMap, {
      ...given,
      metadata: { ...given.metadata, managedFields: [{}] },
    });
    expect(reset.metadata).not.toHaveProperty('managedFields');
    const after = await at.api.update(kinds.ConfigMap, map({ x: '3' }));
    expect(after.metadata).not.toHaveProperty('managedFields');
  });

  test('without a name for the manager it is the last part of the user’s', async () => {
    const user = { name: 'system:serviceaccount:kube-system:job-controller', groups: ['system:masters'] };
    const made = await at.local.as(user).create(kinds.ConfigMap, map({}));
    expect(managers(made)).toEqual(['job-controller Update']);
  });
});

describe('apply', () => {
  test('creates, then changes nothing, then changes, then takes back', async () => {
    const made = await apply(kinds.StatefulSet, set);
    expect(made).toMatchObject({ spec: { podManagementPolicy: 'OrderedReady' }, status: { replicas: 0 } });
    expect(managers(made)).toEqual(['me Apply']);
    expect(fields(made, 'me')).not.toHaveProperty(['f:spec', 'f:podManagementPolicy']);
    expect(await apply(kinds.StatefulSet, set)).toBe(made);
    const labelled = { ...set, metadata: { ...set.metadata, labels: { a: 'b' } } };
    expect((await apply(kinds.StatefulSet, labelled)).metadata?.labels).toEqual({ a: 'b' });
    expect((await apply(kinds.StatefulSet, set)).metadata).not.toHaveProperty('labels');
  });

  test('a dry run shows it and stores nothing', async () => {
    const shown = await apply(kinds.ConfigMap, map({ x: '1' }), { dryRun: true });
    expect(shown.data).toEqual({ x: '1' });
    await expect(at.api.get(kinds.ConfigMap, { namespace: 'default', name: 'a' })).rejects.toThrow(
      'not found',
    );
  });

  test('conflicts are a 409 that force overcomes', async () => {
    await at.api.create(kinds.ConfigMap, map({ x: '1' }), { fieldManager: 'creator' });
    expect(await failureOf(apply(kinds.ConfigMap, map({ x: '2' })))).toEqual({
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "creator" using v1: .data.x',
    });
    const forced = await apply(kinds.ConfigMap, map({ x: '2' }), { force: true });
    expect([forced.data, managers(forced)]).toEqual([{ x: '2' }, ['me Apply', 'creator Update']]);
  });

  test('to the status sets the status alone, and owns it apart', async () => {
    await apply(kinds.StatefulSet, set);
    const status = {
      ...set,
      spec: { ...set.spec, replicas: 9 },
      status: { replicas: 3, readyReplicas: 3 },
    };
    const now = await apply(kinds.StatefulSet, status, { subresource: 'status' });
    expect(now).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 3 } });
    expect(managers(now)).toEqual(['me Apply', 'me Apply status']);
    const ofStatus = now.metadata?.managedFields?.find(({ subresource }) => subresource === 'status');
    expect(ofStatus?.fieldsV1).toEqual({ 'f:status': { 'f:readyReplicas': {}, 'f:replicas': {} } });
    const main = await apply(kinds.StatefulSet, { ...set, ...{ status: { replicas: 7 } } });
    expect(main.status?.replicas).toBe(3);
  });

  test('to the scale owns the replicas behind it', async () => {
    await at.api.create(kinds.StatefulSet, set, { fieldManager: 'creator' });
    const scale = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'db', namespace: 'default' },
      spec: { replicas: 4 },
    };
    const options = { subresource: 'scale', force: true } as const;
    expect(await apply(kinds.StatefulSet, scale, options)).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 4 },
    });
    const now = await at.api.get(kinds.StatefulSet, { namespace: 'default', name: 'db' });
    expect([now.spec?.replicas, managers(now)]).toEqual([4, ['me Apply scale', 'creator Update']]);
  });

  test('means an object that is there when it names a version or a uid', async () => {
    const versioned = { ...map({}), metadata: { ...map({}).metadata, resourceVersion: '5' } };
    expect((await failureOf(apply(kinds.ConfigMap, versioned))).code).toBe(409);
    const identified = { ...map({}), metadata: { ...map({}).metadata, uid: 'x' } };
    expect((await failureOf(apply(kinds.ConfigMap, identified))).message).toContain(
      'the provided object specified uid x, and no existing object was found',
    );
    await apply(kinds.ConfigMap, map({}));
    expect((await failureOf(apply(kinds.ConfigMap, versioned))).code).toBe(409);
  });

  test('that creates needs the right to create', async () => {
    const patcher = { name: 'patcher', groups: [] };
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] }];
    const role = { metadata: { name: 'patcher', namespace: 'default' }, rules };
    await at.api.create(kinds.Role, role);
    await at.api.create(kinds.RoleBinding, {
      metadata: { name: 'patcher', namespace: 'default' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'patcher' },
      subjects: [{ kind: 'User', name: 'patcher', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    const patch = { type, body: map({ x: '1' }) } as const;
    const key = { namespace: 'default', name: 'a' };
    const wanted = at.local.as(patcher).patch(kinds.ConfigMap, key, patch);
    expect((await failureOf(wanted)).message).toContain('cannot create resource "configmaps"');
    await at.local.as(admin).create(kinds.ConfigMap, map({}));
    expect((await at.local.as(patcher).patch(kinds.ConfigMap, key, patch)).data).toEqual({ x: '1' });
  });

  test.each([
    [
      'another kind',
      { ...map({}), kind: 'Secret' },
      /Specified patch version: v1, Kind=Secret, expected: v1, Kind=ConfigMap/,
    ],
    ['no kind', { ...map({}), kind: undefined }, /Object 'Kind' is missing/],
    [
      'unknown fields',
      { ...map({}), ...{ date: 1 } },
      /failed to create typed patch object \(default\/a; v1, Kind=ConfigMap\): .date: field not declared/,
    ],
    [
      'owners',
      { ...map({}), metadata: { ...map({}).metadata, managedFields: [{}] } },
      /metadata.managedFields must be nil/,
    ],
  ])('refuses %s', async (_what, body, message) => {
    const { code, message: said } = await failureOf(apply(kinds.ConfigMap, body));
    expect([code, said]).toEqual([400, expect.stringMatching(message)]);
  });
});
