import { describe, expect, it } from 'vitest';
import { kinds } from '../api/kinds.js';
import { startTestCluster } from './test-cluster.fixture.js';

const never = 'simulated.holdfast.dev/never-ready: "true"';
const pod = (annotation: string, more = ''): string =>
  `{ metadata: { labels: { app: web }, annotations: { ${annotation} } }, spec: { ${more} containers: [{ name: main, image: "x:1" }] } }`;
const object = (kind: string, spec: string): string =>
  `apiVersion: ${kind === 'Job' ? 'batch/v1' : 'apps/v1'}\nkind: ${kind}\nmetadata: { name: web }\nspec: ${spec}\n`;
const selector = 'selector: { matchLabels: { app: web } }';

describe('waits that last are Events', () => {
  it.each<readonly [string, string, string, readonly RegExp[]]>([
    [
      'of ReplicaSets',
      'ReplicaSet',
      `{ ${selector}, template: ${pod(never)} }`,
      [/^PodNotReady: web-\S+ runs, but/],
    ],
    [
      'of DaemonSets',
      'DaemonSet',
      `{ ${selector}, template: ${pod(never)} }`,
      [/^PodNotReady: web-\S+ on node node-0/],
    ],
    [
      'not of Deployments whose ReplicaSet tells',
      'Deployment',
      `{ ${selector}, template: ${pod(never)} }`,
      [],
    ],
    [
      'of Jobs',
      'Job',
      `{ template: ${pod('', 'restartPolicy: Never, nodeSelector: { disk: ssd },')} }`,
      [/^PodNotScheduled: web-\S+ is not scheduled/],
    ],
    [
      'not of Jobs that are at work',
      'Job',
      `{ template: ${pod('simulated.holdfast.dev/run-for-ms: "600000"', 'restartPolicy: Never,')} }`,
      [],
    ],
  ])('%s', async (_name, kind, spec, expected) => {
    await using cluster = await startTestCluster();
    await cluster.apply(object(kind, spec));
    const waits = async (): Promise<readonly string[]> =>
      (await cluster.events('web')).filter((text) =>
        /^Pod(NotReady|NotScheduled|NotRunning|sRunning)/.test(text),
      );
    await cluster.clock.advance(9000);
    expect(await waits()).toEqual([]);
    await cluster.clock.advance(120_000);
    expect(await waits()).toEqual(expected.map((text) => expect.stringMatching(text)));
  });

  it('of Deployments whose old Pods hold up a Recreate', async () => {
    await using cluster = await startTestCluster();
    const slow = 'simulated.holdfast.dev/stop-after-ms: "25000"';
    const strategy = 'strategy: { type: Recreate }';
    await cluster.apply(object('Deployment', `{ ${selector}, ${strategy}, template: ${pod(slow)} }`));
    await cluster.clock.advance(1000);
    const body = { spec: { template: { metadata: { annotations: { v: '2' } } } } };
    const patch = { type: 'application/merge-patch+json', body } as const;
    await cluster.client.patch(kinds.Deployment, { namespace: 'default', name: 'web' }, patch);
    await cluster.clock.advance(60_000);
    const waits = (await cluster.events('web')).filter((text) => text.startsWith('OldPodsRunning'));
    expect(waits).toEqual([
      expect.stringMatching(/^OldPodsRunning: web-\S+ of the former template still runs/),
    ]);
  });
});
