import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HorizontalPodAutoscaler } from '../../src/api/generated/autoscaling-v2.js';
import type { Pod, ResourceQuota, Secret } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import type { Kubectl } from '../tools/kubectl.js';
import { setIsReady } from '../tools/objects.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';
import { writePlatformCharts } from './platform-chart.js';

let cluster: PaperCluster;
let charts: Awaited<ReturnType<typeof writePlatformCharts>>;

beforeAll(async () => {
  cluster = await startPaperCluster();
  charts = await writePlatformCharts(cluster);
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

describe('a chart in the shape of those for databases', () => {
  const namespace = 'shop';
  let kubectl: Kubectl;
  const helm = (...args: readonly string[]) =>
    cluster.helm.run([...args, '--timeout=30s', '-n', namespace, '--create-namespace']);
  const password = async (): Promise<string | undefined> =>
    (await kubectl.json<Secret>(['get', 'secret', 'db-login'])).data?.['password'];

  beforeAll(() => {
    kubectl = cluster.kubectl('1.35').in(namespace);
  });

  it('installs whole, with its hooks by weight, and says what nothing acts on', async () => {
    const { code, stdout, stderr } = await helm('install', 'db', charts.store, '--wait');
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    expect(stdout).toMatch(/^Kubernetes v1\.36\.\S+, CustomResourceDefinitions true\nfound kubernetes$/m);
    for (const idle of ['NetworkPolicy', 'Ingress'])
      expect(stderr).toContain(`${idle} is stored, but not acted on here yet`);
    expect(stderr).not.toContain('ResourceQuota');
    await setIsReady(kubectl, 'db', 2);
    // It succeeded, and its policy has it removed.
    expect((await kubectl.run(['get', 'job', 'db-migrate'])).code).toBe(1);
  });

  it('what it has is there, and the optional kind is left out', async () => {
    const kinds = 'sts,deploy,cj,pdb,hpa,netpol,ing,quota,limits,sa,role,rolebinding,svc,pvc';
    const names = (await kubectl.ok(['get', kinds, '-o', 'name'])).trim().split('\n');
    expect(names.filter((name) => !name.endsWith('/default')).sort()).toEqual(
      [
        'statefulset.apps/db',
        'deployment.apps/db-web',
        'cronjob.batch/db-backup',
        'poddisruptionbudget.policy/db',
        'horizontalpodautoscaler.autoscaling/db-web',
        'networkpolicy.networking.k8s.io/db',
        'ingress.networking.k8s.io/db',
        'resourcequota/db',
        'limitrange/db',
        'serviceaccount/db',
        'serviceaccount/db-migrate',
        'role.rbac.authorization.k8s.io/db',
        'rolebinding.rbac.authorization.k8s.io/db',
        'service/db',
        'service/db-headless',
        'persistentvolumeclaim/data-db-0',
        'persistentvolumeclaim/data-db-1',
      ].sort(),
    );
  });

  it('its LimitRange fills in what its quota demands, and the quota counts', async () => {
    const pod = await kubectl.json<Pod>(['get', 'pod', 'db-0']);
    expect(pod.spec?.containers[0]?.resources?.requests).toEqual({ cpu: '50m' });
    await until(
      'the quota counts two Pods of the set and one of the Deployment',
      async () => (await kubectl.json<ResourceQuota>(['get', 'quota', 'db'])).status?.used ?? {},
      (used) =>
        used['pods'] === '3' && used['requests.cpu'] === '150m' && used['count/statefulsets.apps'] === '1',
    );
  });

  it('its autoscaler says that nothing measures', async () => {
    const { status } = await kubectl.json<HorizontalPodAutoscaler>(['get', 'hpa', 'db-web']);
    expect(status?.conditions?.find(({ type }) => type === 'ScalingActive')).toMatchObject({
      status: 'False',
      reason: 'FailedGetResourceMetric',
    });
  });

  it('an upgrade keeps the password that it looks up, and rolls the set for its settings', async () => {
    const before = await password();
    const old = (await kubectl.json<Pod>(['get', 'pod', 'db-0'])).metadata?.uid;
    const { code, stderr } = await helm(
      'upgrade',
      'db',
      charts.store,
      '--set',
      'settings.level=high',
      '--wait',
    );
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    expect(await password()).toBe(before);
    await kubectl.ok(['rollout', 'status', 'sts/db', '--timeout=30s']);
    expect((await kubectl.json<Pod>(['get', 'pod', 'db-0'])).metadata?.uid).not.toBe(old);
  });

  it.each([
    [
      'a field that may not change',
      'podManagementPolicy=Parallel',
      /StatefulSet\.apps "db" is invalid: spec: Forbidden: updates to statefulset spec for fields other than/,
    ],
    [
      'a type of Service that is not offered',
      'service.type=LoadBalancer',
      /Service "db" is invalid: spec\.type: Unsupported value: "LoadBalancer": not offered here; .* holdfast up --publish db\[:PORT\]/,
    ],
  ])('%s is refused by name', async (_what, change, message) => {
    const { code, stderr } = await helm('upgrade', 'db', charts.store, '--set', change);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  it('an upgrade that its own quota does not allow waits, fails, and says so in the set', async () => {
    const { code } = await cluster.helm.run([
      ...['upgrade', 'db', charts.store, '--set', 'replicas=3,quota.pods=3'],
      ...['--wait', '--timeout=3s', '-n', namespace],
    ]);
    expect(code).toBe(1);
    expect(await kubectl.ok(['describe', 'sts', 'db'])).toMatch(
      /FailedCreate .*pods "db-2" is forbidden: exceeded quota: db, requested: pods=1, used: pods=3, limited: pods=3/,
    );
  });

  it('goes whole, but for claims and what its hooks left', async () => {
    await cluster.helm.ok(['uninstall', 'db', '--wait', '--timeout=20s', '-n', namespace]);
    const left = await kubectl.ok(['get', 'sts,deploy,cj,svc,quota,pdb,pvc,sa', '-o', 'name']);
    expect(left.trim().split('\n').sort()).toEqual([
      'persistentvolumeclaim/data-db-0',
      'persistentvolumeclaim/data-db-1',
      // Of the Pod that the quota did not allow.
      'persistentvolumeclaim/data-db-2',
      'serviceaccount/db-migrate',
      'serviceaccount/default',
    ]);
  });
});

it('a chart that brings a kind of its own is refused by name', async () => {
  const { code, stderr } = await cluster.helm.run([
    ...['install', 'own', charts.withKind, '-n', 'own', '--create-namespace', '--timeout=10s'],
  ]);
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('CustomResourceDefinitions are not supported here'),
  ]);
});
