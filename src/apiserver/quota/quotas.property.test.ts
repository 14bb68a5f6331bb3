import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isNotFound, StatusError } from '../../api/status-error.js';
import { seed } from '../../lib/seed.fixture.js';
import { decode } from '../registry/codec.js';
import { type TestServer, testServer } from '../server.fixture.js';

const histories = Number(process.env['HOLDFAST_RUNS'] ?? 200);
const namespace = 'default';
const hard = { pods: 4, cpu: 6 };
const prefix = `/registry/core/pods/${namespace}/`;

/** What somebody does; those of one batch do it at the same time. */
type Edit =
  | { readonly do: 'create'; readonly name: string; readonly cpu: number; readonly dryRun: boolean }
  | { readonly do: 'delete' | 'end'; readonly name: string }
  | { readonly do: 'touchQuota' };

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ name, cpu: fc.integer({ min: 1, max: 3 }), dryRun: fc.boolean() })
      .map((rest): Edit => ({ do: 'create', ...rest })),
  },
  { weight: 2, arbitrary: name.map((one): Edit => ({ do: 'delete', name: one })) },
  { weight: 1, arbitrary: name.map((one): Edit => ({ do: 'end', name: one })) },
  { weight: 1, arbitrary: fc.constant<Edit>({ do: 'touchQuota' }) },
);

function pod(podName: string, cpu: number): Pod {
  const resources = { requests: { cpu: String(cpu) } };
  return {
    metadata: { name: podName, namespace },
    spec: { containers: [{ name: 'main', image: 'main', resources }] },
  };
}

/** What the stored Pods take, counted anew. */
function taken({ store }: TestServer): { readonly pods: number; readonly cpu: number } {
  const pods = store
    .range(prefix)
    .entries.map((entry) => decode(entry, kinds.Pod))
    .filter(({ status }) => status?.phase !== 'Succeeded');
  const cpus = pods.map(({ spec }) => Number(spec?.containers[0]?.resources?.requests?.['cpu']));
  return { pods: pods.length, cpu: cpus.reduce((sum, one) => sum + one, 0) };
}

async function perform({ api }: TestServer, step: Edit): Promise<unknown> {
  switch (step.do) {
    case 'create':
      return api.create(kinds.Pod, pod(step.name, step.cpu), { dryRun: step.dryRun });
    case 'delete':
      return api.delete(kinds.Pod, { namespace, name: step.name });
    case 'end': {
      const current = await api.get(kinds.Pod, { namespace, name: step.name });
      return api.updateSub(kinds.Pod, { ...current, status: { phase: 'Succeeded' } }, 'status');
    }
    case 'touchQuota': {
      const quota = await api.get(kinds.ResourceQuota, { namespace, name: 'q' });
      const spec = {
        hard: { ...quota.spec?.hard, secrets: quota.spec?.hard?.['secrets'] === '8' ? '9' : '8' },
      };
      return api.update(kinds.ResourceQuota, { ...quota, spec });
    }
  }
}

it('nothing ever passes a quota, whoever writes at the same time, and what is free can be had', async () => {
  const seen = { created: 0, exceeded: 0 };
  const history = fc.array(fc.array(edit, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(history, async (batches) => {
    const server = await testServer();
    const limits = { pods: String(hard.pods), 'requests.cpu': String(hard.cpu) };
    await server.api.create(kinds.ResourceQuota, {
      metadata: { name: 'q', namespace },
      spec: { hard: limits },
    });
    const excess: unknown[] = [];
    server.store.watch(prefix, server.store.revision, () => {
      const { pods, cpu } = taken(server);
      if (pods > hard.pods || cpu > hard.cpu) excess.push({ pods, cpu });
    });
    for (const batch of batches) {
      const results = await Promise.allSettled(batch.map((step) => perform(server, step)));
      for (const [index, result] of results.entries()) {
        if (batch[index]?.do === 'create' && result.status === 'fulfilled') seen.created += 1;
        if (result.status === 'rejected') seen.exceeded += exceededBy(result.reason);
      }
    }
    expect(excess).toEqual([]);
    await fillUp(server);
  });
  await fc.assert(property, { numRuns: histories, seed });
  expect(seen.created, JSON.stringify(seen)).toBeGreaterThan(histories);
  expect(seen.exceeded, JSON.stringify(seen)).toBeGreaterThan(histories);
});

/** 1 for a quota's refusal; anything else that goes wrong is one of races of names. */
function exceededBy(error: unknown): number {
  if (!(error instanceof StatusError)) throw error;
  if (error.message.includes('exceeded quota: q')) return 1;
  expect([404, 409]).toContain(error.status.code);
  return 0;
}

/** At rest exactly that can be had which is not taken. */
async function fillUp(server: TestServer): Promise<void> {
  const { api } = server;
  const { pods, cpu } = taken(server);
  const free = hard.cpu - cpu;
  const refused = api.create(kinds.Pod, pod('more', free + 1));
  await expect(refused).rejects.toThrow('exceeded quota: q');
  if (pods < hard.pods) await api.create(kinds.Pod, pod('rest', free));
  await expect(api.get(kinds.Pod, { namespace, name: 'more' })).rejects.toSatisfy(isNotFound);
}
