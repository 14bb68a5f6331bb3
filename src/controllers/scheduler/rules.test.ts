import { describe, expect, it } from 'vitest';
import type {
  Node,
  Pod,
  PodAffinityTerm,
  PodSpec,
  TopologySpreadConstraint,
} from '../../api/generated/core-v1.js';
import { container, inZone, node, on, placeIn, pod, type World, whyNot } from './world.fixture.js';

const zone = 'topology.kubernetes.io/zone';
const web = { app: 'web' };
const small = { containers: [container('1m')] };
const nodes: readonly Node[] = [inZone('a1', 'a'), inZone('a2', 'a'), inZone('b1', 'b'), node('lost')];

function near(app: string, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm {
  return { labelSelector: { matchLabels: { app } }, topologyKey: zone, ...more };
}

function affinity(...terms: readonly PodAffinityTerm[]): Partial<PodSpec> {
  return { ...small, affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } };
}

function antiAffinity(...terms: readonly PodAffinityTerm[]): Partial<PodSpec> {
  return {
    ...small,
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
  };
}

function spread(constraint: Partial<TopologySpreadConstraint> = {}): Partial<PodSpec> {
  const whole = { maxSkew: 1, topologyKey: zone, whenUnsatisfiable: 'DoNotSchedule' };
  const topologySpreadConstraints = [{ ...whole, labelSelector: { matchLabels: web }, ...constraint }];
  return { ...small, topologySpreadConstraints };
}

function labelled(labels: Readonly<Record<string, string>>, spec: Partial<PodSpec>): Pod {
  return pod('p', spec, { metadata: { name: 'p', namespace: 'default', labels } });
}

/** Every node that the Pod may go to. */
function allowed(world: World): readonly string[] {
  return nodes
    .map(({ metadata }) => metadata?.name ?? '')
    .filter((name) => {
      const spec = world.pod?.spec ?? small;
      const wish: Pod = { ...world.pod, spec: { ...spec, nodeSelector: { 'kubernetes.io/hostname': name } } };
      return placeIn({ nodes, ...world, pod: wish }) === name;
    });
}

describe('Pod affinity', () => {
  it.each<[string, World, readonly string[]]>([
    [
      'draws into the domain',
      { pod: pod('p', affinity(near('db'))), pods: [on('a1', 'x', { app: 'db' })] },
      ['a1', 'a2'],
    ],
    [
      'needs one Pod that all terms mean',
      {
        pod: pod('p', affinity(near('db'), near('db', { labelSelector: { matchLabels: { tier: 'x' } } }))),
        pods: [on('a1', 'x', { app: 'db' }), on('a2', 'y', { tier: 'x' })],
      },
      [],
    ],
    [
      'lets the first of its own kind in',
      { pod: labelled({ app: 'db' }, affinity(near('db'))) },
      ['a1', 'a2', 'b1'],
    ],
    [
      'is about its own namespace',
      {
        pod: pod('p', affinity(near('db'))),
        pods: [{ ...on('a1', 'x'), metadata: { name: 'x', namespace: 'other', labels: { app: 'db' } } }],
      },
      [],
    ],
    [
      'is about the namespaces that it names',
      {
        pod: pod('p', affinity(near('db', { namespaces: ['other'] }))),
        pods: [{ ...on('b1', 'x'), metadata: { name: 'x', namespace: 'other', labels: { app: 'db' } } }],
      },
      ['b1'],
    ],
    [
      'is about the namespaces that it selects',
      {
        namespaces: { other: { team: 'x' }, default: {} },
        pod: pod('p', affinity(near('db', { namespaceSelector: { matchLabels: { team: 'x' } } }))),
        pods: [
          { ...on('b1', 'x'), metadata: { name: 'x', namespace: 'other', labels: { app: 'db' } } },
          on('a1', 'y', { app: 'db' }),
        ],
      },
      ['b1'],
    ],
    [
      'is about every namespace when the selector is empty',
      {
        namespaces: { other: {}, default: {} },
        pod: pod('p', affinity(near('db', { namespaceSelector: {} }))),
        pods: [{ ...on('b1', 'x'), metadata: { name: 'x', namespace: 'other', labels: { app: 'db' } } }],
      },
      ['b1'],
    ],
    [
      'narrows to the same value of matchLabelKeys',
      {
        pod: labelled({ rev: '2' }, affinity(near('db', { matchLabelKeys: ['rev'] }))),
        pods: [on('a1', 'x', { app: 'db', rev: '1' }), on('b1', 'y', { app: 'db', rev: '2' })],
      },
      ['b1'],
    ],
    [
      'leaves out the same value of mismatchLabelKeys',
      {
        pod: labelled({ rev: '2' }, affinity(near('db', { mismatchLabelKeys: ['rev'] }))),
        pods: [on('a1', 'x', { app: 'db', rev: '1' }), on('b1', 'y', { app: 'db', rev: '2' })],
      },
      ['a1', 'a2'],
    ],
    [
      'keeps away, where the label is at all',
      { pod: pod('p', antiAffinity(near('db'))), pods: [on('a1', 'x', { app: 'db' })] },
      ['b1', 'lost'],
    ],
    [
      'keeps away from those who want to be alone',
      { pod: labelled(web, small), pods: [on('a1', 'x', {}, antiAffinity(near('web')))] },
      ['b1', 'lost'],
    ],
  ])('%s', (_name, world, wanted) => {
    expect(allowed(world)).toEqual(wanted);
  });

  it.each<[string, World]>([
    ["1 node(s) didn't match pod affinity rules", { pod: pod('p', affinity(near('db'))) }],
    [
      "1 node(s) didn't match pod anti-affinity rules",
      { pod: pod('p', antiAffinity(near('db'))), pods: [on('a1', 'x', { app: 'db' })] },
    ],
    [
      "1 node(s) didn't satisfy existing pods anti-affinity rules",
      { pod: labelled(web, small), pods: [on('a1', 'x', {}, antiAffinity(near('web')))] },
    ],
  ])('says: %s', (words, world) => {
    expect(whyNot({ nodes: nodes.slice(0, 1), ...world })).toContain(`available: ${words}.`);
  });
});

describe('topology spread', () => {
  const uneven = [on('a1', 'x', web), on('a2', 'y', web), on('b1', 'z', web)];
  it.each<[string, World, readonly string[]]>([
    ['goes where there are fewest', { pod: labelled(web, spread()), pods: uneven }, ['b1']],
    [
      'allows the skew that it allows',
      { pod: labelled(web, spread({ maxSkew: 2 })), pods: uneven },
      ['a1', 'a2', 'b1'],
    ],
    [
      'does not count a Pod that it does not select',
      { pod: labelled({}, spread()), pods: uneven },
      ['a1', 'a2', 'b1'],
    ],
    [
      'counts nothing with a selector of everything',
      { pod: labelled(web, spread({ labelSelector: {} })), pods: uneven },
      ['a1', 'a2', 'b1'],
    ],
    [
      'does not count Pods that are on their way out',
      {
        pod: labelled(web, spread()),
        pods: [
          on('a1', 'x', web),
          {
            ...on('a2', 'y'),
            metadata: { name: 'y', namespace: 'default', labels: web, deletionTimestamp: 'x' },
          },
          on('b1', 'z', web),
        ],
      },
      ['a1', 'a2', 'b1'],
    ],
    [
      'takes the least as none while there are too few domains',
      { pod: labelled(web, spread({ minDomains: 3 })), pods: [on('a1', 'x', web)] },
      ['b1'],
    ],
    [
      'counts only Pods of the same revision',
      {
        pod: labelled({ ...web, rev: '2' }, spread({ matchLabelKeys: ['rev'] })),
        pods: [on('a1', 'x', { ...web, rev: '1' }), on('b1', 'y', { ...web, rev: '2' })],
      },
      ['a1', 'a2'],
    ],
  ])('%s', (_name, world, wanted) => {
    // The wish for one node by its label would leave the others out of the count.
    const constraints = (world.pod?.spec?.topologySpreadConstraints ?? []).map((one) => ({
      ...one,
      nodeAffinityPolicy: 'Ignore',
    }));
    const spec = { ...small, ...world.pod?.spec, topologySpreadConstraints: constraints };
    expect(allowed({ ...world, pod: { ...world.pod, spec } })).toEqual(wanted);
  });

  it('leaves out nodes that the Pod does not want, unless told to count them', () => {
    const wish = { nodeSelector: { [zone]: 'a' } };
    const world = (policy: string) => ({
      nodes,
      pod: labelled(web, { ...spread({ nodeAffinityPolicy: policy }), ...wish }),
      pods: [on('a1', 'x', web)],
    });
    expect(placeIn(world('Honor'))).toMatch(/^a/);
    expect(placeIn(world('Ignore'))).toBeUndefined();
  });

  it('counts tainted nodes, unless told to leave them out', () => {
    const taints = [{ key: 'x', effect: 'NoSchedule' }];
    const world = (policy: string) => ({
      nodes: [inZone('a1', 'a'), inZone('b1', 'b', { spec: { taints } })],
      pod: labelled(web, spread({ nodeTaintsPolicy: policy })),
      pods: [on('a1', 'x', web)],
    });
    expect(placeIn(world('Ignore'))).toBeUndefined();
    expect(placeIn(world('Honor'))).toBe('a1');
  });

  it('says what is wrong', () => {
    expect(
      whyNot({
        nodes,
        pod: labelled(web, {
          ...spread(),
          nodeSelector: { [zone]: 'a' },
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: zone,
              whenUnsatisfiable: 'DoNotSchedule',
              nodeAffinityPolicy: 'Ignore',
              labelSelector: { matchLabels: web },
            },
          ],
        }),
        pods: uneven,
      }),
    ).toContain(
      "2 node(s) didn't match Pod's node affinity/selector, 2 node(s) didn't match pod topology spread constraints.",
    );
    expect(whyNot({ nodes: [node('lost')], pod: labelled(web, spread()) })).toContain(
      "1 node(s) didn't match pod topology spread constraints (missing required label).",
    );
  });
});
