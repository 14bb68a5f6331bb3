import { describe, expect, it } from 'vitest';
import type { ResourceQuotaStatus } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { startTestCluster, type TestCluster } from './test-cluster.fixture.js';

function quota(hard: string, more = ''): string {
  return `
apiVersion: v1
kind: ResourceQuota
metadata: { name: team }
spec: { hard: { ${hard} }, ${more} }
`;
}

const podSpec = `
    metadata: { labels: { app: web }, annotations: { simulated.holdfast.dev/run-for-ms: "3600000" } }
    spec: { containers: [{ name: web, image: "web:1" }], restartPolicy: RESTART }`;

function workload(kind: string, apiVersion: string, spec: string): string {
  const restart = kind === 'Job' ? 'Never' : 'Always';
  return `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: web }
spec:
  ${spec}
  template:${podSpec.replace('RESTART', restart)}
`;
}

const selector = 'selector: { matchLabels: { app: web } }';

async function statusOf(cluster: TestCluster): Promise<ResourceQuotaStatus | undefined> {
  return (await cluster.find(kinds.ResourceQuota, 'team'))?.status;
}

const exceeded = (pods: number): RegExp =>
  new RegExp(
    `pods "web-[^"]+" is forbidden: exceeded quota: team, requested: pods=1, used: pods=${pods}, limited: pods=${pods}$`,
  );

describe('ResourceQuota', () => {
  it('has a status that follows what is there', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(quota('pods: "2", configmaps: "9", secrets: "1", count/deployments.apps: "1"'));
    await cluster.settle();
    // Every Namespace has kube-root-ca.crt where there is a certificate; this cluster has none.
    const hard = { pods: '2', configmaps: '9', secrets: '1', 'count/deployments.apps': '1' };
    const none = { pods: '0', configmaps: '0', secrets: '0', 'count/deployments.apps': '0' };
    expect(await statusOf(cluster)).toEqual({ hard, used: none });
    await cluster.apply(workload('Deployment', 'apps/v1', `replicas: 2\n  ${selector}`));
    await cluster.until(() => cluster.ready().length === 2);
    await cluster.settle();
    expect((await statusOf(cluster))?.used).toEqual({ ...none, pods: '2', 'count/deployments.apps': '1' });
    await cluster.client.patch(
      kinds.ResourceQuota,
      { namespace: 'default', name: 'team' },
      { type: 'application/merge-patch+json', body: { spec: { hard: { secrets: null, pods: '3' } } } },
    );
    await cluster.client.delete(kinds.Deployment, { namespace: 'default', name: 'web' });
    await cluster.until(() => cluster.pods().length === 0);
    await cluster.settle();
    expect(await statusOf(cluster)).toEqual({
      hard: { pods: '3', configmaps: '9', 'count/deployments.apps': '1' },
      used: { pods: '0', configmaps: '0', 'count/deployments.apps': '0' },
    });
  });

  it.each<[string, string, string, string]>([
    ['Deployment', 'apps/v1', `replicas: 3\n  ${selector}`, 'ReplicaSet'],
    ['ReplicaSet', 'apps/v1', `replicas: 3\n  ${selector}`, 'ReplicaSet'],
    ['ReplicationController', 'v1', 'replicas: 3', 'ReplicationController'],
    [
      'StatefulSet',
      'apps/v1',
      `replicas: 3\n  podManagementPolicy: Parallel\n  serviceName: web\n  ${selector}`,
      'StatefulSet',
    ],
    ['Job', 'batch/v1', 'parallelism: 3\n  completions: 3', 'Job'],
  ])(
    'holds a %s back, which says so in an Event, and goes on when there is room',
    async (kind, apiVersion, spec, teller) => {
      await using cluster = await startTestCluster();
      await cluster.apply(quota('pods: "1"'));
      await cluster.apply(workload(kind, apiVersion, spec));
      await cluster.until(() => cluster.ready().length === 1);
      await cluster.clock.advance(1000);
      await cluster.settle();
      expect(cluster.pods()).toHaveLength(1);
      const { items } = await cluster.client.list(kinds.Event, 'default');
      const told = items.filter(({ reason }) => reason === 'FailedCreate');
      expect(told.map(({ involvedObject }) => involvedObject.kind)).toContain(teller);
      expect(told[0]?.message).toMatch(exceeded(1));
      await cluster.client.patch(
        kinds.ResourceQuota,
        { namespace: 'default', name: 'team' },
        { type: 'application/merge-patch+json', body: { spec: { hard: { pods: '3' } } } },
      );
      await cluster.until(() => cluster.ready().length === 3);
    },
  );

  it('holds a DaemonSet and a CronJob back, which say so in Events', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(quota('pods: "0", count/jobs.batch: "0"'));
    await cluster.apply(workload('DaemonSet', 'apps/v1', selector));
    await cluster.apply(`
apiVersion: batch/v1
kind: CronJob
metadata: { name: tick }
spec:
  schedule: "* * * * *"
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: c, image: c }] } } } }
`);
    await cluster.clock.advance(61_000);
    expect((await cluster.events('web')).join('\n')).toMatch(
      /^FailedCreate: Error creating: pods "web-[^"]+" is forbidden: exceeded quota: team, requested: pods=1, used: pods=0, limited: pods=0$/m,
    );
    expect((await cluster.events('tick')).join('\n')).toMatch(
      /^FailedCreate: Error creating job: jobs\.batch "tick-\d+" is forbidden: exceeded quota: team, requested: count\/jobs\.batch=1, used: count\/jobs\.batch=0, limited: count\/jobs\.batch=0$/m,
    );
  });

  it('lets a StatefulSet count the Pods that it has', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(quota('pods: "2"'));
    await cluster.apply(workload('StatefulSet', 'apps/v1', `replicas: 3\n  serviceName: web\n  ${selector}`));
    await cluster.until(() => cluster.ready().length === 2);
    await cluster.settle();
    const set = await cluster.find(kinds.StatefulSet, 'web');
    expect(set?.status).toMatchObject({ replicas: 2, readyReplicas: 2, availableReplicas: 2 });
  });

  it('shows in the conditions of ReplicaSet and Deployment', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(quota('pods: "1"'));
    await cluster.apply(workload('Deployment', 'apps/v1', `replicas: 2\n  ${selector}`));
    await cluster.until(() => cluster.ready().length === 1);
    await cluster.settle();
    const [set] = (await cluster.client.list(kinds.ReplicaSet, 'default')).items;
    const failure = (conditions: readonly { readonly type: string }[] | undefined) =>
      conditions?.find(({ type }) => type === 'ReplicaFailure');
    const wanted = { status: 'True', reason: 'FailedCreate', message: expect.stringMatching(exceeded(1)) };
    expect(failure(set?.status?.conditions)).toMatchObject(wanted);
    const deployment = await cluster.find(kinds.Deployment, 'web');
    expect(failure(deployment?.status?.conditions)).toMatchObject(wanted);
  });

  it('lets a scale through: it is the Pods that are refused, as in Kubernetes', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(quota('pods: "1"'));
    await cluster.apply(workload('Deployment', 'apps/v1', `replicas: 1\n  ${selector}`));
    await cluster.until(() => cluster.ready().length === 1);
    const key = { namespace: 'default', name: 'web' };
    const body = { spec: { replicas: 5 } };
    await cluster.client.patch(kinds.Deployment, key, {
      type: 'application/merge-patch+json',
      body,
      subresource: 'scale',
    });
    await cluster.clock.advance(1000);
    expect(cluster.pods()).toHaveLength(1);
  });

  it('counts no Pod that is over, and lets a Job go on as its Pods end', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(quota('pods: "1", count/pods: "9"'));
    const job = workload('Job', 'batch/v1', 'parallelism: 3\n  completions: 3').replace('3600000', '200');
    await cluster.apply(job);
    let done = false;
    cluster.client.cache(kinds.Job).onChange(({ after }) => {
      done ||= after?.status?.conditions?.some(({ type }) => type === 'Complete') ?? false;
    });
    await cluster.until(() => done);
    await cluster.settle();
    expect((await statusOf(cluster))?.used).toEqual({ pods: '0', 'count/pods': '3' });
  });

  it('counts claims of a StatefulSet by their class', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(quota('standard.storageclass.storage.k8s.io/requests.storage: 2Gi'));
    const claims = `volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }`;
    await cluster.apply(
      workload('StatefulSet', 'apps/v1', `replicas: 3\n  serviceName: web\n  ${selector}\n  ${claims}`),
    );
    await cluster.until(() => cluster.ready().length === 2);
    await cluster.clock.advance(1000);
    await cluster.settle();
    const used = { 'standard.storageclass.storage.k8s.io/requests.storage': '2Gi' };
    expect((await statusOf(cluster))?.used).toEqual(used);
    expect((await cluster.events('web')).join('\n')).toContain(
      'exceeded quota: team, requested: standard.storageclass.storage.k8s.io/requests.storage=1Gi, used: standard.storageclass.storage.k8s.io/requests.storage=2Gi, limited: standard.storageclass.storage.k8s.io/requests.storage=2Gi',
    );
  });
});
