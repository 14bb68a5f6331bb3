import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod, ReplicationController } from '../../src/api/generated/core-v1.js';
import type { ObjectList } from '../../src/api/resource-api.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const controller = `
apiVersion: v1
kind: ReplicationController
metadata: { name: web }
spec:
  replicas: 2
  minReadySeconds: 1
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: "web:1", ports: [{ containerPort: 8080 }] }] }
`;

describe.each(kubectlVersions)('ReplicationControllers with kubectl %s', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version).in('default');
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  async function pods(): Promise<readonly Pod[]> {
    return (await kubectl.json<ObjectList<Pod>>(['get', 'pods', '-l', 'app=web'])).items;
  }

  const waitFor = (path: string, value: number): Promise<string> =>
    kubectl.ok(['wait', `--for=jsonpath={${path}}=${value}`, 'rc/web', '--timeout=20s']);

  it('create and get: the selector comes from the template, Pods are made and counted', async () => {
    const created = await kubectl.run(['create', '-f', '-'], { input: controller });
    expect([created.stdout, created.stderr]).toEqual(['replicationcontroller/web created\n', '']);
    await waitFor('.status.availableReplicas', 2);
    const { spec, status } = await kubectl.json<ReplicationController>(['get', 'rc', 'web']);
    expect(spec?.selector).toEqual({ app: 'web' });
    expect(status).toEqual({
      observedGeneration: 1,
      replicas: 2,
      fullyLabeledReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
    });
    expect(await kubectl.ok(['get', 'rc', '-o', 'wide'])).toMatch(
      /^NAME +DESIRED +CURRENT +READY +AGE +CONTAINERS +IMAGES +SELECTOR\nweb +2 +2 +2 +\d+s +main +web:1 +app=web\n$/,
    );
  });

  it('describe: counts, Pods and Events', async () => {
    const described = await kubectl.ok(['describe', 'rc', 'web']);
    expect(described).toMatch(/^Selector: +app=web$/m);
    expect(described).toMatch(/^Replicas: +2 current \/ 2 desired$/m);
    expect(described).toMatch(/^Pods Status: +2 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed$/m);
    expect(described).toMatch(
      /Normal +SuccessfulCreate +.*replication-controller +Created pod: web-[a-z0-9]{5}\n/,
    );
  });

  it('expose: the Service finds the Pods', async () => {
    expect(await kubectl.ok(['expose', 'rc', 'web', '--port=80', '--target-port=8080'])).toBe(
      'service/web exposed\n',
    );
    expect(await kubectl.ok(['get', 'service', 'web', '-o', 'wide'])).toMatch(
      /\nweb +ClusterIP +10\.96\.\d+\.\d+ +<none> +80\/TCP +\d+s +app=web\n$/,
    );
    await until(
      'the Service has both Pods',
      () => kubectl.ok(['get', 'endpointslices', '-l', 'kubernetes.io/service-name=web']),
      (text) => /8080 +[\d.]+,[\d.]+ /.test(text),
    );
  });

  it('scale: more and fewer', async () => {
    expect(await kubectl.ok(['scale', 'rc', 'web', '--replicas=3'])).toBe(
      'replicationcontroller/web scaled\n',
    );
    await waitFor('.status.readyReplicas', 3);
    const wrong = await kubectl.run(['scale', 'rc/web', '--current-replicas=2', '--replicas=1']);
    expect(wrong).toMatchObject({ code: 1, stderr: 'error: Expected replicas to be 2, was 3\n' });
    await kubectl.ok(['scale', 'rc/web', '--current-replicas=3', '--replicas=1']);
    await waitFor('.status.replicas', 1);
    expect(await kubectl.ok(['describe', 'rc', 'web'])).toMatch(
      /Normal +SuccessfulDelete +.*replication-controller +Deleted pod: web-/,
    );
  });

  it('delete --cascade=orphan leaves the Pod; the next one of the same selector takes it over', async () => {
    const [before] = await pods();
    expect(await kubectl.ok(['delete', 'rc', 'web', '--cascade=orphan'])).toMatch(
      /^replicationcontroller "web" deleted/,
    );
    const [orphan] = await pods();
    expect(orphan?.metadata?.name).toBe(before?.metadata?.name);
    expect(orphan?.metadata?.ownerReferences).toBeUndefined();
    await kubectl.ok(['create', '-f', '-'], { input: controller.replace('replicas: 2', 'replicas: 1') });
    await waitFor('.status.availableReplicas', 1);
    const [adopted] = await pods();
    expect(adopted?.metadata?.name).toBe(before?.metadata?.name);
    expect(adopted?.metadata?.ownerReferences?.[0]).toMatchObject({
      apiVersion: 'v1',
      kind: 'ReplicationController',
      name: 'web',
      controller: true,
    });
  });

  it('delete takes the Pods along', async () => {
    await kubectl.ok(['delete', 'rc', 'web']);
    await until('the Pods are gone', pods, (left) => left.length === 0);
  });
});
