import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResourceQuota } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

describe.each(kubectlVersions)('ResourceQuotas with kubectl %s', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version).in('default');
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const usedIs = (used: Readonly<Record<string, string>>): Promise<unknown> =>
    until(
      `the quota says that ${JSON.stringify(used)} is taken`,
      async () => (await kubectl.json<ResourceQuota>(['get', 'quota', 'team'])).status?.used ?? {},
      (now) => JSON.stringify(now) === JSON.stringify(used),
    );

  it('are created without a warning, and described with what is taken', async () => {
    const created = await kubectl.run(['create', 'quota', 'team', '--hard=pods=1,services=5']);
    expect([created.stdout, created.stderr]).toEqual(['resourcequota/team created\n', '']);
    await kubectl.ok(['run', 'first', '--image=x']);
    // Service kubernetes is one of them.
    await usedIs({ pods: '1', services: '1' });
    const described = await kubectl.ok(['describe', 'quota', 'team']);
    expect(described).toMatch(/^Resource +Used +Hard\n-+ +-+ +-+\npods +1 +1\nservices +1 +5$/m);
    expect(await kubectl.ok(['describe', 'namespace', 'default'])).toMatch(/^ +pods +1 +1$/m);
    expect(await kubectl.ok(['get', 'quota'])).toMatch(/^team +pods: 1\/1, services: 1\/5 /m);
  });

  it('refuse a Pod too many', async () => {
    const { code, stderr } = await kubectl.run(['run', 'second', '--image=x']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'Error from server (Forbidden): pods "second" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1\n',
    );
  });

  it('hold a Deployment back, which says so, and gets its Pods once it may', async () => {
    await kubectl.ok(['create', 'deployment', 'web', '--image=x', '--replicas=2']);
    await kubectl.ok(['wait', '--for=condition=ReplicaFailure', 'deployment/web', '--timeout=20s']);
    expect(await kubectl.ok(['describe', 'rs', '-l', 'app=web'])).toMatch(
      /Warning +FailedCreate +.*replicaset-controller +.*Error creating: pods "web-[a-z0-9]+-[a-z0-9]*" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1/,
    );
    await kubectl.ok(['patch', 'quota', 'team', '--type=merge', '-p', '{"spec":{"hard":{"pods":"3"}}}']);
    await kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    await usedIs({ pods: '3', services: '1' });
  });

  it('with scopes count only what is within them', async () => {
    await kubectl.ok(['create', 'quota', 'bound', '--hard=pods=0', '--scopes=Terminating']);
    await kubectl.ok(['delete', 'quota', 'team']);
    await kubectl.ok(['run', 'free', '--image=x']);
    const overrides = '{"spec":{"activeDeadlineSeconds":60}}';
    const { stderr } = await kubectl.run(['run', 'bound', '--image=x', `--overrides=${overrides}`]);
    expect(stderr).toContain(
      'pods "bound" is forbidden: exceeded quota: bound, requested: pods=1, used: pods=0, limited: pods=0',
    );
  });
});
