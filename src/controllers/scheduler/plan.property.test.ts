import { expect, it } from 'vitest';
import type { Node, Pod, PodSpec } from '../../api/generated/core-v1.js';
import { seed as firstSeed } from '../../lib/seed.fixture.js';
import { seededRandom } from '../../lib/seeded-random.js';
import { planScheduling, type SchedulingPlan } from './plan.js';
import { container, factsOf, node, now, pod } from './world.fixture.js';
import { violations } from './world-check.fixture.js';

const worlds = Number(process.env['HOLDFAST_RUNS'] ?? 60);
const podsPerWorld = 40;
const zone = 'topology.kubernetes.io/zone';
const host = 'kubernetes.io/hostname';

interface Dice {
  chance(part: number): boolean;
  pick<T>(list: readonly T[]): T;
  next(): number;
}

function diceOf(seed: number): Dice {
  const { next } = seededRandom(seed);
  return {
    next,
    chance: (part) => next() < part,
    pick: (list) => {
      const one = list[Math.floor(next() * list.length)];
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    },
  };
}

function someNode(dice: Dice, index: number): Node {
  const taints = dice.chance(0.2)
    ? [{ key: 'gpu', effect: dice.pick(['NoSchedule', 'PreferNoSchedule', 'NoExecute']) }]
    : [];
  return node(`n${index}`, {
    labels: {
      ...(dice.chance(0.9) ? { [zone]: dice.pick(['a', 'b', 'c']) } : {}),
      disk: dice.pick(['ssd', 'hdd']),
    },
    spec: { taints, ...(dice.chance(0.1) ? { unschedulable: true } : {}) },
    allocatable: {
      cpu: dice.pick(['1', '2', '4']),
      memory: dice.pick(['2Gi', '8Gi']),
      pods: dice.pick(['2', '5', '9']),
    },
  });
}

function somePod(dice: Dice, index: number): Pod {
  const app = dice.pick(['x', 'y', 'z']);
  const term = () => [
    {
      labelSelector: { matchLabels: { app: dice.pick(['x', 'y', 'z']) } },
      topologyKey: dice.pick([zone, host]),
    },
  ];
  const requests = { cpu: dice.pick(['100m', '500m', '1']), memory: dice.pick(['64Mi', '1Gi']) };
  const ports = dice.chance(0.15) ? [{ containerPort: 80, hostPort: dice.pick([80, 81]) }] : [];
  const spec: Partial<PodSpec> = {
    priority: dice.pick([0, 0, 0, 10, 20]),
    containers: [container('0', { resources: { requests }, ports })],
    ...(dice.chance(0.2) ? { nodeSelector: { disk: dice.pick(['ssd', 'hdd']) } } : {}),
    ...(dice.chance(0.3) ? { tolerations: [{ key: 'gpu', operator: 'Exists' }] } : {}),
    affinity: {
      ...(dice.chance(0.2)
        ? { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: term() } }
        : {}),
      ...(dice.chance(0.15)
        ? { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: term() } }
        : {}),
    },
    ...(dice.chance(0.3)
      ? {
          topologySpreadConstraints: [
            {
              maxSkew: dice.pick([1, 2]),
              topologyKey: dice.pick([zone, host]),
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: { app } },
            },
          ],
        }
      : {}),
  };
  return pod(`p${index}`, spec, {
    metadata: { name: `p${index}`, namespace: 'default', uid: `p${index}`, labels: { app } },
  });
}

interface Tale {
  readonly seed: number;
  readonly nodes: readonly Node[];
  placed: Pod[];
  readonly seen: Map<string, number>;
}

it(`${worlds} generated clusters from seed ${firstSeed}: no rule is ever broken, waits are explained, preemption hurts only the lesser`, () => {
  const seen = new Map<string, number>();
  for (let seed = firstSeed; seed < firstSeed + worlds; seed += 1) {
    const dice = diceOf(seed);
    const nodes = Array.from({ length: 1 + Math.floor(dice.next() * 6) }, (_, index) =>
      someNode(dice, index),
    );
    const tale: Tale = { seed, nodes, placed: [], seen };
    for (let index = 0; index < podsPerWorld; index += 1) step(tale, somePod(dice, index), dice.next());
  }
  for (const what of ['bind', 'preempt', 'wait', 'taint', 'affinity', 'spread']) {
    expect(seen.get(what) ?? 0, `how often the worlds saw: ${what}`).toBeGreaterThan(20);
  }
}, 120_000);

function step(tale: Tale, subject: Pod, tieBreak: number): void {
  const { nodes, seed } = tale;
  const made = planned(tale, subject, tieBreak);
  const name = `seed ${seed}, ${subject.metadata?.name}`;
  for (const action of made.actions) {
    if (action.type === 'bind') {
      const bound = { ...subject, spec: { containers: [], ...subject.spec, nodeName: action.nodeName } };
      expect(violations(bound, nodes, tale.placed), name).toEqual([]);
      tale.placed.push(bound);
      count(tale, 'bind');
    } else if (action.type === 'preempt') {
      expect(action.victim.spec?.priority ?? 0, name).toBeLessThan(subject.spec?.priority ?? 0);
      tale.placed = tale.placed.filter((other) => other.metadata?.name !== action.victim.metadata?.name);
      count(tale, 'preempt');
    }
  }
  if (made.waitingFor?.reason === 'Unschedulable') checkWait(tale, subject, made);
  // What preemption promised comes true once the victims are gone.
  if (made.waitingFor?.reason === 'WaitingForVictims') {
    expect(planned(tale, subject, tieBreak).actions, name).toMatchObject([{ type: 'bind' }]);
  }
}

/** Plans twice, on the same facts and on facts that were put together the other way round. */
function planned({ nodes, placed, seed }: Tale, subject: Pod, tieBreak: number): SchedulingPlan {
  const facts = factsOf({ nodes, pods: placed, pod: subject, tieBreak });
  const made = planScheduling(facts, now);
  expect(planScheduling(facts, now), `seed ${seed}`).toEqual(made);
  const reversed = factsOf({ nodes: nodes.toReversed(), pods: placed.toReversed(), pod: subject, tieBreak });
  expect(planScheduling(reversed, now), `seed ${seed}`).toEqual(made);
  return made;
}

/** Every node has its reason, and every reason is true: nowhere could the Pod have gone. */
function checkWait(tale: Tale, subject: Pod, { waitingFor, refusedBy }: SchedulingPlan): void {
  const { nodes, placed } = tale;
  const name = `seed ${tale.seed}, ${subject.metadata?.name}`;
  const [, listed = ''] = /available: (.*?)\. preemption/.exec(waitingFor?.message ?? '') ?? [];
  const counts = listed.split(', ').map((part) => Number.parseInt(part, 10));
  expect(
    counts.reduce((sum, one) => sum + one, 0),
    `${name}: ${waitingFor?.message}`,
  ).toBeGreaterThanOrEqual(nodes.length);
  expect(refusedBy?.length, name).toBeGreaterThan(0);
  for (const { metadata } of nodes) {
    const there = { ...subject, spec: { containers: [], ...subject.spec, nodeName: metadata?.name ?? '' } };
    expect(violations(there, nodes, placed), `${name} on ${metadata?.name}`).not.toEqual([]);
  }
  count(tale, 'wait');
  if (listed.includes('taint')) count(tale, 'taint');
  if (listed.includes('affinity rules')) count(tale, 'affinity');
  if (listed.includes('spread')) count(tale, 'spread');
}

function count({ seen }: Tale, what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}
