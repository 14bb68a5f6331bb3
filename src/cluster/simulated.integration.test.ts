import { describe, expect, it } from 'vitest';
import { kinds } from '../api/kinds.js';
import { isPodReady } from '../api/pods.js';
import { StatusError } from '../api/status-error.js';
import { simulatedParts } from './daemon/simulated-daemon.js';
import { architecture, startTestCluster, type TestCluster } from './test-cluster.fixture.js';

/** What `holdfast up --simulated` starts, in memory and on a clock that the test moves. */
const start = (nodes = 1): Promise<TestCluster> => startTestCluster(simulatedParts({ nodes, speed: 1 }));

const prefix = 'simulated.holdfast.dev/';
const deployment = (annotations: string, own = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web${own} }
spec:
  replicas: 4
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { ${annotations} } }
    spec:
      tolerations:
        - { key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 5 }
      containers: [{ name: c, image: c }]
`;
const pod = (annotations: string): string =>
  `{ apiVersion: v1, kind: Pod, metadata: { name: p, annotations: { ${annotations} } }, spec: { containers: [{ name: c, image: c }] } }`;

/** What the API says to a manifest that it refuses. */
async function refusal(cluster: TestCluster, yaml: string): Promise<string> {
  try {
    await cluster.apply(yaml);
  } catch (error) {
    if (error instanceof StatusError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('rules that are mistyped', () => {
  it.each([
    ['fail: "1"', 'fail]: Invalid value: "1": must be "exit" and a code from 0 to 255: "exit 1"'],
    ['fail: "exit 256"', 'fail]: Invalid value: "exit 256"'],
    ['ready-after-ms: "2s"', 'ready-after-ms]: Invalid value: "2s": must be whole milliseconds from 0 to'],
    ['ready-after-ms: "-1"', 'ready-after-ms]: Invalid value: "-1"'],
    ['run-for-ms: "2147483648"', 'run-for-ms]: Invalid value: "2147483648"'],
    ['unready-after-ms: "10"', 'must be whole milliseconds from 1000 to'],
    ['never-ready: "yes"', 'never-ready]: Unsupported value: "yes": supported values: "true", "false"'],
    ['never-start: Later', 'never-start]: Unsupported value: "Later": supported values: "ContainerCreating"'],
    ['evict: ""', 'evict]: Invalid value: "": must say why it is evicted'],
    ['redy-after-ms: "1"', 'redy-after-ms]: Forbidden: no such rule; there are start-after-ms, never-start,'],
    ['lost: "true"', 'lost]: Forbidden: it is for Nodes'],
    ['fail-times: "2"', `fail-times]: Forbidden: does nothing without ${prefix}fail`],
    ['fail: exit 1, fail-times: "0"', 'fail-times]: Invalid value: "0"'],
    ['fail: exit 1, evict: full', `evict]: Forbidden: does nothing beside ${prefix}fail`],
    [
      'never-start: ErrImagePull, run-for-ms: "1"',
      `run-for-ms]: Forbidden: does nothing beside ${prefix}never-start`,
    ],
  ])('%s', async (rules, said) => {
    await using cluster = await start();
    const annotations = rules.replaceAll(/([a-z-]+):/g, `${prefix}$1:`);
    expect(await refusal(cluster, pod(annotations))).toContain(
      `422 Pod "p" is invalid: metadata.annotations[${prefix}`,
    );
    expect(await refusal(cluster, pod(annotations))).toContain(said);
    // Where it is written, before any Pod is made.
    expect(await refusal(cluster, deployment(annotations))).toContain(
      `422 Deployment.apps "web" is invalid: spec.template.metadata.annotations[${prefix}`,
    );
    expect(await cluster.find(kinds.Deployment, 'web')).toBeUndefined();
  });

  it('of a kind that has Pods instead of on the Pods: the place is named', async () => {
    await using cluster = await start();
    const misplaced = deployment('', `, annotations: { ${prefix}fail: exit 1 }`);
    expect(await refusal(cluster, misplaced)).toContain(
      `metadata.annotations[${prefix}fail]: Forbidden: it is for Pods: it belongs into spec.template.metadata.annotations`,
    );
  });

  it('of a CronJob, and of a Node', async () => {
    await using cluster = await start();
    const cron = `{ apiVersion: batch/v1, kind: CronJob, metadata: { name: c }, spec: { schedule: "* * * * *", jobTemplate: { spec: { template: { metadata: { annotations: { ${prefix}fail: never } }, spec: { restartPolicy: Never, containers: [{ name: c, image: c }] } } } } } }`;
    expect(await refusal(cluster, cron)).toContain(
      `spec.jobTemplate.spec.template.metadata.annotations[${prefix}fail]: Invalid value: "never"`,
    );
    const lost = (value: string) =>
      cluster.client.patch(
        kinds.Node,
        { name: 'simulated-0' },
        {
          type: 'application/merge-patch+json',
          body: { metadata: { annotations: { [`${prefix}lost`]: value } } },
        },
      );
    await expect(lost('yes')).rejects.toThrow(
      `Node "simulated-0" is invalid: metadata.annotations[${prefix}lost]: Unsupported value: "yes"`,
    );
  });

  it('are refused on a Pod that runs as well, which lives on', async () => {
    await using cluster = await start();
    await cluster.apply(pod(''));
    await cluster.until(() => cluster.ready().length === 1);
    const annotate = (value: string) =>
      cluster.client.patch(
        kinds.Pod,
        { namespace: 'default', name: 'p' },
        {
          type: 'application/merge-patch+json',
          body: { metadata: { annotations: { [`${prefix}never-ready`]: value } } },
        },
      );
    await expect(annotate('maybe')).rejects.toThrow('Unsupported value: "maybe"');
    expect(cluster.ready()).toEqual(['p']);
    await annotate('true');
    await cluster.until(() => cluster.ready().length === 0);
    await annotate('false');
    await cluster.until(() => cluster.ready().length === 1);
  });
});

describe('a simulated cluster', () => {
  it("brings the course's architecture up on paper, without the operator's gate", async () => {
    await using cluster = await start();
    await cluster.apply(architecture());
    await cluster.until(() => cluster.ready().length === 3);
    expect(cluster.ready()).toEqual(['mysql-0', 'mysql-1', 'mysql-2']);
    for (const { spec, status } of cluster.pods()) {
      expect(spec?.readinessGates).toBeUndefined();
      expect(status?.containerStatuses?.[0]?.containerID).toMatch(/^simulated:\/\//);
    }
  });

  it('has volumes that every node reaches', async () => {
    await using cluster = await start(2);
    await cluster.apply(architecture());
    await cluster.until(() => cluster.ready().length === 3);
    const { items } = await cluster.client.list(kinds.PersistentVolume, undefined);
    expect(items).toHaveLength(3);
    expect(items.map(({ spec }) => spec?.nodeAffinity)).toEqual([undefined, undefined, undefined]);
    expect(new Set(cluster.pods().map(({ spec }) => spec?.nodeName)).size).toBe(2);
  });

  it.each([1, 10])(
    'is not faster than kubectl, which watches a Pod that it deletes (speed %s)',
    async (speed) => {
      await using cluster = await startTestCluster(simulatedParts({ nodes: 1, speed }));
      await cluster.apply(
        `{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: c, image: c }] } } } }`,
      );
      await cluster.until(() => cluster.ready().length === 1);
      const before = cluster.pods()[0]?.metadata;
      await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'db-0' });
      await cluster.clock.advance(99);
      expect(cluster.pods().map(({ metadata }) => metadata?.uid)).toEqual([before?.uid]);
      await cluster.clock.advance(1);
      expect(cluster.pods()[0]?.metadata?.uid).not.toBe(before?.uid);
    },
  );

  it('has nodes with an address each, which their Pods tell', async () => {
    await using cluster = await start(3);
    const inNetwork = (name: string, node: string): string =>
      `{ apiVersion: v1, kind: Pod, metadata: { name: ${name} }, spec: { nodeName: ${node}, hostNetwork: true, containers: [{ name: c, image: c }] } }`;
    await cluster.apply(deployment(''));
    await cluster.apply(inNetwork('agent-1', 'simulated-1'));
    await cluster.apply(inNetwork('other-1', 'simulated-1'));
    await cluster.until(() => cluster.ready().length === 6);
    const { items } = await cluster.client.list(kinds.Node, undefined);
    const addresses = new Map(
      items.map(({ metadata, status }) => [
        metadata?.name,
        status?.addresses?.find(({ type }) => type === 'InternalIP')?.address,
      ]),
    );
    expect([...addresses].sort()).toEqual([
      ['simulated-0', '198.18.0.1'],
      ['simulated-1', '198.18.0.2'],
      ['simulated-2', '198.18.0.3'],
    ]);
    for (const { metadata, spec, status } of cluster.pods()) {
      const own = addresses.get(spec?.nodeName);
      expect([metadata?.name, status?.hostIP]).toEqual([metadata?.name, own]);
      if (spec?.hostNetwork === true) expect(status?.podIP).toBe(own);
      else expect(status?.podIP).toMatch(/^10\.244\./);
    }
  });

  it('loses a node, and its Pods are replaced on another', async () => {
    await using cluster = await start(2);
    await cluster.apply(deployment(''));
    await cluster.until(() => cluster.ready().length === 4);
    const on = (name: string) => cluster.pods().filter(({ spec }) => spec?.nodeName === name);
    expect(on('simulated-1').length).toBeGreaterThan(0);
    const body = { metadata: { annotations: { [`${prefix}lost`]: 'true' } } };
    const patch = { type: 'application/merge-patch+json', body } as const;
    await cluster.client.patch(kinds.Node, { name: 'simulated-1' }, patch);
    await cluster.until(() => on('simulated-0').filter(isPodReady).length === 4);
    // Nobody knows whether the others still run: they stay until the node says so.
    expect(on('simulated-1').every(({ metadata }) => metadata?.deletionTimestamp !== undefined)).toBe(true);
    const found = await cluster.client.patch(
      kinds.Node,
      { name: 'simulated-1' },
      {
        type: 'application/merge-patch+json',
        body: { metadata: { annotations: { [`${prefix}lost`]: null } } },
      },
    );
    expect(found.metadata?.annotations?.[`${prefix}lost`]).toBeUndefined();
    await cluster.until(() => on('simulated-1').length === 0);
  });

  it('tells of a crash loop by an Event, as a kubelet does', async () => {
    await using cluster = await start();
    await cluster.apply(pod(`${prefix}fail: exit 3`));
    await cluster.until(() => cluster.pods()[0]?.status?.containerStatuses?.[0]?.restartCount === 2);
    const uid = cluster.pods()[0]?.metadata?.uid;
    expect(await cluster.events('p')).toContain(
      `BackOff: Back-off restarting failed container c in pod p_default(${uid}) (simulated)`,
    );
  });
});
