import { expect, test } from 'vitest';
import type { AdmissionHook } from '../../api/admission.js';
import { kinds } from '../../api/kinds.js';
import { forbidden } from '../../api/status-error.js';
import { testServer } from '../server.fixture.js';

const spec = { containers: [{ name: 'main', image: 'busybox' }] };
const key = { namespace: 'default', name: 'p' };

test('hooks change, warn and refuse; defaults are filled into what they add', async () => {
  const sidecar: AdmissionHook = {
    name: 'sidecar',
    matches: ({ kind, operation }) => kind.kind === 'Pod' && operation === 'CREATE',
    admit: async ({ object }) => ({
      object: Object.assign({}, object, {
        spec: { containers: [...spec.containers, { name: 'side', image: 'x' }] },
      }),
      warnings: ['a sidecar was added'],
    }),
  };
  const guard: AdmissionHook = {
    name: 'guard',
    matches: ({ operation }) => operation === 'DELETE',
    admit: async ({ kind, name }) => {
      throw forbidden(kinds.Pod, name, `${kind.kind} stays`);
    },
  };
  const { api } = await testServer({ admission: [sidecar, guard] });
  const warnings: string[] = [];
  const made = await api.create(
    kinds.Pod,
    { metadata: key, spec },
    { onWarning: (text) => warnings.push(text) },
  );
  expect(made.spec?.containers).toMatchObject([
    { name: 'main' },
    { name: 'side', terminationMessagePath: '/dev/termination-log' },
  ]);
  expect(warnings).toEqual(['a sidecar was added']);
  await expect(api.delete(kinds.Pod, key)).rejects.toThrow('pods "p" is forbidden: Pod stays');
});

test('kinds that nothing acts on are stored with a warning', async () => {
  const { api } = await testServer();
  const warnings: string[] = [];
  const policy = { metadata: { name: 'n', namespace: 'default' }, spec: { podSelector: {} } };
  await api.create(kinds.NetworkPolicy, policy, { onWarning: (text) => warnings.push(text) });
  expect(warnings).toEqual([
    'NetworkPolicy is stored, but not acted on here yet: it is not enforced, every Pod reaches every other',
  ]);
});

test('a StatefulSet may keep all its history, and is told so', async () => {
  const { api } = await testServer();
  const warnings: string[] = [];
  const onWarning = (text: string): void => void warnings.push(text);
  const text =
    'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';
  const labels = { app: 'db' };
  const set = {
    metadata: { name: 'db', namespace: 'default' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
  const made = await api.create(kinds.StatefulSet, set, { onWarning });
  expect(warnings).toEqual([]);
  const endless = { ...made, spec: { ...set.spec, revisionHistoryLimit: -1 } };
  await api.update(kinds.StatefulSet, endless, { onWarning });
  expect(warnings).toEqual([text]);
});

test('priority classes become numbers', async () => {
  const { api } = await testServer();
  await api.create(kinds.PriorityClass, {
    metadata: { name: 'high' },
    value: 1000,
    preemptionPolicy: 'Never',
  });
  const made = await api.create(kinds.Pod, { metadata: key, spec: { ...spec, priorityClassName: 'high' } });
  expect(made.spec).toMatchObject({ priority: 1000, preemptionPolicy: 'Never' });
  const unknown = { metadata: { ...key, name: 'q' }, spec: { ...spec, priorityClassName: 'none' } };
  await expect(api.create(kinds.Pod, unknown)).rejects.toThrow('no PriorityClass with name none was found');
});

test('one priority class is the default, and those of the system stay', async () => {
  const { api } = await testServer();
  const named = (name: string) => ({ metadata: { name }, value: 5 });
  await api.create(kinds.PriorityClass, { ...named('one'), globalDefault: true });
  const other = await api.create(kinds.PriorityClass, named('two'));
  const refused =
    'priorityclasses.scheduling.k8s.io "two" is forbidden: PriorityClass one is already marked as default. Only one default can exist';
  await expect(api.update(kinds.PriorityClass, { ...other, globalDefault: true })).rejects.toThrow(refused);
  await api.delete(kinds.PriorityClass, { name: 'two' });
  await expect(api.create(kinds.PriorityClass, { ...named('two'), globalDefault: true })).rejects.toThrow(
    refused,
  );
  const one = await api.get(kinds.PriorityClass, { name: 'one' });
  expect(await api.update(kinds.PriorityClass, { ...one, description: 'still' })).toMatchObject({
    globalDefault: true,
    description: 'still',
  });
  await api.create(kinds.PriorityClass, {
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
  });
  await expect(api.delete(kinds.PriorityClass, { name: 'system-node-critical' })).rejects.toThrow(
    'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
  );
});

test('evictions ask the budget', async () => {
  const { api } = await testServer();
  await api.create(kinds.Pod, { metadata: { ...key, labels: { app: 'a' } }, spec });
  const pod = await api.get(kinds.Pod, key);
  await api.updateSub(
    kinds.Pod,
    { ...pod, status: { ...pod.status, phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
    'status',
  );
  const budget = await api.create(kinds.PodDisruptionBudget, {
    metadata: { name: 'b', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'a' } }, maxUnavailable: 1 },
  });
  const evict = () => api.createSub(kinds.Pod, key, 'eviction', { metadata: key });
  await expect(evict()).rejects.toThrow("Cannot evict pod as it would violate the pod's disruption budget.");
  const status = {
    currentHealthy: 1,
    desiredHealthy: 0,
    disruptionsAllowed: 1,
    expectedPods: 1,
    observedGeneration: 1,
  };
  await api.updateSub(kinds.PodDisruptionBudget, { ...budget, status }, 'status');
  await evict();
  await expect(api.get(kinds.Pod, key)).rejects.toThrow('not found');
  const after = await api.get(kinds.PodDisruptionBudget, { namespace: 'default', name: 'b' });
  expect(after.status).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { p: expect.any(String) } });
});
