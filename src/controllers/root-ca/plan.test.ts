import { describe, expect, it } from 'vitest';
import type { ConfigMap } from '../../api/generated/core-v1.js';
import { planRootCa } from './plan.js';

const namespace = { metadata: { name: 'shop' } };
const certificate = 'PEM';
const plan = (config?: ConfigMap, of: object = namespace) =>
  planRootCa({ namespace: of, config, certificate }).actions;

const [made] = plan();
const right: ConfigMap = {
  ...made?.config,
  metadata: { ...made?.config.metadata, resourceVersion: '7', labels: { a: 'b' } },
};

describe('the certificate of a Namespace', () => {
  it('is published', () => {
    expect(made).toMatchObject({
      type: 'create',
      config: {
        metadata: {
          name: 'kube-root-ca.crt',
          namespace: 'shop',
          annotations: { 'kubernetes.io/description': expect.any(String) },
        },
        data: { 'ca.crt': 'PEM' },
      },
    });
  });

  it('is left alone where it is right, with whatever else is on it', () => {
    expect(plan(right)).toEqual([]);
    const annotations = { ...right.metadata?.annotations, mine: 'too', 'kubernetes.io/description': 'own' };
    expect(plan({ ...right, metadata: { ...right.metadata, annotations } })).toEqual([]);
  });

  const wrong: [string, ConfigMap][] = [
    ['other data', { ...right, data: { 'ca.crt': 'forged' } }],
    ['more data', { ...right, data: { ...right.data, extra: 'x' } }],
    ['no data', { ...right, data: undefined }],
    ['no description', { ...right, metadata: { ...right.metadata, annotations: {} } }],
  ];
  it.each(wrong)('is put right: %s', (_name, config) => {
    expect(plan(config)).toEqual([{ type: 'update', config: right }]);
  });

  it('is not made anew in a Namespace that is on its way out', () => {
    const going = { metadata: { name: 'shop', deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(plan(undefined, going)).toEqual([]);
    expect(plan({ ...right, data: {} }, going)).toEqual([]);
  });
});
