import { afterAll, describe, expect, it } from 'vitest';
import { gatesWith } from '../api/feature-gates.js';
import { startTestCluster } from '../cluster/test-cluster.fixture.js';
import { waitReasons as ofStatefulSets } from '../controllers/statefulset/waits.js';
import { waitReasons as ofVolumeBinder } from '../controllers/volume-binder/waits.js';
import { answerText, explain, parseSubject, QuestionError } from './index.js';
import { isReason } from './reasons.js';
import type { Situation } from './situations.fixture.js';
import { ofClaims } from './situations-claims.fixture.js';
import { ofPods } from './situations-pods.fixture.js';
import { ofQuotas } from './situations-quota.fixture.js';
import { ofServices } from './situations-services.fixture.js';
import { ofSets } from './situations-sets.fixture.js';

const seen = new Set<string>();

async function answerIn({ yaml, gates, act, waitMs = 0, ask }: Situation): Promise<string> {
  await using cluster = await startTestCluster({ featureGates: gatesWith(gates) });
  if (yaml !== undefined) await cluster.apply(yaml);
  await cluster.clock.advance(waitMs);
  await act?.(cluster);
  await cluster.settle();
  const links = await explain(cluster.client, parseSubject(ask, 'default'), new Date(cluster.clock.now()));
  for (const { reason } of links) seen.add(reason);
  return answerText(links)
    .replaceAll(/pvc-[0-9a-f-]{36}/g, 'PVC')
    .replaceAll(/pods "(web-[0-9a-f]+)-\w{5}"/g, 'pods "$1-POD"');
}

describe.each([
  ['sets and their Pods', ofSets],
  ['Pods', ofPods],
  ['claims and volumes', ofClaims],
  ['quotas', ofQuotas],
  ['Services, names, rollouts, Namespaces', ofServices],
])('why: %s', (_of, situations) => {
  it.each(situations.map((one) => [one.name, one] as const))('%s', async (_name, situation) => {
    expect(await answerIn(situation)).toBe(situation.expected);
  });
});

describe('reason codes', () => {
  it.each([...ofStatefulSets, ...ofVolumeBinder])('%s of a planner stands in the table', (code) => {
    expect(isReason(code)).toBe(true);
  });
});

describe('questions', () => {
  it('name kinds as kubectl takes them', () => {
    expect(parseSubject('sts/db', 'shop')).toEqual({ kind: 'StatefulSet', namespace: 'shop', name: 'db' });
    expect(parseSubject('PersistentVolumes/v', 'shop')).toEqual({ kind: 'PersistentVolume', name: 'v' });
    expect(parseSubject('dns/a.b', 'shop')).toEqual({ kind: 'dns', namespace: 'shop', name: 'a.b' });
  });

  it.each(['pod', '/x', 'pod/', 'widget/x'])('%s is refused', (text) => {
    expect(() => parseSubject(text, 'default')).toThrow(QuestionError);
  });
});

afterAll(() => {
  expect([...seen].filter((reason) => !isReason(reason))).toEqual([]);
});
