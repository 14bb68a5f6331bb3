import { afterAll, describe, expect, it } from 'vitest';
import { gatesWith } from '../api/feature-gates.js';
import { startTestCluster, type TestCluster } from '../cluster/test-cluster.fixture.js';
import { waitReasons as ofCronJobs } from '../controllers/cronjob/plan.js';
import { waitReasons as ofDaemonSets } from '../controllers/daemonset/waits.js';
import { waitReasons as ofJobWaits } from '../controllers/job/waits.js';
import { waitReasons as ofScheduler } from '../controllers/scheduler/waits.js';
import { waitReasons as ofStatefulSets } from '../controllers/statefulset/waits.js';
import { waitReasons as ofVolumeBinder } from '../controllers/volume-binder/waits.js';
import { MEMBER_STATES } from '../operator/states.js';
import { answerText, explain, parseSubject, QuestionError } from './index.js';
import { isReason } from './reasons.js';
import type { Situation } from './situations.fixture.js';
import { ofClaims } from './situations-claims.fixture.js';
import { ofImages } from './situations-images.fixture.js';
import { ofJobs } from './situations-jobs.fixture.js';
import { ofOthers } from './situations-others.fixture.js';
import { ofPods } from './situations-pods.fixture.js';
import { ofQuotas } from './situations-quota.fixture.js';
import { ofRefusals } from './situations-refusals.fixture.js';
import { ofServices } from './situations-services.fixture.js';
import { ofSets } from './situations-sets.fixture.js';

/** How long simulated Pods take, milliseconds. */
const delays = { startMs: 20, readyMs: 30, stopMs: 10 };
const seen = new Set<string>();

async function answerIn({ yaml, gates, nodes, act, waitMs = 0, ask }: Situation): Promise<string> {
  const simulated = nodes?.map((one) => ({ delays, ...one }));
  await using cluster = await startTestCluster({
    featureGates: gatesWith(gates),
    ...(simulated && { simulated }),
  });
  if (yaml !== undefined) await cluster.apply(yaml);
  await cluster.clock.advance(waitMs);
  await act?.(cluster);
  await cluster.settle();
  const now = new Date(cluster.clock.now());
  const links = await explain(cluster.client, parseSubject(ask, 'default'), { now });
  for (const { reason } of links) seen.add(reason);
  return withoutChance(answerText(links), cluster);
}

/** What is drawn by lot stands for itself: uids, and the endings of names that the server makes. */
function withoutChance(text: string, cluster: TestCluster): string {
  const made = cluster.pods().flatMap(({ metadata }) => metadata ?? []);
  return made
    .reduce(
      // The Pods of a StatefulSet have a prefix too, and names by number all the same.
      (rest, { name = '', generateName }) =>
        generateName && /^[a-z0-9]{5}$/.test(name.slice(generateName.length))
          ? rest.replaceAll(name, `${generateName}*`)
          : rest,
      text,
    )
    .replaceAll(/-[a-z0-9]{5}" is forbidden/g, '-*" is forbidden')
    .replaceAll(/pvc-[0-9a-f-]{36}/g, 'PVC');
}

describe.each([
  ['sets and their Pods', ofSets],
  ['Pods', ofPods],
  ['claims and volumes', ofClaims],
  ['quotas', ofQuotas],
  ['refusals that are over', ofRefusals],
  ['images that are made on the machine', ofImages],
  ['Services, names, rollouts, Namespaces', ofServices],
  ['Jobs and CronJobs', ofJobs],
  ['DaemonSets, Deployments, autoscalers, budgets, nodes, configuration', ofOthers],
])('why: %s', (_of, situations) => {
  it.each(situations.map((one) => [one.name, one] as const))('%s', async (_name, situation) => {
    expect(await answerIn(situation)).toBe(situation.expected);
  });
});

const planners = [
  ofStatefulSets,
  ofVolumeBinder,
  ofJobWaits,
  ofCronJobs,
  ofDaemonSets,
  ofScheduler,
  MEMBER_STATES,
];

describe('reason codes', () => {
  it.each([...new Set(planners.flat())])('%s of a planner stands in the table', (code) => {
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
