import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JobSpec } from '../../api/generated/batch-v1.js';
import { seed } from '../../lib/seed.fixture.js';
import { type Fate, newJob, templateOf, World } from './world.fixture.js';

const histories = Number(process.env['HOLDFAST_RUNS'] ?? 400);

type Step =
  | { readonly do: 'pass'; readonly atMost: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'edit'; readonly spec: Partial<JobSpec> }
  | { readonly do: 'fate'; readonly pick: number; readonly fate: Fate };

const specs: fc.Arbitrary<Partial<JobSpec>> = fc.record(
  {
    completions: fc.integer({ min: 0, max: 6 }),
    parallelism: fc.integer({ min: 0, max: 4 }),
    backoffLimit: fc.constantFrom(0, 1, 6, 50),
    completionMode: fc.constantFrom('NonIndexed', 'Indexed'),
    template: fc.constantFrom('Never', 'OnFailure').map(templateOf),
    podReplacementPolicy: fc.constantFrom('TerminatingOrFailed', 'Failed'),
    podFailurePolicy: fc.constantFrom('Ignore', 'FailJob', 'Count').map((action) => ({
      rules: [{ action, onExitCodes: { operator: 'In', values: [42] } }],
    })),
    activeDeadlineSeconds: fc.constantFrom(60, 100_000),
    backoffLimitPerIndex: fc.integer({ min: 0, max: 2 }),
  },
  { requiredKeys: ['completions', 'completionMode'] },
);

const fates: readonly Fate[] = [
  'run',
  'run',
  'succeed',
  'succeed',
  'fail',
  'fail-42',
  'restart',
  'delete',
  'gone',
  'gone',
];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Step>({ do: 'pass', atMost: 1000 }) },
  { weight: 3, arbitrary: fc.nat(3).map((atMost): Step => ({ do: 'pass', atMost })) },
  { weight: 2, arbitrary: fc.constantFrom(1, 15, 400).map((seconds): Step => ({ do: 'wait', seconds })) },
  { weight: 1, arbitrary: fc.boolean().map((suspend): Step => ({ do: 'edit', spec: { suspend } })) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 0, max: 4 })
      .map((parallelism): Step => ({ do: 'edit', spec: { parallelism } })),
  },
  {
    weight: 7,
    arbitrary: fc
      .record({ pick: fc.nat(20), fate: fc.constantFrom(...fates) })
      .map((rest): Step => ({ do: 'fate', ...rest })),
  },
);

/** A Job and what has to be true of it all along. */
class Checked {
  readonly world: World;

  constructor(spec: Partial<JobSpec>) {
    const perIndex = spec.completionMode === 'Indexed' ? spec : { ...spec, backoffLimitPerIndex: undefined };
    this.world = new World(newJob(JSON.parse(JSON.stringify(perIndex))));
  }

  take(step: Step): void {
    const { world } = this;
    if (step.do === 'wait') world.wait(step.seconds);
    if (step.do === 'edit' && !world.finished) world.edit(step.spec);
    if (step.do === 'pass') this.#pass(step.atMost);
    if (step.do !== 'fate') return;
    const names = [...world.pods.keys()];
    if (names.length > 0) world.fate(names[step.pick % names.length] ?? '', step.fate);
  }

  #pass(atMost: number): void {
    const { world } = this;
    const before = world.job.status ?? {};
    const wasFinished = world.finished;
    const { actions, waitingFor } = world.pass(atMost);
    const { parallelism = 1, completions = 0 } = world.job.spec ?? {};
    if (actions.some(({ type }) => type === 'createPod')) {
      expect(wasFinished, 'a finished Job makes Pods').toBe(false);
      expect(world.active().length, 'too many Pods at once').toBeLessThanOrEqual(
        Math.min(parallelism, completions),
      );
    }
    if (wasFinished) {
      expect(actions.filter(({ type }) => type !== 'untrackPod')).toEqual([]);
      expect(world.job.status).toEqual(before);
    }
    if (actions.length === 0 && !world.finished)
      expect(waitingFor, 'nothing is done and nothing is said').toBeDefined();
    this.#checkCounters(before);
  }

  #checkCounters(before: { readonly succeeded?: number; readonly failed?: number }): void {
    const { succeeded = 0, failed = 0 } = this.world.job.status ?? {};
    expect(succeeded, 'the counter goes back').toBeGreaterThanOrEqual(before.succeeded ?? 0);
    expect(failed, 'the counter goes back').toBeGreaterThanOrEqual(before.failed ?? 0);
    const { ended, job } = this.world;
    if (job.spec?.completionMode !== 'Indexed') expect(succeeded).toBeLessThanOrEqual(ended.succeeded);
    expect(failed).toBeLessThanOrEqual(ended.failed + ended.stopped);
  }

  /** Lets everything come to its end, and compares the counters with what happened. */
  finish(): void {
    const { world } = this;
    if (!world.finished) world.edit({ suspend: false, parallelism: 4 });
    for (let round = 0; round < 200 && !world.finished; round += 1) {
      world.settle();
      for (const name of [...world.pods.keys()]) world.fate(name, 'gone');
      for (const name of world.active()) world.fate(name, 'succeed');
      world.wait(400);
    }
    expect(world.finished, 'it never ends').toBe(true);
    world.settle();
    expect(world.job.status?.uncountedTerminatedPods).toEqual({});
    const { succeeded = 0, failed = 0, active = 0, terminating = 0 } = world.job.status ?? {};
    expect([active, terminating]).toEqual([0, 0]);
    const indexed = world.job.spec?.completionMode === 'Indexed';
    expect(succeeded).toBe(indexed ? world.indexes.size : world.ended.succeeded);
    const ignores = world.job.spec?.podFailurePolicy?.rules[0]?.action === 'Ignore';
    if (!ignores) expect(failed).toBeGreaterThanOrEqual(world.ended.failed);
    expect(failed).toBeLessThanOrEqual(world.ended.failed + world.ended.stopped);
  }
}

it(`whatever happens, every Pod is counted once (seed ${seed})`, () => {
  fc.assert(
    fc.property(specs, fc.array(step, { maxLength: 60 }), (spec, steps) => {
      const checked = new Checked(spec);
      for (const next of steps) checked.take(next);
      checked.finish();
    }),
    { seed, numRuns: histories },
  );
});
