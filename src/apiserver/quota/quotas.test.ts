import { describe, expect, it } from 'vitest';
import type { Pod, ResourceQuota, ResourceQuotaSpec } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { ResourceApi } from '../../api/resource-api.js';
import { createApiServer } from '../api-server.js';
import { admin, testServer } from '../server.fixture.js';

const namespace = 'default';

function pod(name: string, requests?: Readonly<Record<string, string>>): Pod {
  const resources = requests && { requests };
  return {
    metadata: { name, namespace },
    spec: { containers: [{ name: 'main', image: 'main', ...(resources && { resources }) }] },
  };
}

async function withQuota(hard: ResourceQuotaSpec['hard'], spec: ResourceQuotaSpec = {}) {
  const server = await testServer();
  const quota = await server.api.create(kinds.ResourceQuota, {
    metadata: { name: 'q', namespace },
    spec: { ...spec, hard },
  });
  return { ...server, quota };
}

const full = 'pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1';

function setHard(api: ResourceApi, quota: ResourceQuota, hard: ResourceQuotaSpec['hard']): Promise<unknown> {
  return api.update(kinds.ResourceQuota, { ...quota, spec: { ...quota.spec, hard } });
}

describe('a quota', () => {
  it('refuses with 403 what would pass it, in Kubernetes’ words', async () => {
    const { api } = await withQuota({ pods: '1' });
    await api.create(kinds.Pod, pod('a'));
    const refused = api.create(kinds.Pod, pod('b'));
    await expect(refused).rejects.toMatchObject({
      status: { code: 403, reason: 'Forbidden', message: full, details: { name: 'b', kind: 'pods' } },
    });
  });

  it('refuses by dry run too, which takes nothing', async () => {
    const { api } = await withQuota({ pods: '1' });
    await api.create(kinds.Pod, pod('a'), { dryRun: true });
    await api.create(kinds.Pod, pod('a'));
    await expect(api.create(kinds.Pod, pod('b'), { dryRun: true })).rejects.toThrow(full);
  });

  it('gives back at once what is deleted, and what is over', async () => {
    const { api } = await withQuota({ pods: '1' });
    const made = await api.create(kinds.Pod, pod('a'));
    await api.delete(kinds.Pod, { namespace, name: 'a' });
    const again = await api.create(kinds.Pod, pod('b'));
    expect(made.metadata?.name).toBe('a');
    await api.updateSub(kinds.Pod, { ...again, status: { phase: 'Succeeded' } }, 'status');
    await api.create(kinds.Pod, pod('c'));
  });

  it('counts what was there before it', async () => {
    const { api } = await testServer();
    await api.create(kinds.Pod, pod('a'));
    const spec = { hard: { pods: '1' } };
    await api.create(kinds.ResourceQuota, { metadata: { name: 'q', namespace }, spec });
    await expect(api.create(kinds.Pod, pod('b'))).rejects.toThrow(full);
  });

  it('counts what a server finds that starts', async () => {
    const { api, server } = await withQuota({ pods: '1' });
    await api.create(kinds.Pod, pod('a'));
    const next = createApiServer(server.options).local.as(admin);
    await expect(next.create(kinds.Pod, pod('b'))).rejects.toThrow(full);
  });

  it('holds for its own Namespace alone', async () => {
    const { api } = await withQuota({ pods: '0' });
    await api.create(kinds.Namespace, { metadata: { name: 'other' } });
    await api.create(kinds.Pod, { ...pod('a'), metadata: { name: 'a', namespace: 'other' } });
    await expect(api.create(kinds.Pod, pod('a'))).rejects.toThrow('exceeded quota: q');
  });

  it('is changed and taken away', async () => {
    const { api, quota } = await withQuota({ pods: '0' });
    await expect(api.create(kinds.Pod, pod('a'))).rejects.toThrow('exceeded quota: q');
    await setHard(api, quota, { pods: '1' });
    await api.create(kinds.Pod, pod('a'));
    await expect(api.create(kinds.Pod, pod('b'))).rejects.toThrow(full);
    await api.delete(kinds.ResourceQuota, { namespace, name: 'q' });
    await api.create(kinds.Pod, pod('b'));
  });

  it('lets others of the same Namespace speak, the first by name', async () => {
    const { api } = await withQuota({ pods: '0' });
    const spec = { hard: { pods: '0' } };
    await api.create(kinds.ResourceQuota, { metadata: { name: 'a', namespace }, spec });
    await expect(api.create(kinds.Pod, pod('a'))).rejects.toThrow('exceeded quota: a,');
  });

  it('demands that Pods say what they need', async () => {
    const { api } = await withQuota({ 'requests.cpu': '1', 'limits.memory': '1Gi' });
    await expect(api.create(kinds.Pod, pod('a', { cpu: '1' }))).rejects.toThrow(
      'pods "a" is forbidden: failed quota: q: must specify limits.memory for: main',
    );
  });

  it('is satisfied by what a LimitRange fills in', async () => {
    const { api } = await withQuota({ 'requests.cpu': '1' });
    const limits = [{ type: 'Container', defaultRequest: { cpu: '600m' } }];
    await api.create(kinds.LimitRange, { metadata: { name: 'l', namespace }, spec: { limits } });
    await api.create(kinds.Pod, pod('a'));
    await expect(api.create(kinds.Pod, pod('b'))).rejects.toThrow(
      'exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
    );
  });

  it('does not hinder what is wrong from being told so', async () => {
    const { api } = await withQuota({ pods: '0' });
    await expect(api.create(kinds.Pod, pod('Not_a_name'))).rejects.toThrow('is invalid');
  });

  it('lets a claim grow as far as there is room', async () => {
    const { api } = await withQuota({ 'requests.storage': '3Gi', persistentvolumeclaims: '1' });
    await api.create(kinds.StorageClass, {
      metadata: { name: 'big' },
      provisioner: 'example.com/p',
      allowVolumeExpansion: true,
    });
    const made = await api.create(kinds.PersistentVolumeClaim, {
      metadata: { name: 'c', namespace },
      spec: {
        storageClassName: 'big',
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        volumeName: 'v',
      },
    });
    const bound = await api.updateSub(
      kinds.PersistentVolumeClaim,
      { ...made, status: { phase: 'Bound', capacity: { storage: '1Gi' } } },
      'status',
    );
    const grow = (storage: string): Promise<unknown> =>
      api.patch(
        kinds.PersistentVolumeClaim,
        { namespace, name: 'c' },
        {
          type: 'application/merge-patch+json',
          body: { spec: { resources: { requests: { storage } } } },
        },
      );
    expect(bound.status?.phase).toBe('Bound');
    await expect(grow('4Gi')).rejects.toThrow(
      'persistentvolumeclaims "c" is forbidden: exceeded quota: q, requested: requests.storage=3Gi, used: requests.storage=1Gi, limited: requests.storage=3Gi',
    );
    await grow('3Gi');
    await expect(
      api.create(kinds.PersistentVolumeClaim, {
        metadata: { name: 'd', namespace },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      }),
    ).rejects.toThrow('requested: persistentvolumeclaims=1,requests.storage=1Gi');
  });

  it('counts objects of any kind, itself too', async () => {
    const hard = {
      'count/statefulsets.apps': '0',
      resourcequotas: '1',
      configmaps: '1',
      'count/events': '0',
    };
    const { api } = await withQuota(hard);
    const set = {
      metadata: { name: 's', namespace },
      spec: {
        serviceName: 's',
        selector: { matchLabels: { app: 's' } },
        template: { metadata: { labels: { app: 's' } }, spec: { containers: [{ name: 'm', image: 'm' }] } },
      },
    };
    await expect(api.create(kinds.StatefulSet, set)).rejects.toThrow(
      'statefulsets.apps "s" is forbidden: exceeded quota: q, requested: count/statefulsets.apps=1, used: count/statefulsets.apps=0, limited: count/statefulsets.apps=0',
    );
    await expect(
      api.create(kinds.ResourceQuota, { metadata: { name: 'r', namespace }, spec: {} }),
    ).rejects.toThrow('exceeded quota: q, requested: resourcequotas=1, used: resourcequotas=1');
    await api.create(kinds.ConfigMap, { metadata: { name: 'a', namespace } });
    await expect(api.create(kinds.ConfigMap, { metadata: { name: 'b', namespace } })).rejects.toThrow(
      'exceeded quota: q, requested: configmaps=1, used: configmaps=1, limited: configmaps=1',
    );
  });

  it('applies to server-side apply and to a generated name', async () => {
    const { api } = await withQuota({ pods: '0' });
    const body = { apiVersion: 'v1', kind: 'Pod', ...pod('a') };
    const applied = api.patch(
      kinds.Pod,
      { namespace, name: 'a' },
      { type: 'application/apply-patch+yaml', body },
      { fieldManager: 'me' },
    );
    await expect(applied).rejects.toThrow('exceeded quota: q');
    const nameless = { ...pod('a'), metadata: { generateName: 'web-', namespace } };
    await expect(api.create(kinds.Pod, nameless)).rejects.toThrow(
      /^pods "web-.{5}" is forbidden: exceeded quota: q/,
    );
  });

  it('forgives a Pod that should have stopped long ago', async () => {
    const { api, clock } = await withQuota({ pods: '1' });
    await api.create(kinds.Pod, { ...pod('a'), metadata: { name: 'a', namespace, finalizers: ['x.y/z'] } });
    await api.createSub(kinds.Pod, { namespace, name: 'a' }, 'binding', {
      metadata: { name: 'a', namespace },
      ...{ target: { kind: 'Node', name: 'n' } },
    });
    await api.delete(kinds.Pod, { namespace, name: 'a' }, { gracePeriodSeconds: 10 });
    await expect(api.create(kinds.Pod, pod('b'))).rejects.toThrow(full);
    await clock.advance(21_000);
    await api.create(kinds.Pod, pod('b'));
  });
});
