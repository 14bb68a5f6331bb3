import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod, Secret, ServiceAccount } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { readTable } from '../tools/table.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

let cluster: PaperCluster;

beforeAll(async () => {
  cluster = await startPaperCluster();
});

afterAll(() => cluster?.[Symbol.asyncDispose]());

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.trim().split('.')[1] ?? '', 'base64url').toString());
}

const robot = 'system:serviceaccount:robots:robot';

describe.each(kubectlVersions)('ServiceAccounts with kubectl %s', (version) => {
  let kubectl: Kubectl;
  /** The same kubectl without a certificate. */
  let bare: Kubectl;
  beforeAll(async () => {
    const admin = cluster.kubectl(version);
    await admin.ok(['create', 'namespace', 'robots']);
    kubectl = admin.in('robots');
    bare = cluster.stranger(version).in('robots');
  });
  afterAll(() => cluster.kubectl(version).ok(['delete', 'namespace', 'robots']));

  it('are created, and every Namespace has one and the certificate', async () => {
    expect(await kubectl.ok(['create', 'serviceaccount', 'robot'])).toBe('serviceaccount/robot created\n');
    const { rows } = readTable(await kubectl.ok(['get', 'serviceaccounts']));
    expect(rows.map(({ NAME, SECRETS }) => [NAME, SECRETS])).toEqual([
      ['default', '0'],
      ['robot', '0'],
    ]);
    expect(await kubectl.ok(['describe', 'serviceaccount', 'robot'])).toMatch(
      /^Name: +robot\nNamespace: +robots$/m,
    );
    const certificate = await kubectl.ok([
      'get',
      'configmap',
      'kube-root-ca.crt',
      '-o',
      'jsonpath={.data.ca\\.crt}',
    ]);
    expect(certificate).toMatch(/^-----BEGIN CERTIFICATE-----/);
  });

  it('give tokens: for an hour, for as long and for whom it is asked', async () => {
    const token = await kubectl.ok(['create', 'token', 'robot']);
    const claims = claimsOf(token);
    expect(claims).toMatchObject({ sub: robot, iss: 'https://kubernetes.default.svc.cluster.local' });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(3600);
    const day = claimsOf(
      await kubectl.ok(['create', 'token', 'robot', '--duration=24h', '--audience=vault', '--audience=b']),
    );
    expect(Number(day['exp']) - Number(day['iat'])).toBe(86_400);
    expect(day['aud']).toEqual(['vault', 'b']);
    const object = await kubectl.json<{ kind: string; status: { token: string } }>([
      'create',
      'token',
      'robot',
    ]);
    expect(object.kind).toBe('TokenRequest');
    expect(claimsOf(object.status.token)['sub']).toBe(robot);
  });

  it('give tokens that are bound to a Pod or a Secret', async () => {
    const overrides = JSON.stringify({ spec: { serviceAccountName: 'robot' } });
    await kubectl.ok(['run', 'body', '--image=busybox', `--overrides=${overrides}`]);
    const pod = await kubectl.json<Pod>(['get', 'pod', 'body']);
    const bound = ['create', 'token', 'robot', '--bound-object-kind=Pod', '--bound-object-name=body'];
    expect(claimsOf(await kubectl.ok(bound))['kubernetes.io']).toMatchObject({
      pod: { name: 'body', uid: pod.metadata?.uid },
    });
    const wrong = await kubectl.run([...bound, '--bound-object-uid=other']);
    expect(wrong.stderr).toContain('the UID in the bound object reference (other) does not match');
    await kubectl.ok(['create', 'secret', 'generic', 'handle']);
    const token = await kubectl.ok([
      ...['create', 'token', 'robot', '--bound-object-kind=Secret', '--bound-object-name=handle'],
    ]);
    expect(await bare.ok(['auth', 'whoami', `--token=${token}`])).toContain(robot);
    await kubectl.ok(['delete', 'secret', 'handle']);
    const gone = await bare.run(['auth', 'whoami', `--token=${token}`]);
    expect(gone.stderr).toContain('error: You must be logged in to the server (Unauthorized)');
    await kubectl.ok(['delete', 'pod', 'body']);
  });

  it('are refused what is wrong', async () => {
    const short = await kubectl.run(['create', 'token', 'robot', '--duration=1m']);
    expect([short.code, short.stderr]).toEqual([
      1,
      expect.stringContaining('may not specify a duration less than 10 minutes'),
    ]);
    const nobody = await kubectl.run(['create', 'token', 'nobody']);
    expect(nobody.stderr).toBe('error: failed to create token: serviceaccounts "nobody" not found\n');
    const orphan = JSON.stringify({ spec: { serviceAccountName: 'nobody' } });
    const pod = await kubectl.run(['run', 'p', '--image=busybox', `--overrides=${orphan}`]);
    expect(pod.stderr).toBe(
      'Error from server (Forbidden): pods "p" is forbidden: error looking up service account robots/nobody: serviceaccount "nobody" not found\n',
    );
  });

  it('may do what their roles say, with a token and as whom an administrator acts', async () => {
    await kubectl.ok(['create', 'role', 'reader', '--verb=get,list', '--resource=pods']);
    await kubectl.ok(['create', 'rolebinding', 'reader', '--role=reader', '--serviceaccount=robots:robot']);
    const token = `--token=${await kubectl.ok(['create', 'token', 'robot'])}`;
    const pods = await bare.run(['get', 'pods', token]);
    expect([pods.code, pods.stderr]).toEqual([0, 'No resources found in robots namespace.\n']);
    const secrets = await bare.run(['get', 'secrets', token]);
    const denied = `Error from server (Forbidden): secrets is forbidden: User "${robot}" cannot list resource "secrets" in API group "" in the namespace "robots"\n`;
    expect([secrets.code, secrets.stderr]).toEqual([1, denied]);
    const acted = await kubectl.run(['get', 'secrets', `--as=${robot}`]);
    expect([acted.code, acted.stderr]).toEqual([1, denied]);
    expect(await kubectl.ok(['auth', 'can-i', 'list', 'pods', `--as=${robot}`])).toBe('yes\n');
    expect((await kubectl.run(['auth', 'can-i', 'delete', 'pods', `--as=${robot}`])).stdout).toBe('no\n');
    await kubectl.ok(['run', 'shell', '--image=busybox']);
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/shell', '--timeout=10s']);
    const exec = await kubectl.run(['exec', 'shell', `--as=${robot}`, '--', 'true']);
    expect(exec.stderr).toContain(
      `pods "shell" is forbidden: User "${robot}" cannot create resource "pods/exec" in API group "" in the namespace "robots"`,
    );
    await kubectl.ok(['delete', 'pod', 'shell', '--now']);
    const list = await kubectl.ok(['auth', 'can-i', '--list', `--as=${robot}`]);
    expect(list).toMatch(/^pods +\[\] +\[\] +\[get list\]$/m);
    expect(list).toMatch(/^ +\[\/openid\/v1\/jwks\] +\[\] +\[get\]$/m);
  });

  it('know who they are', async () => {
    const token = `--token=${await kubectl.ok(['create', 'token', 'robot'])}`;
    const { metadata } = await kubectl.json<ServiceAccount>(['get', 'serviceaccount', 'robot']);
    const shown = await bare.ok(['auth', 'whoami', token]);
    expect(shown).toMatch(new RegExp(`^Username +${robot}$`, 'm'));
    expect(shown).toMatch(new RegExp(`^UID +${metadata?.uid}$`, 'm'));
    expect(shown).toMatch(
      /^Groups +\[system:serviceaccounts system:serviceaccounts:robots system:authenticated\]$/m,
    );
    expect(shown).toMatch(/^Extra: authentication.kubernetes.io\/credential-id +\[JTI=[0-9a-f-]+\]$/m);
    const acting = await kubectl.ok(['auth', 'whoami', '--as=jane', '--as-group=developers']);
    expect(acting).toMatch(/^Username +jane$/m);
    expect(acting).toMatch(/^Groups +\[developers system:authenticated\]$/m);
    const refused = await bare.run(['get', 'pods', '--as=jane', token]);
    expect(refused.stderr).toBe(
      `Error from server (Forbidden): users "jane" is forbidden: User "${robot}" cannot impersonate resource "users" in API group "" at the cluster scope\n`,
    );
  });

  it('have a lasting token in a Secret when one is made for them', async () => {
    const manifest = `
apiVersion: v1
kind: Secret
type: kubernetes.io/service-account-token
metadata: { name: lasting, annotations: { kubernetes.io/service-account.name: robot } }
`;
    await kubectl.ok(['apply', '-f', '-'], { input: manifest });
    const secret = await until(
      'the Secret is filled',
      () => kubectl.json<Secret>(['get', 'secret', 'lasting']),
      ({ data }) => data?.['token'] !== undefined,
    );
    expect(Object.keys(secret.data ?? {}).sort()).toEqual(['ca.crt', 'namespace', 'token']);
    const token = Buffer.from(secret.data?.['token'] ?? '', 'base64').toString();
    expect(await bare.ok(['auth', 'whoami', `--token=${token}`])).toContain(robot);
    const described = await kubectl.ok(['describe', 'secret', 'lasting']);
    expect(described).toMatch(/^Type: +kubernetes.io\/service-account-token$/m);
    await kubectl.ok(['delete', 'serviceaccount', 'robot']);
    await kubectl.ok(['wait', '--for=delete', 'secret/lasting', '--timeout=10s']);
  });
});
