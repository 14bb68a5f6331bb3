import { describe, expect, it } from 'vitest';
import { kinds } from '../api/kinds.js';
import { startTestCluster } from './test-cluster.fixture.js';

const kubernetes = { namespace: 'default', name: 'kubernetes' };

describe('what every cluster has, when somebody deletes it', () => {
  it('the Namespace of the Leases is made again, and no node is taken for lost', async () => {
    await using cluster = await startTestCluster();
    await cluster.clock.advance(15_000);
    await cluster.client.delete(kinds.Namespace, { name: 'kube-node-lease' });
    await cluster.clock.advance(300_000);
    const namespaces = await cluster.client.list(kinds.Namespace, undefined);
    expect(namespaces.items.map(({ metadata, status }) => `${metadata?.name} ${status?.phase}`)).toEqual([
      'default Active',
      'kube-node-lease Active',
      'kube-public Active',
      'kube-system Active',
    ]);
    const { items } = await cluster.client.list(kinds.Node, undefined);
    expect(
      items.map(({ spec, status }) => [
        status?.conditions?.find(({ type }) => type === 'Ready')?.status,
        spec?.taints,
      ]),
    ).toEqual([['True', undefined]]);
    const leases = await cluster.client.list(kinds.Lease, 'kube-node-lease');
    expect(leases.items.map(({ metadata }) => metadata?.name)).toEqual(['node-0']);
  });

  it('Service kubernetes is made again with its address and its endpoints', async () => {
    await using cluster = await startTestCluster({ apiAddress: { ip: '10.244.0.1', port: 6443 } });
    const seen = async (): Promise<unknown> => {
      const { spec } = await cluster.client.get(kinds.Service, kubernetes);
      const slice = await cluster.client.get(kinds.EndpointSlice, kubernetes);
      const { subsets } = await cluster.client.get(kinds.Endpoints, kubernetes);
      return { spec, endpoints: slice.endpoints, ports: slice.ports, subsets };
    };
    const before = await seen();
    expect(before).toMatchObject({ spec: { clusterIP: '10.96.0.1' }, ports: [{ port: 6443 }] });
    const removals = [
      () => cluster.client.delete(kinds.Service, kubernetes),
      () => cluster.client.delete(kinds.EndpointSlice, kubernetes),
      () => cluster.client.delete(kinds.Endpoints, kubernetes),
    ];
    for (const remove of removals) {
      await remove();
      await cluster.settle();
      expect(await seen()).toEqual(before);
    }
  });

  it('a system priority class stays', async () => {
    await using cluster = await startTestCluster();
    const name = 'system-node-critical';
    await expect(cluster.client.delete(kinds.PriorityClass, { name })).rejects.toThrow(
      `priorityclasses.scheduling.k8s.io "${name}" is forbidden: this is a system priority class and cannot be deleted`,
    );
    expect((await cluster.client.get(kinds.PriorityClass, { name })).value).toBe(2_000_001_000);
  });
});
