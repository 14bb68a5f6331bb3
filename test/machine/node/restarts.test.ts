import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../../src/api/generated/core-v1.js';
import { kinds } from '../../../src/api/kinds.js';
import { openMemoryStore } from '../../../src/store/memory.js';
import type { Store } from '../../../src/store/store.js';
import { type NodeCluster, startNodeCluster } from './cluster.js';
import { startTestMachine, type TestMachine } from './node.js';

/** How long a poll may take on a busy machine. */
const soon = { timeout: 15_000 };
let machine: TestMachine;
let store: Store;
let cluster: NodeCluster;

beforeEach(async () => {
  machine = await startTestMachine();
  store = openMemoryStore();
  cluster = await startNodeCluster(machine, { store });
});

afterEach(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await machine?.[Symbol.asyncDispose]();
});

const command = [
  'sh',
  '-c',
  'trap "echo stopped; exit 0" TERM; echo started; while true; do sleep 0.05; done',
];

function podOf(name: string, spec: Partial<PodSpec> = {}): Pod {
  return {
    metadata: { name, namespace: 'default' },
    spec: {
      terminationGracePeriodSeconds: 5,
      ...spec,
      containers: [{ name: 'main', image: 'busybox:1', command }],
    },
  };
}

async function restartAgent(): Promise<void> {
  await cluster[Symbol.asyncDispose]();
  cluster = await startNodeCluster(machine, { store });
}

const mainOf = (
  pod: Pod | undefined,
): NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number] | undefined =>
  pod?.status?.containerStatuses?.[0];

describe('the node agent', () => {
  it('adopts what runs when it is restarted, and goes on where it was', async () => {
    await cluster.client.create(kinds.Pod, podOf('adopted'));
    await cluster.client.create(kinds.Pod, podOf('going'));
    const before = await cluster.ready('adopted');
    await cluster.ready('going');
    const seen: (string | undefined)[] = [];
    await restartAgent();
    cluster.client.cache(kinds.Pod).onChange(({ after }) => {
      if (after?.metadata?.name === 'adopted')
        seen.push(after?.status?.conditions?.find(({ type }) => type === 'Ready')?.status);
    });
    await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'going' });
    await cluster.until('going', (pod) => pod === undefined);
    const after = await cluster.ready('adopted');
    expect(mainOf(after)).toEqual(mainOf(before));
    expect(after.status?.podIP).toBe(before.status?.podIP);
    expect(await cluster.logs('adopted')).toBe('started\n');
    expect(seen).not.toContain('False');
  });

  it('removes what it finds of Pods that went meanwhile', async () => {
    await cluster.client.create(kinds.Pod, podOf('orphan'));
    await cluster.ready('orphan');
    await cluster[Symbol.asyncDispose]();
    store = openMemoryStore();
    cluster = await startNodeCluster(machine, { store });
    await cluster.client.create(kinds.Pod, podOf('orphan'));
    const pod = await cluster.ready('orphan');
    expect(mainOf(pod)?.restartCount).toBe(0);
  });

  it('shuts its Pods down all at once and starts them again as after a reboot', async () => {
    for (const name of ['a', 'b', 'c']) await cluster.client.create(kinds.Pod, podOf(name));
    for (const name of ['a', 'b', 'c']) await cluster.ready(name);
    const before = cluster.pod('a');
    await cluster.agent.shutdown();
    expect(await cluster.logs('a')).toBe('started\nstopped\n');
    expect(mainOf(cluster.pod('a'))?.state?.terminated?.exitCode).toBe(0);
    expect(cluster.pod('a')?.status?.phase).toBe('Running');
    await restartAgent();
    const after = await cluster.until(
      'a',
      (pod) => mainOf(pod)?.restartCount === 1 && mainOf(pod)?.ready === true,
    );
    expect(after?.metadata?.uid).toBe(before?.metadata?.uid);
    expect(mainOf(after)?.lastState?.terminated?.reason).toBe('Completed');
    for (const name of ['b', 'c'])
      await cluster.until(name, (pod) => mainOf(pod)?.restartCount === 1 && mainOf(pod)?.ready === true);
  });

  it('lives through the death of containerd', async () => {
    await cluster.client.create(kinds.Pod, podOf('steady'));
    const before = await cluster.ready('steady');
    await machine.killContainerd();
    await cluster.client.create(kinds.Pod, podOf('later'));
    await expect
      .poll(() => cluster.agent.waiting().get('default/later')?.reason, soon)
      .toBe('RuntimeUnavailable');
    await machine.startContainerd();
    await cluster.ready('later');
    expect(mainOf(cluster.pod('steady'))).toEqual(mainOf(before));
    expect(await cluster.exec('steady', 'echo', 'alive')).toBe('alive\n');
  });
});
