import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../api/generated/batch-v1.js';
import { planJob } from './plan.js';
import { type Fate, newJob, templateOf, World } from './world.fixture.js';

/** Starts a Job, lets its Pods meet their fates one after another, and tells how it stands. */
function worldAfter(spec: Partial<JobSpec>, fates: readonly Fate[]): World {
  const world = new World(newJob(spec));
  world.settle();
  for (const fate of fates) {
    const [name = ''] = world.active();
    world.fate(name, fate);
    if (fate === 'delete') world.fate(name, 'gone');
    world.settle();
    world.wait(400);
    world.settle();
  }
  return world;
}

function ended(world: World): readonly string[] {
  return (world.job.status?.conditions ?? [])
    .filter(({ status }) => status === 'True')
    .map(({ type, reason }) => `${type} ${reason}`);
}

const indexed = { completionMode: 'Indexed' } as const;
const failOn42 = { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] };
const ignore42 = { rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [42] } }] };
const failIndexOn42 = { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } }] };

describe('how a Job ends', () => {
  const reached = ['SuccessCriteriaMet CompletionsReached', 'Complete CompletionsReached'];
  const exceeded = ['FailureTarget BackoffLimitExceeded', 'Failed BackoffLimitExceeded'];
  it.each<[string, Partial<JobSpec>, Fate[], object, string[]]>([
    ['one success', {}, ['succeed'], { succeeded: 1 }, reached],
    ['three in a row', { completions: 3 }, ['succeed', 'succeed', 'succeed'], { succeeded: 3 }, reached],
    ['two of three', { completions: 3 }, ['succeed', 'succeed'], { succeeded: 2, active: 1 }, []],
    ['nothing to do', { completions: 0 }, [], {}, reached],
    ['a failure that is made up for', {}, ['fail', 'succeed'], { failed: 1, succeeded: 1 }, reached],
    ['a Pod deleted and made up for', {}, ['delete', 'succeed'], { failed: 1, succeeded: 1 }, reached],
    ['no failure allowed', { backoffLimit: 0 }, ['fail'], { failed: 1 }, exceeded],
    ['two failures too many', { backoffLimit: 1 }, ['fail', 'fail'], { failed: 2 }, exceeded],
    [
      'restarts of containers',
      { backoffLimit: 2, template: templateOf('OnFailure') },
      ['restart', 'restart'],
      { terminating: 1 },
      ['FailureTarget BackoffLimitExceeded'],
    ],
    [
      'a failure that the policy does not forgive',
      { podFailurePolicy: failOn42 },
      ['fail-42'],
      { failed: 1 },
      ['FailureTarget PodFailurePolicy', 'Failed PodFailurePolicy'],
    ],
    [
      'failures that the policy ignores',
      { podFailurePolicy: ignore42, backoffLimit: 0 },
      ['fail-42', 'fail-42', 'succeed'],
      { succeeded: 1 },
      reached,
    ],
    [
      'indexes',
      { ...indexed, completions: 3 },
      ['succeed', 'fail', 'succeed', 'succeed'],
      { completedIndexes: '0-2', succeeded: 3, failed: 1 },
      reached,
    ],
    [
      'an index that fails for good while the others go on',
      { ...indexed, completions: 2, backoffLimit: 2147483647, backoffLimitPerIndex: 1 },
      ['fail', 'fail', 'succeed'],
      { completedIndexes: '1', failedIndexes: '0', succeeded: 1, failed: 2 },
      ['FailureTarget FailedIndexes', 'Failed FailedIndexes'],
    ],
    [
      'an index that the policy fails at once',
      {
        ...indexed,
        completions: 2,
        backoffLimit: 2147483647,
        backoffLimitPerIndex: 5,
        podFailurePolicy: failIndexOn42,
      },
      ['fail-42', 'succeed'],
      { completedIndexes: '1', failedIndexes: '0', succeeded: 1, failed: 1 },
      ['FailureTarget FailedIndexes', 'Failed FailedIndexes'],
    ],
    [
      'too many failed indexes',
      {
        ...indexed,
        completions: 5,
        backoffLimit: 2147483647,
        backoffLimitPerIndex: 0,
        maxFailedIndexes: 1,
      },
      ['fail', 'fail'],
      { failedIndexes: '0,1', failed: 2 },
      ['FailureTarget MaxFailedIndexesExceeded', 'Failed MaxFailedIndexesExceeded'],
    ],
    [
      'a success policy',
      { ...indexed, completions: 3, successPolicy: { rules: [{ succeededIndexes: '0' }] } },
      ['succeed'],
      { completedIndexes: '0', succeeded: 1 },
      ['SuccessCriteriaMet SuccessPolicy', 'Complete SuccessPolicy'],
    ],
    [
      'a success policy by number, whichever they are',
      { ...indexed, completions: 3, successPolicy: { rules: [{ succeededCount: 2 }] } },
      ['succeed', 'succeed'],
      { completedIndexes: '0,1', succeeded: 2 },
      ['SuccessCriteriaMet SuccessPolicy', 'Complete SuccessPolicy'],
    ],
    [
      'a success policy that is not met yet',
      {
        ...indexed,
        completions: 3,
        successPolicy: { rules: [{ succeededIndexes: '1-2', succeededCount: 1 }] },
      },
      ['succeed'],
      { completedIndexes: '0', succeeded: 1, active: 1 },
      [],
    ],
  ])('%s', (_name, spec, fates, status, conditions) => {
    const world = worldAfter(spec, fates);
    expect(world.job.status).toMatchObject(status);
    expect(ended(world)).toEqual(conditions);
    expect(world.job.status?.uncountedTerminatedPods).toEqual({});
  });

  it('a deadline: the Pods are deleted and counted as failed', () => {
    const world = worldAfter({ activeDeadlineSeconds: 30, parallelism: 2, completions: 2 }, []);
    expect(world.plan().lookAgainAfterMs).toBe(30_000);
    world.wait(30);
    expect(world.settle().filter(({ type }) => type === 'deletePod')).toHaveLength(2);
    expect(ended(world)).toEqual(['FailureTarget DeadlineExceeded']);
    for (const name of world.pods.keys()) world.fate(name, 'gone');
    world.settle();
    expect(ended(world)).toEqual(['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
    expect(world.job.status).toMatchObject({ failed: 2, terminating: 0, ready: 0 });
    expect(world.job.status?.completionTime).toBeUndefined();
  });
});

describe('the Pods of a Job', () => {
  it('are as many as may run at once, and never more than are missing', () => {
    expect(worldAfter({ completions: 5, parallelism: 3 }, []).active()).toHaveLength(3);
    const almost = worldAfter({ completions: 5, parallelism: 3 }, ['succeed', 'succeed', 'succeed']);
    expect(almost.active()).toHaveLength(2);
  });

  it('carry their index in name, label, annotation, host name and environment', () => {
    const plan = new World(newJob({ ...indexed, completions: 2, parallelism: 2 })).plan();
    expect(plan.actions[1]).toMatchObject({
      type: 'createPod',
      pod: {
        metadata: {
          generateName: 'work-1-',
          labels: { 'batch.kubernetes.io/job-completion-index': '1' },
          annotations: { 'batch.kubernetes.io/job-completion-index': '1' },
          finalizers: ['batch.kubernetes.io/job-tracking'],
        },
        spec: { hostname: 'work-1', containers: [{ env: [{ name: 'JOB_COMPLETION_INDEX' }] }] },
      },
    });
  });

  it('wait longer after each failure, from 10 s to 6 min', () => {
    const world = new World(newJob({ backoffLimit: 20 }));
    world.settle();
    const waits = Array.from({ length: 8 }, () => {
      world.fate(world.active()[0] ?? '', 'fail');
      world.settle();
      const { lookAgainAfterMs = 0, waitingFor } = world.plan();
      expect(waitingFor?.reason).toBe('BackOff');
      world.wait(lookAgainAfterMs / 1000);
      world.settle();
      return lookAgainAfterMs / 1000;
    });
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 360, 360]);
  });

  it('are replaced only once they have ended where the Job says so', () => {
    const world = worldAfter({ podReplacementPolicy: 'Failed' }, []);
    const [name = ''] = world.active();
    world.fate(name, 'delete');
    world.settle();
    expect(world.active()).toEqual([]);
    expect(world.plan().waitingFor?.reason).toBe('PodsTerminating');
    world.fate(name, 'gone');
    world.settle();
    world.wait(10);
    world.settle();
    expect(world.active()).toHaveLength(1);
  });

  it('that were deleted before they had a node are replaced at once, since nobody can tell of their end', () => {
    const world = worldAfter({ podReplacementPolicy: 'Failed' }, []);
    const [name = ''] = world.active();
    const pod = world.pods.get(name);
    world.pods.set(name, { ...pod, spec: { containers: [] } });
    world.fate(name, 'delete');
    world.settle();
    expect(world.job.status).toMatchObject({ failed: 1, terminating: 0 });
    expect(world.plan().waitingFor?.reason).toBe('BackOff');
  });

  it('go when the Job is suspended, without counting as failed, and come back at once', () => {
    const world = worldAfter({ parallelism: 2, completions: 2 }, []);
    world.edit({ suspend: true });
    world.settle();
    expect(ended(world)).toEqual(['Suspended JobSuspended']);
    expect(world.active()).toEqual([]);
    for (const name of world.pods.keys()) world.fate(name, 'gone');
    world.settle();
    world.wait(100);
    world.edit({ suspend: false });
    world.settle();
    expect(world.active()).toHaveLength(2);
    expect(world.job.status).toMatchObject({ startTime: '2026-01-01T00:01:40Z', active: 2 });
    expect(world.job.status?.failed).toBeUndefined();
  });

  it('are let go when the Job is gone', () => {
    const [pod] = worldAfter({}, []).pods.values();
    if (pod === undefined) throw new Error('there is no Pod');
    const plan = planJob({ job: undefined, pods: [], strays: [pod], ends: [] }, new Date());
    expect(plan.actions).toEqual([{ type: 'untrackPod', pod, job: undefined }]);
  });
});

it('a finished Job goes when its time is over', () => {
  const world = worldAfter({ ttlSecondsAfterFinished: 1000 }, ['succeed']);
  expect(world.plan()).toMatchObject({ actions: [], lookAgainAfterMs: 600_000 });
  world.wait(600);
  expect(world.plan().actions).toMatchObject([{ type: 'deleteJob' }]);
});

it('a Job that somebody else manages is left alone', () => {
  const { actions, waitingFor } = new World(newJob({ managedBy: 'example.com/queue' })).plan();
  expect(actions).toEqual([]);
  expect(waitingFor?.message).toBe('spec.managedBy leaves it to example.com/queue');
});
