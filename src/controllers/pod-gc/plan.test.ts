import { describe, expect, it } from 'vitest';
import type { Node, Pod } from '../../api/generated/core-v1.js';
import { mostEnded, type PodFacts } from './facts.js';
import { planPodGc } from './plan.js';

const start = Date.parse('2026-01-01T00:00:00Z');
const now = new Date(start + 40_000);
const leaving = { name: 'p', namespace: 'default', deletionTimestamp: 'x' };
const staying = { name: 'p', namespace: 'default' };

function pod(metadata: Pod['metadata'], nodeName?: string): Pod {
  return { metadata, spec: { containers: [], ...(nodeName && { nodeName }) } };
}

function node(ready: string, taint?: string): Node {
  return {
    metadata: { name: 'n' },
    spec: taint === undefined ? {} : { taints: [{ key: taint, effect: 'NoExecute' }] },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  };
}

describe('a Pod', () => {
  const off = 'node.kubernetes.io/out-of-service';
  it.each<[string, Omit<PodFacts, 'subject'>, boolean]>([
    ['without a node', { pod: pod(staying), node: undefined, missedMs: undefined }, false],
    ['deleted without a node', { pod: pod(leaving), node: undefined, missedMs: undefined }, true],
    ['on its node', { pod: pod(staying, 'n'), node: node('True'), missedMs: undefined }, false],
    [
      'deleted, its node silent',
      { pod: pod(leaving, 'n'), node: node('Unknown'), missedMs: undefined },
      false,
    ],
    [
      'deleted, its node said to be off',
      { pod: pod(leaving, 'n'), node: node('Unknown', off), missedMs: undefined },
      true,
    ],
    [
      'deleted, its node said to be off but well',
      { pod: pod(leaving, 'n'), node: node('True', off), missedMs: undefined },
      false,
    ],
    [
      'its node said to be off',
      { pod: pod(staying, 'n'), node: node('Unknown', off), missedMs: undefined },
      false,
    ],
    ['its node just missed', { pod: pod(staying, 'n'), node: undefined, missedMs: start + 1 }, false],
    ['its node missed for long', { pod: pod(staying, 'n'), node: undefined, missedMs: start }, true],
  ])('%s', (_name, facts, goes) => {
    const { actions } = planPodGc({ subject: 'pod', ...facts }, now);
    expect(actions.map(({ type }) => type)).toEqual(goes ? ['remove'] : []);
  });

  it('is told why it goes when its node is gone', () => {
    const facts = { subject: 'pod' as const, pod: pod(staying, 'n'), node: undefined, missedMs: start };
    expect(planPodGc(facts, now).actions).toMatchObject([{ condition: { reason: 'DeletionByPodGC' } }]);
    expect(planPodGc({ ...facts, missedMs: start + 30_000 }, now)).toMatchObject({
      lookAgainAfterMs: 30_000,
      waitingFor: { reason: 'NodeGone' },
    });
  });
});

it('of too many Pods that have ended the evicted and the oldest go', () => {
  const ended = (index: number): Pod => ({
    metadata: { name: `p${index}`, creationTimestamp: new Date(start + index * 1000).toISOString() },
    status: index === 7 ? { phase: 'Failed', reason: 'Evicted' } : { phase: 'Succeeded' },
  });
  const pods = Array.from({ length: mostEnded + 2 }, (_, index) => ended(index)).reverse();
  expect(
    planPodGc({ subject: 'ended', pods }, now).actions.map((action) => action.pod.metadata?.name),
  ).toEqual(['p7', 'p0']);
  expect(planPodGc({ subject: 'ended', pods: pods.slice(2) }, now).actions).toEqual([]);
});
