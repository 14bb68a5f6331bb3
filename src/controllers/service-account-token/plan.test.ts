import { describe, expect, it } from 'vitest';
import type { Secret } from '../../api/generated/core-v1.js';
import { filled } from './contents.js';
import { planTokenSecret } from './plan.js';

const account = { metadata: { namespace: 'shop', name: 'robot', uid: 'u1' } };
const annotations = { 'kubernetes.io/service-account.name': 'robot' };
const secret: Secret = {
  type: 'kubernetes.io/service-account-token',
  metadata: { namespace: 'shop', name: 's', annotations },
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const whole: Secret = {
  ...secret,
  metadata: {
    ...secret.metadata,
    annotations: { ...annotations, 'kubernetes.io/service-account.uid': 'u1' },
  },
  data: { token: base64('signed'), namespace: base64('shop'), 'ca.crt': base64('PEM') },
};
const certificate = 'PEM';
const typesOf = (...[facts]: Parameters<typeof planTokenSecret>): string[] =>
  planTokenSecret(facts).actions.map(({ type }) => type);

describe('a Secret for a token', () => {
  it('is filled', () => {
    expect(typesOf({ secret, account, certificate })).toEqual(['fill']);
    expect(filled(secret, { account, certificate, sign: () => 'signed' })).toEqual(whole);
  });

  it('is left alone when it is whole', () => {
    expect(typesOf({ secret: whole, account, certificate })).toEqual([]);
  });

  it('keeps its token and what else is in it, but not an old certificate', () => {
    const old = { ...whole, data: { ...whole.data, 'ca.crt': base64('OLD'), extra: 'eA==' } };
    expect(typesOf({ secret: old, account, certificate })).toEqual(['fill']);
    const next = filled(old, { account, certificate, sign: () => 'another' });
    expect(next?.data).toEqual({ ...whole.data, extra: 'eA==' });
  });

  it('has no certificate where there is none to give', () => {
    const { 'ca.crt': _ca, ...rest } = whole.data ?? {};
    expect(typesOf({ secret: { ...whole, data: rest }, account, certificate: undefined })).toEqual([]);
  });

  it('goes with its account, and with one that another has replaced', () => {
    expect(typesOf({ secret: whole, account: undefined, certificate })).toEqual(['delete']);
    const next = { metadata: { ...account.metadata, uid: 'u2' } };
    expect(typesOf({ secret: whole, account: next, certificate })).toEqual(['delete']);
  });

  it('that is on its way out is left alone', () => {
    const going = { ...secret, metadata: { ...secret.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(typesOf({ secret: going, account: undefined, certificate })).toEqual([]);
  });
});
