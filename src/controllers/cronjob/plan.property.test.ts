import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CronJob, Job } from '../../api/generated/batch-v1.js';
import { seed } from '../../lib/seed.fixture.js';
import type { CronJobAction } from './actions.js';
import { endOf } from './jobs.js';
import { planCronJob } from './plan.js';

const histories = Number(process.env['HOLDFAST_RUNS'] ?? 300);

type Policy = 'Allow' | 'Forbid' | 'Replace';

type Step =
  | { readonly do: 'pass'; readonly atMost: number }
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'end'; readonly pick: number; readonly end: 'Complete' | 'Failed' }
  | { readonly do: 'remove'; readonly pick: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'pass', atMost: 100 }) },
  { weight: 3, arbitrary: fc.nat(2).map((atMost): Step => ({ do: 'pass', atMost })) },
  { weight: 5, arbitrary: fc.constantFrom(20, 60, 400).map((seconds): Step => ({ do: 'wait', seconds })) },
  {
    weight: 4,
    arbitrary: fc
      .record({ pick: fc.nat(9), end: fc.constantFrom<'Complete' | 'Failed'>('Complete', 'Failed') })
      .map((rest): Step => ({ do: 'end', ...rest })),
  },
  { weight: 1, arbitrary: fc.nat(9).map((pick): Step => ({ do: 'remove', pick })) },
);

/** One CronJob of every second minute and its Jobs, in memory. */
class World {
  cronJob: CronJob;
  readonly jobs = new Map<string, Job>();
  readonly everMade: string[] = [];
  nowMs = Date.parse('2026-01-01T00:00:00Z');

  constructor(concurrencyPolicy: Policy) {
    const creationTimestamp = new Date(this.nowMs).toISOString();
    this.cronJob = {
      metadata: { name: 'tick', namespace: 'default', uid: 'cron-1', creationTimestamp },
      spec: {
        schedule: '*/2 * * * *',
        concurrencyPolicy,
        successfulJobsHistoryLimit: 2,
        failedJobsHistoryLimit: 1,
        jobTemplate: {},
      },
    };
  }

  pass(atMost: number): number {
    const facts = { cronJob: this.cronJob, jobs: [...this.jobs.values()] };
    const actions = planCronJob(facts, new Date(this.nowMs)).actions.filter(
      ({ type }) => type !== 'announce',
    );
    for (const action of actions.slice(0, atMost)) this.#perform(action);
    return actions.length;
  }

  running(): readonly Job[] {
    return [...this.jobs.values()].filter((job) => endOf(job) === undefined);
  }

  end(job: Job, end: 'Complete' | 'Failed'): void {
    const completionTime = new Date(this.nowMs).toISOString();
    const status = { ...job.status, completionTime, conditions: [{ type: end, status: 'True' }] };
    this.jobs.set(job.metadata?.name ?? '', { ...job, status });
  }

  #perform(action: CronJobAction): void {
    if (action.type === 'updateStatus') this.cronJob = { ...this.cronJob, status: action.status };
    if (!('job' in action)) return;
    const { name = '' } = action.job.metadata ?? {};
    if (action.type === 'deleteJob') this.jobs.delete(name);
    if (action.type !== 'createJob') return;
    this.everMade.push(name);
    const metadata = { ...action.job.metadata, uid: `uid-${name}` };
    this.jobs.set(name, {
      ...action.job,
      metadata,
      status: { startTime: new Date(this.nowMs).toISOString() },
    });
  }
}

function play(world: World, one: Step): void {
  const pick = <T>(from: readonly T[], index: number): T | undefined =>
    from[index % Math.max(from.length, 1)];
  if (one.do === 'pass') world.pass(one.atMost);
  if (one.do === 'wait') world.nowMs += one.seconds * 1000;
  if (one.do === 'end') {
    const job = pick(world.running(), one.pick);
    if (job !== undefined) world.end(job, one.end);
  }
  // What is removed is noted already: a Job that is gone before anyone saw it is made again, in Kubernetes too.
  if (one.do === 'remove') {
    const noted = pick(world.cronJob.status?.active ?? [], one.pick);
    if (noted?.name !== undefined) world.jobs.delete(noted.name);
  }
}

it('whatever interrupts it: each start makes at most one Job, policies hold, and it comes to rest', () => {
  const policy = fc.constantFrom<Policy>('Allow', 'Forbid', 'Replace');
  fc.assert(
    fc.property(policy, fc.array(step, { maxLength: 40 }), (concurrencyPolicy, steps) => {
      const world = new World(concurrencyPolicy);
      for (const one of steps) {
        play(world, one);
        expect(new Set(world.everMade).size).toBe(world.everMade.length);
        if (concurrencyPolicy !== 'Allow') expect(world.running().length).toBeLessThanOrEqual(1);
      }
      let passes = 0;
      while (world.pass(100) > 0) {
        passes += 1;
        expect(passes).toBeLessThan(8);
      }
      const active = (world.cronJob.status?.active ?? []).map(({ name }) => name);
      expect(active.sort()).toEqual(
        world
          .running()
          .map(({ metadata }) => metadata?.name)
          .sort(),
      );
      const ended = (end: string): number =>
        [...world.jobs.values()].filter((job) => endOf(job) === end).length;
      expect(ended('Complete')).toBeLessThanOrEqual(2);
      expect(ended('Failed')).toBeLessThanOrEqual(1);
    }),
    { seed, numRuns: histories },
  );
});
