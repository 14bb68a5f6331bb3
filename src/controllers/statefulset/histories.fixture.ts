import fc from 'fast-check';
import type { FeatureGates } from '../../api/feature-gates.js';
import type { StatefulSetSpec } from '../../api/generated/apps-v1.js';
import type { World } from './world.fixture.js';
import { claimTemplate, newSet, templateOf } from './world.fixture.js';

/** What becomes of a Pod on its node. */
export const podFates = ['ready', 'slow', 'fail', 'crash', 'succeed', 'stuck', 'node-lost', 'stop'] as const;
/** What a user may do. */
export const userEdits = [
  'scale',
  'template',
  'strategy',
  'partition',
  'max-unavailable',
  'start',
  'min-ready',
  'retention',
  'history-limit',
  'annotate',
  'delete-pod',
  'force-delete-pod',
  'delete-claim',
  'delete-set',
  'orphan-set',
  'relabel',
  'unlabel',
] as const;

/** One of `podFates`. */
export type PodFate = (typeof podFates)[number];
/** One of `userEdits`. */
export type UserEdit = (typeof userEdits)[number];

/** One thing that happens; `pick` chooses whom it happens to, or how. */
export interface Step {
  readonly what: PodFate | UserEdit | 'pass' | 'time' | 'good-hour';
  readonly pick: number;
}

/** How a history begins, and what happens in it. */
export interface History {
  readonly spec: Partial<StatefulSetSpec>;
  readonly gates: Partial<FeatureGates>;
  readonly steps: readonly Step[];
}

/** How often each kind of step comes; passes and good fortune often, so that histories get somewhere. */
const weights: Readonly<Partial<Record<Step['what'], number>>> = {
  pass: 24,
  time: 5,
  'good-hour': 14,
  ready: 8,
  stop: 8,
};
const kindsOfSteps: readonly Step['what'][] = ['pass', 'time', 'good-hour', ...podFates, ...userEdits];
const drawn = kindsOfSteps.flatMap((what) => Array.from({ length: weights[what] ?? 1 }, () => what));

/** A step is one number: a history of sixty is drawn in microseconds, and shrinks towards passes. */
const step: fc.Arbitrary<Step> = fc.nat(drawn.length * 64 - 1).map((number) => ({
  what: drawn[number % drawn.length] ?? 'pass',
  pick: Math.floor(number / drawn.length),
}));

/** Histories of at least thirty steps. */
export const histories: fc.Arbitrary<History> = fc.record({
  spec: fc.record({
    podManagementPolicy: fc.constantFrom('OrderedReady', 'Parallel'),
    volumeClaimTemplates: fc.constantFrom(undefined, [claimTemplate('data')]),
    replicas: fc.integer({ min: 1, max: 4 }),
    updateStrategy: fc.constantFrom(...strategies()),
  }),
  gates: fc.record({ MaxUnavailableStatefulSet: fc.boolean(), StatefulSetRecreateStrategy: fc.boolean() }),
  steps: fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }),
});

function strategies(): readonly NonNullable<StatefulSetSpec['updateStrategy']>[] {
  return [
    { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    { type: 'RollingUpdate' },
    { type: 'OnDelete' },
    { type: 'Recreate' },
  ];
}

/** Makes an edit of the spec; undefined for what is no edit of the spec. */
export function specEdit(world: World, { what, pick }: Step): Partial<StatefulSetSpec> | undefined {
  const of = <T>(values: readonly T[]): T | undefined => values[pick % values.length];
  const rolling = world.set.spec?.updateStrategy?.rollingUpdate;
  switch (what) {
    case 'scale':
      return { replicas: pick % 6 };
    case 'template':
      return { template: templateOf(of(['v1', 'v2', 'v3']) ?? '') };
    case 'strategy':
      return { updateStrategy: of(strategies()) };
    case 'partition':
      return {
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { ...rolling, partition: pick % 5 } },
      };
    case 'max-unavailable':
      return {
        updateStrategy: {
          type: 'RollingUpdate',
          rollingUpdate: { partition: 0, ...rolling, maxUnavailable: of([1, 2, 3, '30%', '100%']) },
        },
      };
    case 'start':
      return { ordinals: { start: pick % 4 } };
    case 'min-ready':
      return { minReadySeconds: of([0, 5]) };
    case 'retention':
      return {
        persistentVolumeClaimRetentionPolicy: {
          whenDeleted: of(['Retain', 'Delete']),
          whenScaled: pick % 4 < 2 ? 'Retain' : 'Delete',
        },
      };
    case 'history-limit':
      return { revisionHistoryLimit: pick % 3 };
    default:
      return undefined;
  }
}

/** The set that a history begins with. */
export function firstSet({ spec }: History): ReturnType<typeof newSet> {
  return newSet(spec);
}
