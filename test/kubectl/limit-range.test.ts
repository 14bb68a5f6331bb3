import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const range = `
apiVersion: v1
kind: LimitRange
metadata: { name: limits }
spec:
  limits:
    - { type: Container, max: { cpu: 800m }, default: { cpu: 400m }, defaultRequest: { cpu: 200m } }
`;
const bigSpec = '{ containers: [{ name: c, image: x, resources: { limits: { cpu: 1 } } }] }';
const bigPod = `
apiVersion: v1
kind: Pod
metadata: { name: big }
spec: ${bigSpec}
`;
const bigDeployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: big }
spec:
  selector: { matchLabels: { app: big } }
  template:
    metadata: { labels: { app: big } }
    spec: ${bigSpec}
`;

describe.each(kubectlVersions)('LimitRanges with kubectl %s', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version).in('default');
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('create and describe', async () => {
    const created = await kubectl.run(['create', '-f', '-'], { input: range });
    expect([created.stdout, created.stderr]).toEqual(['limitrange/limits created\n', '']);
    expect(await kubectl.ok(['describe', 'limits', 'limits'])).toMatch(
      /^Container +cpu +- +800m +200m +400m +-$/m,
    );
  });

  it('a Pod gets the defaults', async () => {
    await kubectl.ok(['run', 'small', '--image=x']);
    const { metadata, spec } = await kubectl.json<Pod>(['get', 'pod', 'small']);
    expect(spec?.containers[0]?.resources).toEqual({ limits: { cpu: '400m' }, requests: { cpu: '200m' } });
    expect(metadata?.annotations?.['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu request for container small; cpu limit for container small',
    );
  });

  it('a Pod beyond the bounds is refused', async () => {
    const { code, stderr } = await kubectl.run(['create', '-f', '-'], { input: bigPod });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'Error from server (Forbidden): error when creating "STDIN": pods "big" is forbidden: maximum cpu usage per Container is 800m, but limit is 1\n',
    );
  });

  it('a Deployment of such Pods says so, and gets them once it may', async () => {
    await kubectl.ok(['create', '-f', '-'], { input: bigDeployment });
    await kubectl.ok(['wait', '--for=condition=ReplicaFailure', 'deployment/big', '--timeout=20s']);
    expect(await kubectl.ok(['describe', 'deployment', 'big'])).toMatch(
      /^ +ReplicaFailure +True +FailedCreate$/m,
    );
    expect(await kubectl.ok(['describe', 'rs', '-l', 'app=big'])).toMatch(
      /Warning +FailedCreate +.*replicaset-controller +Error creating: pods "big-[a-z0-9]+-[a-z0-9]*" is forbidden: maximum cpu/,
    );
    await kubectl.ok(['delete', 'limits', '--all']);
    await kubectl.ok(['wait', '--for=condition=Available', 'deployment/big', '--timeout=30s']);
    await until(
      'the failure is over',
      () => kubectl.ok(['describe', 'deployment', 'big']),
      (text) => !text.includes('ReplicaFailure'),
    );
  });
});
