import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../../src/api/generated/core-v1.js';
import { kinds } from '../../../src/api/kinds.js';
import type { Clock } from '../../../src/lib/clock.js';
import { systemClock } from '../../../src/lib/system-clock.js';
import { until } from '../../tools/eventually.js';
import { type NodeCluster, startNodeCluster } from './cluster.js';
import { startTestMachine, type TestMachine } from './node.js';

/** The machine's clock, which a test may put forward; timers run as ever. */
class ShiftedClock implements Clock {
  aheadMs = 0;
  now(): number {
    return systemClock.now() + this.aheadMs;
  }
  after: Clock['after'] = (...args) => systemClock.after(...args);
  sleep: Clock['sleep'] = (...args) => systemClock.sleep(...args);
}

const directory = '/var/run/secrets/kubernetes.io/serviceaccount';
const clock = new ShiftedClock();
let machine: TestMachine;
let cluster: NodeCluster;

beforeAll(async () => {
  machine = await startTestMachine();
  cluster = await startNodeCluster(machine, { clock });
});

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await machine?.[Symbol.asyncDispose]();
});

const create = (name: string, spec: Partial<PodSpec> = {}): Promise<Pod> =>
  cluster.client.create(kinds.Pod, {
    metadata: { name, namespace: 'default' },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'busybox:1', command: ['sleep', '1000'] }],
      ...spec,
    },
  });
const read = (name: string, file: string): Promise<string> =>
  cluster.exec(name, 'cat', `${directory}/${file}`);
/** Mode, owner and group of what the link ends in. */
const statOf = (name: string): Promise<string> =>
  cluster.exec(name, 'stat', '-L', '-c', '%a %u %g', `${directory}/token`);
const verdictOn = (token: string) => cluster.controlPlane.apiServer.registry.tokens.authenticate(token);

it('a Pod finds its token, the certificate and its namespace', async () => {
  const { metadata } = await create('plain');
  await cluster.ready('plain');
  expect(verdictOn(await read('plain', 'token'))).toMatchObject({
    valid: true,
    user: {
      name: 'system:serviceaccount:default:default',
      extra: {
        'authentication.kubernetes.io/pod-name': ['plain'],
        'authentication.kubernetes.io/pod-uid': [metadata?.uid],
        'authentication.kubernetes.io/node-name': ['node-0'],
      },
    },
  });
  expect(await read('plain', 'ca.crt')).toBe('a certificate');
  expect(await read('plain', 'namespace')).toBe('default');
  expect(await statOf('plain')).toBe('644 0 0\n');
  expect(await cluster.events('plain')).not.toContainEqual(expect.stringContaining('FailedMount'));
  await expect(cluster.exec('plain', 'touch', `${directory}/other`)).rejects.toThrow('Read-only file system');
});

it('only its user may read it where there is one, and its group where there is one', async () => {
  await create('user', { securityContext: { runAsUser: 1234 } });
  await create('group', { securityContext: { runAsUser: 1234, fsGroup: 77 } });
  await Promise.all([cluster.ready('user'), cluster.ready('group')]);
  expect(await statOf('user')).toBe('600 1234 0\n');
  expect(await statOf('group')).toBe('640 1234 77\n');
  expect(verdictOn(await read('user', 'token')).valid).toBe(true);
  expect(verdictOn(await read('group', 'token')).valid).toBe(true);
});

it('a token for others is projected where the Pod asks for it', async () => {
  const projection = { path: 'vault/token', audience: 'vault', expirationSeconds: 600 };
  const container = {
    name: 'main',
    image: 'busybox:1',
    command: ['sleep', '1000'],
    volumeMounts: [{ name: 'vault', mountPath: '/tokens' }],
  };
  await create('vault', {
    automountServiceAccountToken: false,
    containers: [container],
    volumes: [{ name: 'vault', projected: { sources: [{ serviceAccountToken: projection }] } }],
  });
  await cluster.ready('vault');
  const token = await cluster.exec('vault', 'cat', '/tokens/vault/token');
  const { tokens } = cluster.controlPlane.apiServer.registry;
  expect(tokens.authenticate(token).valid).toBe(false);
  expect(tokens.authenticate(token, ['vault'])).toMatchObject({ valid: true, audiences: ['vault'] });
  await expect(cluster.exec('vault', 'ls', directory)).rejects.toThrow('No such file');
});

it('the file is renewed at four fifths of its life, under a container that runs on', async () => {
  await create('lasting');
  const before = await cluster.ready('lasting');
  const first = await read('lasting', 'token');
  const touch = (): Promise<Pod> =>
    cluster.client.modify(kinds.Pod, { namespace: 'default', name: 'lasting' }, (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, annotations: { touched: String(clock.aheadMs) } },
    }));
  clock.aheadMs += 47 * 60_000;
  await touch();
  await cluster.agent.idle();
  expect(await read('lasting', 'token')).toBe(first);
  clock.aheadMs += 2 * 60_000;
  await touch();
  const next = await until(
    'another token',
    () => read('lasting', 'token'),
    (token) => token !== first,
  );
  expect(verdictOn(next).valid).toBe(true);
  const after = cluster.pod('lasting');
  expect(after?.status?.containerStatuses?.[0]).toMatchObject({
    restartCount: 0,
    containerID: before.status?.containerStatuses?.[0]?.containerID,
  });
  await cluster.client.delete(kinds.Pod, { namespace: 'default', name: 'lasting' });
  await cluster.until('lasting', (pod) => pod === undefined);
  expect(verdictOn(next)).toEqual({ valid: false, why: 'service account token has been invalidated' });
});

it('a Pod whose account goes before it starts waits for it, and says so', async () => {
  const key = { namespace: 'default', name: 'late' };
  await cluster.client.create(kinds.ServiceAccount, { metadata: key });
  await create('late', { serviceAccountName: 'late', schedulingGates: [{ name: 'wait' }] });
  await cluster.client.delete(kinds.ServiceAccount, key);
  await cluster.client.modify(kinds.Pod, key, (pod) => ({
    ...pod,
    spec: { ...pod.spec, containers: pod.spec?.containers ?? [], schedulingGates: [] },
  }));
  await until(
    'an Event',
    () => cluster.events('late'),
    (events) =>
      events.some((event) =>
        /^FailedMount: MountVolume.SetUp failed for volume "kube-api-access-\w+" : failed to fetch token: serviceaccounts "late" not found$/.test(
          event,
        ),
      ),
  );
  await cluster.client.create(kinds.ServiceAccount, { metadata: key });
  await cluster.ready('late');
});
