import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { setIsReady } from '../tools/objects.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const set = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: main, image: "db:1" }], volumes: [{ name: scratch, emptyDir: {} }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: db }
spec: { minAvailable: 1, selector: { matchLabels: { app: db } } }
`;
const bare =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: bare }\nspec: { containers: [{ name: c, image: x }] }\n';

describe.each(kubectlVersions)('taking a node out of use, kubectl %s', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version);
    await kubectl.ok(['apply', '-f', '-'], { input: set });
    await setIsReady(kubectl, 'db', 2);
  });

  /** What the scheduler says in the Pod. */
  async function whyNotScheduled(name: string): Promise<string> {
    const message = await until(
      'the scheduler says why',
      async () => {
        const pod = await kubectl.json<Pod>(['get', 'pod', name]);
        return pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message;
      },
      (found) => found !== undefined,
    );
    return message ?? '';
  }

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('a budget is shown with what it allows', async () => {
    await kubectl.ok(['wait', '--for=jsonpath={.status.disruptionsAllowed}=1', 'pdb/db', '--timeout=10s']);
    expect(await kubectl.ok(['get', 'pdb'])).toMatch(
      /^NAME +MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE\ndb +1 +N\/A +1 +\d+s\n$/,
    );
    expect(await kubectl.ok(['describe', 'pdb', 'db'])).toMatch(
      /Allowed disruptions: +1\n +Current: +2\n +Desired: +1\n +Total: +2/,
    );
  });

  it('cordon keeps new Pods away until uncordon', async () => {
    expect(await kubectl.ok(['cordon', 'node-0'])).toBe('node/node-0 cordoned\n');
    expect(await kubectl.ok(['get', 'node', 'node-0'])).toMatch(/Ready,SchedulingDisabled/);
    await kubectl.ok(['create', '-f', '-'], { input: bare });
    expect(await whyNotScheduled('bare')).toMatch(
      /^0\/1 nodes are available: 1 node\(s\) were unschedulable/,
    );
    expect(await kubectl.ok(['uncordon', 'node-0'])).toBe('node/node-0 uncordoned\n');
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/bare', '--timeout=20s']);
  });

  it('drain refuses what it would lose, and says how to go on', async () => {
    const { code, stderr } = await kubectl.run(['drain', 'node-0']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /cannot delete Pods (that )?declare no controller \(use --force to override\): default\/bare/,
    );
    expect(stderr).toMatch(
      /cannot delete Pods with local storage \(use --delete-emptydir-data to override\)/,
    );
    await kubectl.ok(['uncordon', 'node-0']);
    await kubectl.ok(['delete', 'pod', 'bare']);
  });

  it('drain evicts one after the other, as far as the budget lets it', async () => {
    const drain = ['drain', 'node-0', '--delete-emptydir-data', '--ignore-daemonsets', '--timeout=3s'];
    const { code, stdout, stderr } = await kubectl.run(drain);
    // One Pod goes; what the set makes in its place finds no node, and so the budget keeps the other one.
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(
        /^node\/node-0 cordoned\n(?=[\s\S]*evicting pod default\/db-)(?=[\s\S]*pod\/db-\d evicted)/,
      ),
    ]);
    expect(stderr).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
    const pods = await kubectl.json<{ items: readonly Pod[] }>(['get', 'pods', '-l', 'app=db']);
    expect(pods.items.filter(({ spec }) => spec?.nodeName === 'node-0')).toHaveLength(1);
    await kubectl.ok(['uncordon', 'node-0']);
    await setIsReady(kubectl, 'db', 2);
  });

  it('drain ends when there is no budget', async () => {
    await kubectl.ok(['delete', 'pdb', 'db']);
    const out = await kubectl.ok(['drain', 'node-0', '--delete-emptydir-data', '--timeout=20s']);
    expect(out).toMatch(/pod\/db-\d evicted[\s\S]*node\/node-0 drained\n$/);
    await kubectl.ok(['uncordon', 'node-0']);
  });

  it('taint and untaint', async () => {
    expect(await kubectl.ok(['taint', 'node', 'node-0', 'a=b:NoSchedule'])).toBe('node/node-0 tainted\n');
    await kubectl.ok(['create', '-f', '-'], { input: bare.replace('name: bare', 'name: other') });
    expect(await whyNotScheduled('other')).toMatch(/1 node\(s\) had untolerated taint/);
    expect(await kubectl.ok(['taint', 'node', 'node-0', 'a-'])).toBe('node/node-0 untainted\n');
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/other', '--timeout=20s']);
  });
});
