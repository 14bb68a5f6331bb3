import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/lib/run.js';
import { until } from '../tools/eventually.js';
import { startTestCluster, type TestCluster, testCluster } from './cluster.js';
import { added, traces } from './traces.js';

const STATEFUL_SET = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: None, selector: { app: web } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: web
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 5
      containers: [{ name: pause, image: "holdfast.local/pause:latest" }]
`;

interface PodFacts {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: {
    readonly containerStatuses?: readonly {
      readonly containerID: string;
      readonly restartCount: number;
      readonly ready: boolean;
    }[];
  };
}

async function pods(cluster: TestCluster): Promise<readonly PodFacts[]> {
  return (await cluster.get<{ items: readonly PodFacts[] }>('pods')).items;
}

/** Containers by Pod: they are the same after a kill when nothing was restarted. */
async function containers(cluster: TestCluster): Promise<readonly string[]> {
  return (await pods(cluster)).map(({ metadata, status }) => {
    const container = status.containerStatuses?.[0];
    return `${metadata.name} ${metadata.uid} ${container?.containerID} ${container?.restartCount}`;
  });
}

async function applied(cluster: TestCluster): Promise<void> {
  await cluster.kubectl(['apply', '-f', '-'], STATEFUL_SET);
  await ready(cluster);
}

async function ready(cluster: TestCluster): Promise<void> {
  await cluster.kubectl(['rollout', 'status', 'statefulset/web', '--timeout=60s']);
}

type Program = 'keeper' | 'daemon' | 'containerd';

async function kill(cluster: TestCluster, programs: readonly Program[]): Promise<void> {
  const status = await cluster.status();
  for (const program of programs) process.kill(status[program].pid ?? Number.NaN, 'SIGKILL');
}

/** Waits until the cluster answers by itself, or brings it up when nobody is left to. */
async function recovered(cluster: TestCluster, byItself: boolean): Promise<void> {
  if (!byItself) await cluster.up();
  await expect.poll(async () => (await cluster.status()).state, { timeout: 20_000 }).toBe('running');
}

describe('a cluster on this machine', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startTestCluster('life');
    await applied(cluster);
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('is left as it is by a second start', async () => {
    const before = await cluster.status();
    expect((await cluster.up()).wasRunning).toBe(true);
    expect(await cluster.status()).toEqual(before);
  });

  const kills: readonly (readonly [readonly Program[], boolean])[] = [
    [['daemon'], true],
    [['containerd'], true],
    [['keeper'], true],
    [['daemon', 'containerd'], true],
    [['keeper', 'daemon', 'containerd'], false],
  ];

  it.each(kills)('adopts its containers after kill -9 of %j', async (programs, byItself) => {
    const before = await containers(cluster);
    await kill(cluster, programs);
    await recovered(cluster, byItself);
    await ready(cluster);
    expect(await containers(cluster)).toEqual(before);
  });

  it('makes Pods again after all of that', async () => {
    const [first] = await pods(cluster);
    await cluster.kubectl(['delete', 'pod', 'web-0', '--wait=false']);
    await until(
      'there is another web-0',
      () => pods(cluster),
      ([again]) => again?.metadata.name === 'web-0' && again.metadata.uid !== first?.metadata.uid,
    );
    await ready(cluster);
  });
});

describe('down', () => {
  it.each([{ killed: false }, { killed: true }])(
    'leaves nothing but the data (programs killed first: $killed)',
    async ({ killed }) => {
      await using cluster = await testCluster('down');
      const before = await traces(cluster.paths);
      await cluster.up();
      await applied(cluster);
      const uids = (await pods(cluster)).map(({ metadata }) => metadata.uid);
      if (killed) await kill(cluster, ['keeper', 'daemon', 'containerd']);
      expect(await cluster.down()).toBe(true);
      expect(added(before, await traces(cluster.paths))).toEqual([]);
      expect(existsSync(cluster.paths.state)).toBe(true);
      expect((await cluster.status()).state).toBe('stopped');
      await cluster.up();
      await ready(cluster);
      expect((await pods(cluster)).map(({ metadata }) => metadata.uid)).toEqual(uids);
      await cluster.purge();
      expect(added(before, await traces(cluster.paths))).toEqual([]);
      expect(existsSync(cluster.paths.state)).toBe(false);
    },
  );
});

describe('two clusters', () => {
  it('run side by side and do not see one another', async () => {
    await using one = await startTestCluster('one');
    await using two = await startTestCluster('two');
    await Promise.all([applied(one), applied(two)]);
    expect((await one.status()).apiPort).not.toBe((await two.status()).apiPort);
    await one.down();
    expect(await pods(two)).toHaveLength(2);
    expect((await two.status()).state).toBe('running');
  });
});

describe('bad input', () => {
  it('says in one line that it must be root', async () => {
    const command = run('setpriv', [
      '--reuid=65534',
      '--clear-groups',
      process.execPath,
      'dist/cli.mjs',
      '--cluster',
      'x',
      'up',
    ]);
    await expect(command).rejects.toThrow(/root/);
  });
});
