import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../api/generated/core-v1.js';
import { selectorOfLabels } from '../../api/selectors.js';
import { totalScores } from './scores.js';
import { subjectOf } from './subject.js';
import { container, factsOf, inZone, node, on, placeIn, pod, type World } from './world.fixture.js';

const zone = 'topology.kubernetes.io/zone';
const small = { containers: [container('1m')] };
const db = { app: 'db' };
const roomy = { allocatable: { pods: '100' } };

function preferNode(key: string, weight: number): Partial<PodSpec> {
  const preference = { matchExpressions: [{ key, operator: 'Exists' }] };
  const preferred = [{ weight, preference }];
  return {
    ...small,
    affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } },
  };
}

function preferPods(kind: 'podAffinity' | 'podAntiAffinity', app: string): Partial<PodSpec> {
  const podAffinityTerm = { labelSelector: { matchLabels: { app } }, topologyKey: zone };
  const preferredDuringSchedulingIgnoredDuringExecution = [{ weight: 10, podAffinityTerm }];
  return { ...small, affinity: { [kind]: { preferredDuringSchedulingIgnoredDuringExecution } } };
}

const nodes = [inZone('a1', 'a', roomy), inZone('b1', 'b', roomy)];
const image = { names: ['registry.example/mysql:8'], sizeBytes: 500 * 1024 * 1024 };

describe('of the nodes that will do, a Pod gets', () => {
  it.each<[string, World, string]>([
    ['the emptiest', { nodes, pods: [on('a1', 'x', {}, { containers: [container('1')] })] }, 'b1'],
    [
      'the one that is used evenly',
      {
        nodes: [node('a'), node('b')],
        pod: pod('p', { containers: [{ name: 'c', resources: { requests: { cpu: '1', memory: '2Gi' } } }] }),
        pods: [
          on('a', 'x', {}, { containers: [container('400m')] }),
          on(
            'b',
            'y',
            {},
            { containers: [{ name: 'c', resources: { requests: { cpu: '200m', memory: '409Mi' } } }] },
          ),
        ],
      },
      'b',
    ],
    [
      'the one that it prefers',
      { nodes: [node('a'), node('b', { labels: { ssd: '' } })], pod: pod('p', preferNode('ssd', 1)) },
      'b',
    ],
    [
      'the one near those it likes',
      { nodes, pod: pod('p', preferPods('podAffinity', 'db')), pods: [on('b1', 'x', db)] },
      'b1',
    ],
    [
      'the one far from those it dislikes',
      { nodes, pod: pod('p', preferPods('podAntiAffinity', 'db')), pods: [on('a1', 'x', db)] },
      'b1',
    ],
    [
      'the one near those that like it',
      {
        nodes,
        pod: pod('p', small, { metadata: { name: 'p', namespace: 'default', labels: db } }),
        pods: [on('b1', 'x', {}, preferPods('podAffinity', 'db'))],
      },
      'b1',
    ],
    [
      'the one whose taints do not repel it',
      { nodes: [node('a', { spec: { taints: [{ key: 'x', effect: 'PreferNoSchedule' }] } }), node('b')] },
      'b',
    ],
    [
      'the zone with fewer of its kind, if it asks for that',
      {
        nodes,
        pod: pod('p', {
          ...small,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: zone,
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: db },
            },
          ],
        }),
        pods: [on('a1', 'x', db), on('b1', 'y', db), on('a1', 'z', db)],
      },
      'b1',
    ],
    [
      'the node with fewer of its set, without asking',
      { nodes, defaultSelector: selectorOfLabels(db), pod: pod('p', small), pods: [on('a1', 'x', db)] },
      'b1',
    ],
    [
      'the one that has its image',
      {
        nodes: [node('a'), { ...node('b'), status: { ...node('b').status, images: [image] } }],
        pod: pod('p', { containers: [container('1m', { image: 'registry.example/mysql:8' })] }),
      },
      'b',
    ],
  ])('%s', (_name, world, wanted) => {
    expect(placeIn(world)).toBe(wanted);
    // Not by the order of names: the same when the tie would fall the other way.
    expect(placeIn({ ...world, tieBreak: 0.99 })).toBe(wanted);
  });

  it('any, among equals, as the given chance has it', () => {
    const equal = { nodes: [node('a'), node('b'), node('c')] };
    expect([0, 0.4, 0.9].map((tieBreak) => placeIn({ ...equal, tieBreak }))).toEqual(['a', 'b', 'c']);
  });

  it('the one that it was promised, though another is better', () => {
    const pods = [on('a1', 'x', {}, { containers: [container('1')] })];
    const promised = pod('p', {}, { status: { nominatedNodeName: 'a1' } });
    expect(placeIn({ nodes, pods, pod: promised })).toBe('a1');
  });
});

it('weighs as the default profile does', () => {
  const world = {
    nodes: [
      node('a', { spec: { taints: [{ key: 'x', effect: 'PreferNoSchedule' }] } }),
      node('b', { labels: { ssd: '' } }),
    ],
    pod: pod('p', {
      ...preferNode('ssd', 5),
      containers: [{ name: 'c', resources: { requests: { cpu: '1', memory: '1Gi' } } }],
    }),
  };
  const facts = factsOf(world);
  // Half of the cpu and a quarter of the memory: 62 for room, 87 for balance; taints weigh 3, preferred nodes 2.
  expect(totalScores(subjectOf(facts), facts.view.nodes)).toEqual([62 + 87, 62 + 87 + 300 + 200]);
});
