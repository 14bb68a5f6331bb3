import { expect, test } from 'vitest';
import type { Container, LimitRangeItem, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { testServer } from '../server.fixture.js';

type Server = Awaited<ReturnType<typeof testServer>>;
type Resources = Container['resources'];

const namespace = 'default';

async function limited(...limits: readonly LimitRangeItem[]): Promise<Server['api']> {
  const { api } = await testServer();
  const warnings: string[] = [];
  const range = { metadata: { name: 'limits', namespace }, spec: { limits } };
  await api.create(kinds.LimitRange, range, { onWarning: (text) => warnings.push(text) });
  expect(warnings).toEqual([]);
  return api;
}

function pod(...resources: readonly Resources[]): Pod {
  const containers = resources.map((given, index) => ({
    name: `c${index}`,
    image: 'x',
    ...(given && { resources: given }),
  }));
  return { metadata: { name: 'p', namespace }, spec: { containers } };
}

test('containers get the requests and limits that they leave out, and the Pod tells which', async () => {
  const api = await limited({
    type: 'Container',
    default: { cpu: '1', memory: '512Mi' },
    defaultRequest: { cpu: '500m', memory: '256Mi' },
  });
  const given = pod({ limits: { cpu: '2' } }, undefined);
  const init: Container = { name: 'i', image: 'x', resources: { requests: { cpu: '1m', memory: '1Mi' } } };
  const spec = { containers: given.spec?.containers ?? [], initContainers: [init] };
  const made = await api.create(kinds.Pod, { ...given, spec });
  expect(made.spec?.containers?.map(({ resources }) => resources)).toEqual([
    { limits: { cpu: '2', memory: '512Mi' }, requests: { cpu: '2', memory: '256Mi' } },
    { limits: { cpu: '1', memory: '512Mi' }, requests: { cpu: '500m', memory: '256Mi' } },
  ]);
  expect(made.spec?.initContainers?.[0]?.resources).toEqual({
    limits: { cpu: '1', memory: '512Mi' },
    requests: { cpu: '1m', memory: '1Mi' },
  });
  expect(made.metadata?.annotations).toEqual({
    'kubernetes.io/limit-ranger':
      'LimitRanger plugin set: memory request for container c0; memory limit for container c0; cpu, memory request for container c1; cpu, memory limit for container c1; cpu, memory limit for init container i',
  });
});

const minimum: LimitRangeItem = { type: 'Container', min: { cpu: '200m' } };
const maximum: LimitRangeItem = { type: 'Container', max: { cpu: '800m' }, default: { cpu: '400m' } };
const wholeMaximum: LimitRangeItem = { type: 'Pod', max: { memory: '1Gi' } };
const wholeMinimum: LimitRangeItem = { type: 'Pod', min: { memory: '1Gi' } };
const ratio: LimitRangeItem = { type: 'Container', maxLimitRequestRatio: { cpu: '2' } };
const megabytes = (amount: number): Resources => ({
  limits: { memory: `${amount}Mi` },
  requests: { memory: `${amount}Mi` },
});

test.each<[string, LimitRangeItem, Pod]>([
  [
    'minimum cpu usage per Container is 200m, but request is 100m',
    minimum,
    pod({ requests: { cpu: '0.1' } }),
  ],
  [
    'maximum cpu usage per Container is 800m, but limit is 1500m',
    maximum,
    pod({ requests: { cpu: '500m' }, limits: { cpu: '1.5' } }),
  ],
  [
    '[maximum cpu usage per Container is 800m, but limit is 1, maximum cpu usage per Container is 800m, but limit is 2]',
    maximum,
    pod({ limits: { cpu: '1' } }, { limits: { cpu: '2' } }),
  ],
  [
    'maximum memory usage per Pod is 1Gi, but limit is 1200Mi',
    wholeMaximum,
    pod(megabytes(600), megabytes(600)),
  ],
  ['maximum memory usage per Pod is 1Gi.  No limit is specified', wholeMaximum, pod(undefined)],
  ['minimum memory usage per Pod is 1Gi, but request is 512Mi', wholeMinimum, pod(megabytes(512))],
  ['minimum memory usage per Pod is 1Gi.  No request is specified', wholeMinimum, pod(undefined)],
  [
    'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    ratio,
    pod({ requests: { cpu: '100m' }, limits: { cpu: '300m' } }),
  ],
  [
    'cpu max limit to request ratio per Container is 2, but no request is specified or request is 0',
    ratio,
    pod(undefined),
  ],
])('%s', async (why, item, given) => {
  const api = await limited(item);
  await expect(api.create(kinds.Pod, given)).rejects.toMatchObject({
    status: { code: 403, reason: 'Forbidden', message: `pods "p" is forbidden: ${why}` },
  });
});

test('what keeps to the bounds is let in; sidecars count with the containers, init containers by the largest', async () => {
  const api = await limited(wholeMaximum, { type: 'Container', max: { memory: '1Gi' } });
  const spec = {
    initContainers: [
      { name: 'i', image: 'x', resources: megabytes(900) },
      { name: 's', image: 'x', restartPolicy: 'Always', resources: megabytes(400) },
    ],
    containers: [{ name: 'c', image: 'x', resources: megabytes(600) }],
  };
  await api.create(kinds.Pod, { metadata: { name: 'p', namespace }, spec });
  const more = { ...spec, containers: [{ name: 'c', image: 'x', resources: megabytes(700) }] };
  await expect(api.create(kinds.Pod, { metadata: { name: 'q', namespace }, spec: more })).rejects.toThrow(
    'pods "q" is forbidden: maximum memory usage per Pod is 1Gi, but limit is 1100Mi',
  );
});

test('a LimitRange says nothing about Pods of other Namespaces', async () => {
  const api = await limited(wholeMaximum);
  await api.create(kinds.Namespace, { metadata: { name: 'default2' } });
  await api.create(kinds.Pod, { ...pod(undefined), metadata: { name: 'p', namespace: 'default2' } });
});

test('claims have to keep to the bounds, also when they grow', async () => {
  const api = await limited({
    type: 'PersistentVolumeClaim',
    min: { storage: '1Gi' },
    max: { storage: '2Gi' },
  });
  const claim = (storage: string) => ({
    metadata: { name: 'data', namespace },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  });
  await expect(api.create(kinds.PersistentVolumeClaim, claim('5Gi'))).rejects.toThrow(
    'persistentvolumeclaims "data" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi',
  );
  await expect(api.create(kinds.PersistentVolumeClaim, claim('500Mi'))).rejects.toThrow(
    'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi',
  );
  const made = await api.create(kinds.PersistentVolumeClaim, claim('2Gi'));
  const grown = { ...made, spec: { ...made.spec, resources: { requests: { storage: '3Gi' } } } };
  await expect(api.update(kinds.PersistentVolumeClaim, grown)).rejects.toThrow(
    'maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi',
  );
});
