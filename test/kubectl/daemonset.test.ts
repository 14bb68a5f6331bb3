import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { podsOf } from '../tools/objects.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const agent = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, annotations: { kubernetes.io/change-cause: first } }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec:
      nodeSelector: { kubernetes.io/os: linux }
      containers: [{ name: main, image: "agent:1" }]
`;

describe.each(kubectlVersions)('DaemonSets with kubectl %s', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version);
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  async function images(): Promise<readonly (string | undefined)[]> {
    const pods = await podsOf(kubectl, 'app=agent');
    const living = pods.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    return living.map(({ spec }) => spec?.containers[0]?.image);
  }

  it('apply, rollout status, get and describe: a Pod on the node', async () => {
    const applied = await kubectl.run(['apply', '-f', '-'], { input: agent });
    expect([applied.stdout, applied.stderr]).toEqual(['daemonset.apps/agent created\n', '']);
    expect(await kubectl.ok(['rollout', 'status', 'daemonset/agent', '--timeout=20s'])).toMatch(
      /daemon set "agent" successfully rolled out\n$/,
    );
    expect(await kubectl.ok(['get', 'ds'])).toMatch(
      /^NAME +DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE +NODE SELECTOR +AGE\nagent +1 +1 +1 +1 +1 +kubernetes\.io\/os=linux +\d+s\n$/,
    );
    expect(await kubectl.ok(['get', 'pods', '-l', 'app=agent', '-o', 'wide'])).toMatch(
      /\nagent-[a-z0-9]{5} +1\/1 +Running +0 +\d+s +\S+ +node-0 /,
    );
    const described = await kubectl.ok(['describe', 'ds', 'agent']);
    expect(described).toMatch(
      /^Desired Number of Nodes Scheduled: 1\nCurrent Number of Nodes Scheduled: 1$/m,
    );
    expect(described).toMatch(/^Number of Nodes Misscheduled: 0\n/m);
    expect(described).toMatch(/^Pods Status: +1 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed$/m);
    expect(described).toMatch(
      /Normal +SuccessfulCreate +.*daemonset-controller +Created pod: agent-[a-z0-9]{5}\n/,
    );
  });

  it('set image, rollout history and undo', async () => {
    await kubectl.ok(['annotate', 'ds', 'agent', 'kubernetes.io/change-cause=second', '--overwrite']);
    await kubectl.ok(['set', 'image', 'ds/agent', 'main=agent:2']);
    await kubectl.ok(['rollout', 'status', 'ds/agent', '--timeout=20s']);
    expect(await images()).toEqual(['agent:2']);
    expect(await kubectl.ok(['rollout', 'history', 'ds/agent'])).toMatch(
      /^daemonset\.apps\/agent *\nREVISION +CHANGE-CAUSE\n1 +first\n2 +second\n/,
    );
    expect(await kubectl.ok(['rollout', 'history', 'ds/agent', '--revision=1'])).toMatch(
      /^daemonset\.apps\/agent with revision #1\n[\s\S]*Image:\s+agent:1\n/,
    );
    expect(await kubectl.ok(['rollout', 'undo', 'ds/agent'])).toBe('daemonset.apps/agent rolled back\n');
    await kubectl.ok(['rollout', 'status', 'ds/agent', '--timeout=20s']);
    expect(await images()).toEqual(['agent:1']);
    const history = await kubectl.ok(['rollout', 'history', 'ds/agent']);
    expect(history).toMatch(/\n2 +second\n3 +first\n/);
  });

  it('rollout restart makes a new Pod', async () => {
    const [before] = await podsOf(kubectl, 'app=agent');
    expect(await kubectl.ok(['rollout', 'restart', 'ds/agent'])).toBe('daemonset.apps/agent restarted\n');
    await kubectl.ok(['rollout', 'status', 'ds/agent', '--timeout=20s']);
    const pods = await podsOf(kubectl, 'app=agent');
    expect(pods.map(({ metadata }) => metadata?.uid)).not.toContain(before?.metadata?.uid);
  });

  it('drain refuses its Pods, or leaves them where they are', async () => {
    const [before] = await podsOf(kubectl, 'app=agent');
    const name = before?.metadata?.name ?? '';
    const refused = await kubectl.run(['drain', 'node-0']);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      `cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/${name}`,
    );
    const drained = await kubectl.run(['drain', 'node-0', '--ignore-daemonsets', '--timeout=20s']);
    expect([drained.code, drained.stdout]).toEqual([0, expect.stringMatching(/node\/node-0 drained\n$/)]);
    expect(drained.stderr).toMatch(new RegExp(`ignoring DaemonSet-managed Pods: default/${name}`, 'i'));
    // A cordoned node still gets its daemon.
    await kubectl.ok(['delete', 'pod', name]);
    await kubectl.ok(['rollout', 'status', 'ds/agent', '--timeout=20s']);
    expect(await images()).toEqual(['agent:1']);
    await kubectl.ok(['uncordon', 'node-0']);
  });

  it('delete takes the Pods and the history with it', async () => {
    expect(await kubectl.ok(['delete', 'ds', 'agent', '--cascade=foreground'])).toMatch(
      /^daemonset\.apps "agent" deleted/,
    );
    expect(await kubectl.ok(['get', 'pods,controllerrevisions', '-o', 'name'])).toBe('');
  });
});
