import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TokenRequest, TokenRequestSpec } from '../../api/generated/authentication-v1.js';
import { kinds } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import type { ResourceApi, UserInfo } from '../../api/resource-api.js';
import { type TestServer, testServer } from '../server.fixture.js';
import { createSigningKey } from './signing-key.js';

const issuer = 'https://kubernetes.default.svc.cluster.local';
const account = { namespace: 'default', name: 'robot' };
const minute = 60_000;

type Answer = KubeObject & Pick<TokenRequest, 'status' | 'spec'>;

function ask(api: ResourceApi, spec: TokenRequestSpec = {}, metadata = {}): Promise<Answer> {
  const body: TokenRequest = { metadata, spec };
  return api.createSub(kinds.ServiceAccount, account, 'token', body);
}

async function tokenOf(api: ResourceApi, spec?: TokenRequestSpec): Promise<string> {
  return (await ask(api, spec)).status?.token ?? '';
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** A server with the account `robot` and a Pod `p` of its on node `n`. */
async function world(): Promise<TestServer & { readonly podUid: string; readonly accountUid: string }> {
  const server = await testServer();
  const { api } = server;
  const made = await api.create(kinds.ServiceAccount, { metadata: account });
  await api.create(kinds.Node, { metadata: { name: 'n' } });
  const pod = await api.create(kinds.Pod, {
    metadata: { namespace: 'default', name: 'p' },
    spec: {
      serviceAccountName: 'robot',
      nodeName: 'n',
      containers: [{ name: 'main', image: 'i' }],
      volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
    },
  });
  return { ...server, podUid: pod.metadata?.uid ?? '', accountUid: made.metadata?.uid ?? '' };
}

const toPod = (uid?: string): TokenRequestSpec => ({
  boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'p', ...(uid && { uid }) },
});

describe('a TokenRequest', () => {
  test('gives a signed token of an hour, for the API server, and says when it ends', async () => {
    const { api, accountUid } = await world();
    const answer = await ask(api);
    expect(answer).toMatchObject({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { ...account, uid: accountUid, creationTimestamp: '2026-11-22T10:00:00Z' },
      spec: { audiences: [issuer], expirationSeconds: 3600 },
      status: { expirationTimestamp: '2026-11-22T11:00:00Z' },
    });
    const token = answer.status?.token ?? '';
    const now = Date.parse('2026-11-22T10:00:00Z') / 1000;
    expect(claimsOf(token)).toEqual({
      aud: [issuer],
      exp: now + 3600,
      iat: now,
      iss: issuer,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'robot', uid: accountUid } },
      nbf: now,
      sub: 'system:serviceaccount:default:robot',
    });
    const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    expect(header).toEqual({ alg: 'ES256', kid: expect.any(String) });
  });

  test('binds to a Pod, and tells its node', async () => {
    const { api, podUid } = await world();
    const claims = claimsOf(await tokenOf(api, { ...toPod(podUid), audiences: ['vault'] }));
    expect(claims['aud']).toEqual(['vault']);
    expect(claims['kubernetes.io']).toMatchObject({
      pod: { name: 'p', uid: podUid },
      node: { name: 'n', uid: expect.any(String) },
    });
  });

  test('of the lifetime of Pod volumes holds for a year, and says from when on that is a favour', async () => {
    const { api } = await world();
    const answer = await ask(api, { ...toPod(), expirationSeconds: 3607 });
    expect(answer.status?.expirationTimestamp).toBe('2026-11-22T11:00:07Z');
    const claims = claimsOf(answer.status?.token ?? '');
    const now = Date.parse('2026-11-22T10:00:00Z') / 1000;
    expect(claims).toMatchObject({ exp: now + 31_536_000, 'kubernetes.io': { warnafter: now + 3607 } });
    const elsewhere = claimsOf(
      await tokenOf(api, { ...toPod(), expirationSeconds: 3607, audiences: ['vault'] }),
    );
    expect(elsewhere['exp']).toBe(now + 3607);
  });

  const refusals: [string, TokenRequestSpec, string, object?][] = [
    [
      'shorter than ten minutes',
      { expirationSeconds: 599 },
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    ],
    [
      'longer than 2^32 seconds',
      { expirationSeconds: 2 ** 32 + 1 },
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
    ],
    [
      'for another Pod of the name',
      toPod('other'),
      'Operation cannot be fulfilled on Pod "p": the UID in the bound object reference (other) does not match the UID in record. The object might have been deleted and then recreated',
    ],
    [
      'for a Pod that is not there',
      { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'q' } },
      'pods "q" not found',
    ],
    [
      'for another kind',
      { boundObjectRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } },
      'cannot bind token to object of type apps/v1, Kind=Deployment',
    ],
    [
      'for another account of the name',
      {},
      'Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "robot": the UID in the token request (x) does not match the UID of the service account',
      { uid: 'x' },
    ],
    [
      'with another name in its body',
      {},
      'TokenRequest.authentication.k8s.io "robot" is invalid: metadata.name: Invalid value: "eve": must match the service account name if specified',
      { name: 'eve' },
    ],
  ];
  test.each(refusals)('is refused %s', async (_name, spec, message, metadata) => {
    const { api } = await world();
    await expect(ask(api, spec, metadata)).rejects.toThrow(message);
  });

  test('is refused for a Pod of another account', async () => {
    const { api } = await world();
    await api.create(kinds.ServiceAccount, { metadata: { namespace: 'default', name: 'other' } });
    const body: TokenRequest = { spec: toPod() };
    await expect(
      api.createSub(kinds.ServiceAccount, { namespace: 'default', name: 'other' }, 'token', body),
    ).rejects.toThrow(
      'cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.',
    );
  });

  test('of a node has to be for a Pod that runs there', async () => {
    const { local, podUid } = await world();
    const node = (name: string): UserInfo => ({ name: `system:node:${name}`, groups: ['system:nodes'] });
    const own = local.as(node('n'));
    expect((await ask(own, toPod(podUid))).status?.token).toBeTruthy();
    await expect(ask(own)).rejects.toThrow(
      'serviceaccounts "robot" is forbidden: node requested token not bound to a pod',
    );
    await expect(ask(own, toPod())).rejects.toThrow('node requested token with a pod binding without a uid');
    await expect(ask(own, { ...toPod(podUid), audiences: ['vault'] })).rejects.toThrow(
      'audience "vault" not found in pod spec volume, system:node:n is not authorized to request tokens for this audience',
    );
    await expect(ask(own, { ...toPod(podUid), audiences: ['a', 'b'] })).rejects.toThrow(
      'node may only request 0 or 1 audiences',
    );
    await expect(ask(local.as(node('m')), toPod(podUid))).rejects.toThrow(
      'node requested token bound to a pod scheduled on a different node',
    );
  });

  test('needs the right to create serviceaccounts/token', async () => {
    const { local } = await world();
    await expect(ask(local.as({ name: 'eve', groups: [] }))).rejects.toThrow(
      'User "eve" cannot create resource "serviceaccounts/token" in API group "" in the namespace "default"',
    );
  });
});

describe('a token', () => {
  const user = {
    name: 'system:serviceaccount:default:robot',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
  };

  test('stands for its account', async () => {
    const { server, api, accountUid, podUid } = await world();
    const { tokens } = server.registry;
    const extra = (more: object): object => ({
      'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)],
      ...more,
    });
    expect(tokens.authenticate(await tokenOf(api))).toEqual({
      valid: true,
      audiences: [issuer],
      user: { ...user, uid: accountUid, extra: extra({}) },
    });
    expect(tokens.authenticate(await tokenOf(api, toPod()))).toMatchObject({
      user: {
        extra: extra({
          'authentication.kubernetes.io/pod-name': ['p'],
          'authentication.kubernetes.io/pod-uid': [podUid],
          'authentication.kubernetes.io/node-name': ['n'],
          'authentication.kubernetes.io/node-uid': [expect.any(String)],
        }),
      },
    });
  });

  test('ends when its time is over, with a minute for clocks that differ', async () => {
    const { server, api, clock } = await world();
    const { tokens } = server.registry;
    const token = await tokenOf(api, { expirationSeconds: 600 });
    await clock.advance(11 * minute);
    expect(tokens.authenticate(token).valid).toBe(true);
    await clock.advance(1);
    expect(tokens.authenticate(token)).toEqual({ valid: false, why: 'service account token has expired' });
  });

  test('ends with its account, also when another one takes the name', async () => {
    const { server, api, accountUid } = await world();
    const { tokens } = server.registry;
    const token = await tokenOf(api);
    expect(tokens.authenticate(token).valid).toBe(true);
    await api.delete(kinds.ServiceAccount, account);
    expect(tokens.authenticate(token)).toEqual({ valid: false, why: 'serviceaccounts "robot" not found' });
    const next = await api.create(kinds.ServiceAccount, { metadata: account });
    expect(tokens.authenticate(token)).toEqual({
      valid: false,
      why: `service account UID (${next.metadata?.uid}) does not match claim (${accountUid})`,
    });
  });

  test('ends with the Pod, the Secret or the node that it is bound to', async () => {
    const { server, api } = await world();
    const { tokens } = server.registry;
    await api.create(kinds.Secret, { metadata: { namespace: 'default', name: 's' } });
    const bound = (kind: string, name: string): Promise<string> =>
      tokenOf(api, { boundObjectRef: { apiVersion: 'v1', kind, name } });
    const [toPodP, toSecret, toNode] = [
      await bound('Pod', 'p'),
      await bound('Secret', 's'),
      await bound('Node', 'n'),
    ];
    const ends = { valid: false, why: 'service account token has been invalidated' };
    await api.delete(kinds.Pod, { namespace: 'default', name: 'p' }, { gracePeriodSeconds: 0 });
    expect(tokens.authenticate(toPodP)).toEqual(ends);
    expect(tokens.authenticate(toSecret).valid).toBe(true);
    await api.delete(kinds.Secret, { namespace: 'default', name: 's' });
    expect(tokens.authenticate(toSecret)).toEqual(ends);
    expect(tokens.authenticate(toNode).valid).toBe(true);
    await api.delete(kinds.Node, { name: 'n' });
    expect(tokens.authenticate(toNode)).toEqual(ends);
  });

  test('holds while its Pod is being stopped, and no longer', async () => {
    const { server, api, clock } = await world();
    const { tokens } = server.registry;
    const token = await tokenOf(api, toPod());
    await api.delete(kinds.Pod, { namespace: 'default', name: 'p' }, { gracePeriodSeconds: 30 });
    await clock.advance(90_000);
    expect(tokens.authenticate(token).valid).toBe(true);
    await clock.advance(1000);
    expect(tokens.authenticate(token).valid).toBe(false);
  });

  test('for others is not for the API server', async () => {
    const { server, api } = await world();
    const token = await tokenOf(api, { audiences: ['vault', 'b'] });
    expect(server.registry.tokens.authenticate(token)).toEqual({
      valid: false,
      why: `token audiences ["vault" "b"] is invalid for the target audiences ["${issuer}"]`,
    });
    expect(server.registry.tokens.authenticate(token, ['vault', 'c'])).toMatchObject({
      valid: true,
      audiences: ['vault'],
    });
  });

  test('of another cluster, forged, or signed by nobody is worth nothing', async () => {
    const { server, api } = await world();
    const { tokens } = server.registry;
    const other = await world();
    const token = await tokenOf(api);
    const [header = '', claims = '', signature = ''] = token.split('.');
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const admin = part({ ...claimsOf(token), sub: 'system:serviceaccount:kube-system:default' });
    const byHash = `${part({ alg: 'HS256' })}.${claims}`;
    const pem = tokens.key.publicKey.export({ type: 'spki', format: 'pem' });
    const forged = [
      await tokenOf(other.api),
      `${header}.${admin}.${signature}`,
      `${part({ alg: 'none' })}.${claims}.`,
      `${part({ alg: 'none' })}.${claims}.${signature}`,
      `${byHash}.${createHmac('sha256', pem).update(byHash).digest('base64url')}`,
      `${header}.${claims}`,
      `${token}.${signature}`,
      `${token}=`,
      token.slice(0, -2),
      'nonsense',
      '',
    ];
    for (const one of forged) {
      expect(tokens.authenticate(one), one).toEqual({ valid: false, why: 'invalid bearer token' });
    }
    expect(tokens.authenticate(token).valid).toBe(true);
  });

  test('holds across a restart of the server with the same key, and not with another', async () => {
    const accountKey = createSigningKey();
    const first = await testServer({ accountKey });
    await first.api.create(kinds.ServiceAccount, { metadata: account });
    const token = await tokenOf(first.api);
    const { createApiServer } = await import('../api-server.js');
    const again = (key: string) =>
      createApiServer({ ...first.server.options, store: first.store, accountKey: key }).registry.tokens;
    expect(again(accountKey).authenticate(token).valid).toBe(true);
    expect(again(createSigningKey()).authenticate(token).valid).toBe(false);
  });
});

describe('a TokenReview', () => {
  const review = async (api: ResourceApi, token: string, audiences?: readonly string[]) =>
    (await api.create(kinds.TokenReview, { spec: { token, ...(audiences && { audiences }) } })).status;

  test('says whose a token is, and for which of the audiences', async () => {
    const { api, accountUid } = await world();
    expect(await review(api, await tokenOf(api))).toMatchObject({
      authenticated: true,
      audiences: [issuer],
      user: { username: 'system:serviceaccount:default:robot', uid: accountUid },
    });
    const forVault = await tokenOf(api, { audiences: ['vault'] });
    expect(await review(api, forVault, ['vault', 'x'])).toMatchObject({
      authenticated: true,
      audiences: ['vault'],
    });
    expect(await review(api, forVault)).toEqual({
      user: {},
      error: `[invalid bearer token, token audiences ["vault"] is invalid for the target audiences ["${issuer}"]]`,
    });
  });

  test('says what is wrong with one', async () => {
    const { api, clock } = await world();
    expect(await review(api, 'nonsense')).toEqual({ user: {}, error: 'invalid bearer token' });
    const token = await tokenOf(api, { expirationSeconds: 600 });
    await clock.advance(12 * minute);
    expect(await review(api, token)).toMatchObject({
      error: '[invalid bearer token, service account token has expired]',
    });
    await expect(review(api, '')).rejects.toThrow('token is required for TokenReview in authentication');
  });
});
