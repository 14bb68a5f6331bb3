import { describe, expect, test } from 'vitest';
import type { PodSpec, ServiceAccount } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { type TestServer, testServer } from '../server.fixture.js';

const main = { name: 'main', image: 'busybox' };
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const volumeName = /^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/** A server that wants accounts, with the account `default` as given. */
async function world(account: Partial<ServiceAccount> = {}): Promise<TestServer> {
  const server = await testServer({ accountsRequired: true });
  await server.api.create(kinds.ServiceAccount, {
    ...account,
    metadata: { ...account.metadata, namespace: 'default', name: 'default' },
  });
  return server;
}

async function specOf(
  { api }: Pick<TestServer, 'api'>,
  spec: Partial<PodSpec> = {},
): Promise<PodSpec | undefined> {
  const metadata = { namespace: 'default', name: 'p' };
  return (await api.create(kinds.Pod, { metadata, spec: { containers: [main], ...spec } })).spec;
}

describe('a Pod', () => {
  test('gets the token, the certificate and the namespace where clients look for them', async () => {
    const spec = await specOf(await world(), { initContainers: [{ ...main, name: 'first' }] });
    expect(spec).toMatchObject({ serviceAccountName: 'default', serviceAccount: 'default' });
    expect(spec?.volumes).toEqual([
      {
        name: expect.stringMatching(volumeName),
        projected: {
          defaultMode: 420,
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
            { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
            {
              downwardAPI: {
                items: [
                  { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
                ],
              },
            },
          ],
        },
      },
    ]);
    const mount = { name: spec?.volumes?.[0]?.name, readOnly: true, mountPath };
    for (const container of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])])
      expect(container.volumeMounts).toEqual([mount]);
  });

  test('keeps what it mounts there itself', async () => {
    const own = { name: 'own', emptyDir: {} };
    const mounted = { ...main, volumeMounts: [{ name: 'own', mountPath }] };
    const alone = await specOf(await world(), { containers: [mounted], volumes: [own] });
    expect(alone?.volumes?.map(({ name }) => name)).toEqual(['own']);
    const containers = [mounted, { ...main, name: 'side' }];
    const both = await specOf(await world(), { containers, volumes: [own] });
    expect(both?.volumes?.[1]?.name).toMatch(volumeName);
    expect(both?.containers.map(({ volumeMounts }) => volumeMounts?.length)).toEqual([1, 1]);
    expect(both?.containers[0]?.volumeMounts?.[0]?.name).toBe('own');
  });

  const automount: [string, boolean | undefined, boolean | undefined, boolean][] = [
    ['nobody says anything', undefined, undefined, true],
    ['the account says no', undefined, false, false],
    ['the Pod says no', false, undefined, false],
    ['the Pod says yes, the account no', true, false, true],
    ['the Pod says no, the account yes', false, true, false],
  ];
  test.each(automount)('mounts the token or not: %s', async (_name, ofPod, ofAccount, expected) => {
    const server = await world(ofAccount === undefined ? {} : { automountServiceAccountToken: ofAccount });
    const spec = await specOf(server, ofPod === undefined ? {} : { automountServiceAccountToken: ofPod });
    expect(spec?.volumes?.length ?? 0).toBe(expected ? 1 : 0);
  });

  test("pulls with its account's Secrets unless it names its own", async () => {
    const server = await world({ imagePullSecrets: [{ name: 'registry' }] });
    expect((await specOf(server))?.imagePullSecrets).toEqual([{ name: 'registry' }]);
    const own = await specOf(await world({ imagePullSecrets: [{ name: 'registry' }] }), {
      imagePullSecrets: [{ name: 'mine' }],
    });
    expect(own?.imagePullSecrets).toEqual([{ name: 'mine' }]);
  });

  test('of an account that is not there is refused at once', async () => {
    await expect(specOf(await world(), { serviceAccountName: 'robot' })).rejects.toThrow(
      'pods "p" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
    );
  });

  test('waits a moment for the account of a new Namespace', async () => {
    const server = await testServer({ accountsRequired: true });
    const created = specOf(server);
    const metadata = { namespace: 'default', name: 'default' };
    await server.api.create(kinds.ServiceAccount, { metadata });
    expect((await created)?.serviceAccountName).toBe('default');
  });

  test('and is refused when it does not come', async () => {
    const server = await testServer({ accountsRequired: true });
    const created = specOf(server);
    const refused = expect(created).rejects.toThrow(
      'pods "p" is forbidden: error looking up service account default/default: serviceaccount "default" not found',
    );
    await server.clock.advance(1000);
    await refused;
  });

  test('has only its name on a server without accounts', async () => {
    const spec = await specOf(await testServer());
    expect(spec).toMatchObject({ serviceAccountName: 'default' });
    expect(spec?.volumes).toBeUndefined();
  });
});

describe('an account that enforces its Secrets', () => {
  const enforcing = {
    metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
    secrets: [{ name: 'listed' }],
    imagePullSecrets: [{ name: 'registry' }],
  };
  const because = 'is not allowed because service account default does not reference that secret';
  const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'x', key: 'k' } } }];
  const refusals: [string, Partial<PodSpec>, string][] = [
    [
      'in a volume',
      { volumes: [{ name: 'v', secret: { secretName: 'x' } }] },
      `volume with secret.secretName="x" ${because}`,
    ],
    [
      'in a variable',
      { containers: [{ ...main, env }] },
      `container main with envVar A referencing secret.secretName="x" ${because}`,
    ],
    [
      'in the variables of an init container',
      { initContainers: [{ ...main, name: 'first', envFrom: [{ secretRef: { name: 'x' } }] }] },
      `init container first with envFrom referencing secret.secretName="x" ${because}`,
    ],
    [
      'for pulls',
      { imagePullSecrets: [{ name: 'x' }] },
      'imagePullSecrets[0].name="x" is not allowed because service account default does not reference that imagePullSecret',
    ],
  ];
  test.each(refusals)('refuses another one %s', async (_name, spec, message) => {
    await expect(specOf(await world(enforcing), spec)).rejects.toThrow(`pods "p" is forbidden: ${message}`);
  });

  test('lets those pass that it lists', async () => {
    const volumes = [{ name: 'v', secret: { secretName: 'listed' } }];
    expect((await specOf(await world(enforcing), { volumes }))?.volumes?.[0]?.name).toBe('v');
  });
});
