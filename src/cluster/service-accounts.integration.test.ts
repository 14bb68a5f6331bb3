import { expect, it } from 'vitest';
import type { Secret } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { startTestCluster, type TestCluster } from './test-cluster.fixture.js';

const rootCertificate = Promise.resolve('PEM');
const start = (): Promise<TestCluster> => startTestCluster({ rootCertificate });

it('a Pod that is created right after its Namespace finds its account', async () => {
  await using cluster = await start();
  const { client } = cluster;
  await client.create(kinds.Namespace, { metadata: { name: 'shop' } });
  const pod = await client.create(kinds.Pod, {
    metadata: { namespace: 'shop', name: 'p' },
    spec: { containers: [{ name: 'main', image: 'i' }] },
  });
  expect(pod.spec?.volumes?.[0]?.name).toMatch(/^kube-api-access-/);
});

it('every Namespace has the certificate, also after it was changed or deleted', async () => {
  await using cluster = await start();
  const { client } = cluster;
  const key = { namespace: 'shop', name: 'kube-root-ca.crt' };
  await client.create(kinds.Namespace, { metadata: { name: 'shop' } });
  await cluster.settle();
  const first = await client.get(kinds.ConfigMap, key);
  expect(first.data).toEqual({ 'ca.crt': 'PEM' });
  await client.update(kinds.ConfigMap, { ...first, data: { 'ca.crt': 'forged', more: 'x' } });
  await cluster.settle();
  expect((await client.get(kinds.ConfigMap, key)).data).toEqual({ 'ca.crt': 'PEM' });
  await client.delete(kinds.ConfigMap, key);
  await cluster.settle();
  const again = await client.get(kinds.ConfigMap, key);
  expect(again.data).toEqual({ 'ca.crt': 'PEM' });
  expect(again.metadata?.uid).not.toBe(first.metadata?.uid);
  await client.delete(kinds.Namespace, { name: 'shop' });
  await cluster.clock.advance(5000);
  await expect(client.get(kinds.Namespace, { name: 'shop' })).rejects.toThrow('not found');
});

const tokenSecret: Secret = {
  type: 'kubernetes.io/service-account-token',
  metadata: {
    namespace: 'default',
    name: 'robots-token',
    annotations: { 'kubernetes.io/service-account.name': 'robot' },
  },
};

function text(secret: Secret, key: string): string {
  return Buffer.from(secret.data?.[key] ?? '', 'base64').toString();
}

it('a Secret for a token is filled; its token holds as long as it lies there', async () => {
  await using cluster = await start();
  const { client } = cluster;
  const { tokens } = cluster.controlPlane.apiServer.registry;
  const key = { namespace: 'default', name: 'robots-token' };
  await client.create(kinds.ServiceAccount, { metadata: { namespace: 'default', name: 'robot' } });
  await client.create(kinds.Secret, tokenSecret);
  await cluster.settle();
  const secret = await client.get(kinds.Secret, key);
  expect([text(secret, 'ca.crt'), text(secret, 'namespace')]).toEqual(['PEM', 'default']);
  const token = text(secret, 'token');
  expect(tokens.authenticate(token)).toMatchObject({
    valid: true,
    user: { name: 'system:serviceaccount:default:robot' },
  });
  await cluster.clock.advance(2 * 3_600_000);
  expect(tokens.authenticate(token).valid).toBe(true);
  await client.update(kinds.Secret, { ...secret, data: { ...secret.data, token: 'b3RoZXI=' } });
  expect(tokens.authenticate(token)).toEqual({
    valid: false,
    why: "service account token does not match server's copy",
  });
  await client.delete(kinds.Secret, key);
  expect(tokens.authenticate(token).valid).toBe(false);
});

it('a Secret for a token goes with its account', async () => {
  await using cluster = await start();
  const { client } = cluster;
  const key = { namespace: 'default', name: 'robots-token' };
  await client.create(kinds.ServiceAccount, { metadata: { namespace: 'default', name: 'robot' } });
  await client.create(kinds.Secret, tokenSecret);
  await cluster.settle();
  await client.delete(kinds.ServiceAccount, { namespace: 'default', name: 'robot' });
  await cluster.settle();
  await expect(client.get(kinds.Secret, key)).rejects.toThrow('secrets "robots-token" not found');
});

it('a Secret for a token has to name its account', async () => {
  await using cluster = await start();
  const unnamed = { ...tokenSecret, metadata: { namespace: 'default', name: 's' } };
  await expect(cluster.client.create(kinds.Secret, unnamed)).rejects.toThrow(
    'Secret "s" is invalid: metadata.annotations[kubernetes.io/service-account.name]: Required value',
  );
});

const sets = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { serviceAccountName: robot, containers: [{ name: main, image: i }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { serviceAccountName: robot, containers: [{ name: main, image: i }] }
`;

it('sets whose account is missing say so, and go on when it is there', async () => {
  await using cluster = await start();
  await cluster.apply(sets);
  await cluster.settle();
  expect(cluster.pods()).toEqual([]);
  const why =
    'pods "db-0" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found';
  expect(await cluster.events('db')).toContainEqual(expect.stringContaining(why));
  await cluster.client.create(kinds.ServiceAccount, { metadata: { namespace: 'default', name: 'robot' } });
  await cluster.until(() => cluster.ready().length === 4);
  expect(cluster.ready().slice(0, 2)).toEqual(['db-0', 'db-1']);
});
