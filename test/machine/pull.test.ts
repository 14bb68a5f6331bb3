import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureImage } from '../../src/images/index.js';
import { startTestCluster, type TestCluster } from './cluster.js';
import { startRegistry, type TestRegistry } from './registry.js';

interface PodFacts {
  readonly status: {
    readonly containerStatuses?: readonly {
      readonly imageID: string;
      readonly ready: boolean;
      readonly state: { readonly waiting?: { readonly reason: string; readonly message?: string } };
    }[];
  };
}

describe('images of the node', () => {
  let cluster: TestCluster;
  let registry: TestRegistry;

  beforeAll(async () => {
    cluster = await startTestCluster('pull');
    registry = await startRegistry((await ensureImage('pause', { cacheDir: cluster.paths.cache })).archive);
  });

  afterAll(async () => {
    await registry?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  async function runPod(name: string, image: string): Promise<void> {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'it', image }] },
    };
    await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(pod));
  }

  async function statusOf(name: string) {
    return (await cluster.get<PodFacts>('pod', name)).status.containerStatuses?.[0];
  }

  async function waitingReason(name: string): Promise<string> {
    await expect
      .poll(async () => (await statusOf(name))?.state.waiting?.reason, { timeout: 30_000 })
      .toMatch(/Err|BackOff/);
    const events = await cluster.kubectl(['get', 'events', '-o', 'jsonpath={.items[*].message}']);
    return events.stdout;
  }

  it('are pulled through the way out, also from a registry on the loopback of the host', async () => {
    await runPod('pulled', `${registry.address}/team/app:1`);
    await cluster.kubectl(['wait', '--for=condition=Ready', 'pod/pulled', '--timeout=60s']);
    expect((await statusOf('pulled'))?.imageID).toContain('sha256:');
    // Its layers may be there already, since every node has the image of its sandboxes.
    expect(registry.requests.some((line) => line.includes('/v2/team/app/manifests/'))).toBe(true);
  });

  it('are not replaced when the registry says no', async () => {
    registry.answerWith(401);
    await runPod('refused', `${registry.address}/library/mysql:8`);
    expect(await waitingReason('refused')).toMatch(/401|authoriz/i);
    registry.answerWith(0);
  });

  it('cannot be had where nobody supplies them, and the Pod says why', async () => {
    await runPod('nobody', '127.0.0.5:1/team/app:1');
    expect(await waitingReason('nobody')).toMatch(
      /127-0-0-5\.loopback\.holdfast\.internal|refused|Bad Gateway/,
    );
  });

  it('are made from a recipe where the name says so', async () => {
    await runPod('made', 'holdfast.local/toolbox:latest');
    await expect.poll(async () => (await statusOf('made'))?.imageID ?? '', { timeout: 120_000 }).not.toBe('');
  });
});
