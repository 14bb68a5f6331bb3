import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const unmeasured =
  'failed to get cpu utilization: unable to get metrics for resource cpu: nothing here measures Pods: the API metrics.k8s.io is not served';

function autoscaler(name: string, target: string): string {
  return `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name} }
spec:
  maxReplicas: 4
  scaleTargetRef: ${target}
`;
}

describe.each(kubectlVersions)('HorizontalPodAutoscalers with kubectl %s', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version).in('default');
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const waitFor = (name: string, condition: string): Promise<string> =>
    kubectl.ok(['wait', `--for=condition=${condition}`, `hpa/${name}`, '--timeout=20s']);

  it('autoscale: shows the target, and says that nothing measures it', async () => {
    await kubectl.ok(['create', 'deployment', 'web', '--image=web:1', '--replicas=2']);
    const flag = version === '1.35' ? '--cpu=50%' : '--cpu-percent=50';
    const made = await kubectl.run(['autoscale', 'deployment', 'web', '--min=1', '--max=3', flag]);
    expect(made.code).toBe(0);
    expect(made.stderr).not.toMatch(/not acted on/);
    await waitFor('web', 'ScalingActive=false');
    expect(await kubectl.ok(['get', 'hpa', 'web'])).toMatch(
      /^NAME +REFERENCE +TARGETS +MINPODS +MAXPODS +REPLICAS +AGE\nweb +Deployment\/web +cpu: <unknown>\/50% +1 +3 +2 +\d+s\n$/,
    );
    const described = await kubectl.ok(['describe', 'hpa', 'web']);
    expect(described).toMatch(/^Deployment pods: +2 current \/ 0 desired$/m);
    expect(described).toMatch(
      /^ +AbleToScale +True +SucceededGetScale +the HPA controller was able to get the target's current scale$/m,
    );
    expect(described).toContain(
      `False   FailedGetResourceMetric  the HPA was unable to compute the replica count: ${unmeasured}`,
    );
    expect(described).toMatch(
      /Warning +FailedGetResourceMetric +.*horizontal-pod-autoscaler +failed to get cpu/,
    );
    expect(described).toMatch(
      /Warning +FailedComputeMetricsReplicas +.*invalid metrics \(1 invalid out of 1\)/,
    );
  });

  it('follows the target, which kubectl scale changes', async () => {
    await kubectl.ok(['scale', 'deployment', 'web', '--replicas=3']);
    await kubectl.ok(['wait', '--for=jsonpath={.status.currentReplicas}=3', 'hpa/web', '--timeout=20s']);
    await kubectl.ok(['scale', 'deployment', 'web', '--replicas=0']);
    await until(
      'scaling is off',
      () => kubectl.ok(['describe', 'hpa', 'web']),
      (text) => /ScalingActive +False +ScalingDisabled +scaling is disabled since/.test(text),
    );
  });

  it.each([
    [
      'missing',
      '{ apiVersion: apps/v1, kind: StatefulSet, name: none }',
      'statefulsets.apps "none" not found',
    ],
    [
      'unscaled',
      '{ apiVersion: v1, kind: Pod, name: one }',
      'the server could not find the requested resource',
    ],
    [
      'unknown',
      '{ apiVersion: apps/v1, kind: Shed, name: one }',
      'no matches for kind "Shed" in group "apps"',
    ],
  ])('a target that is %s', async (name, target, why) => {
    await kubectl.ok(['create', '-f', '-'], { input: autoscaler(name, target) });
    await waitFor(name, 'AbleToScale=false');
    const described = await kubectl.ok(['describe', 'hpa', name]);
    expect(described).toContain(
      `FailedGetScale  the HPA controller was unable to get the target's current scale: ${why}\n`,
    );
    expect(described).toMatch(/Warning +FailedGetScale +.*horizontal-pod-autoscaler +/);
  });

  it('a target that comes later', async () => {
    const target = '{ apiVersion: apps/v1, kind: Deployment, name: late }';
    await kubectl.ok(['create', '-f', '-'], { input: autoscaler('late', target) });
    await waitFor('late', 'AbleToScale=false');
    await kubectl.ok(['create', 'deployment', 'late', '--image=web:1']);
    await waitFor('late', 'AbleToScale');
  });
});
