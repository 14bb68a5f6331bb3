import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CronJob, Job } from '../../src/api/generated/batch-v1.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

describe.each(kubectlVersions)('CronJobs with kubectl %s', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version).in('default');
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const create = (name: string, schedule: string): ReturnType<Kubectl['run']> =>
    kubectl.run([
      'create',
      'cronjob',
      name,
      '--image=busybox',
      `--schedule=${schedule}`,
      '--',
      'echo',
      'hello',
    ]);

  it('create, get, suspend by patch, delete', async () => {
    const created = await create('nightly', '0 3 * * *');
    expect([created.stdout, created.stderr]).toEqual(['cronjob.batch/nightly created\n', '']);
    expect(await kubectl.ok(['get', 'cronjob', 'nightly'])).toMatch(
      /^NAME +SCHEDULE +TIMEZONE +SUSPEND +ACTIVE +LAST SCHEDULE +AGE\nnightly +0 3 \* \* \* +<none> +False +0 +<none> +\d+s\n$/,
    );
    const patched = await kubectl.ok(['patch', 'cronjob', 'nightly', '-p', '{"spec":{"suspend":true}}']);
    expect(patched).toBe('cronjob.batch/nightly patched\n');
    expect(await kubectl.ok(['get', 'cj', 'nightly'])).toMatch(/\nnightly +0 3 \* \* \* +<none> +True +0 /);
    expect(await kubectl.ok(['delete', 'cronjob', 'nightly'])).toContain('"nightly" deleted');
  });

  it('makes a Job when it is time; describe tells of it', async () => {
    await create('tick', '@every 2s');
    await kubectl.ok(['wait', '--for=jsonpath={.status.lastSuccessfulTime}', 'cj/tick', '--timeout=20s']);
    await kubectl.ok(['patch', 'cronjob', 'tick', '-p', '{"spec":{"suspend":true}}']);
    const { metadata, status } = await kubectl.json<CronJob>(['get', 'cronjob', 'tick']);
    const minutes = Math.floor(Date.parse(status?.lastScheduleTime ?? '') / 60_000);
    const { metadata: made } = await kubectl.json<Job>(['get', 'job', `tick-${minutes}`]);
    expect(made?.ownerReferences).toMatchObject([
      { kind: 'CronJob', name: 'tick', uid: metadata?.uid, controller: true },
    ]);
    expect(made?.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']).toMatch(/^20.*:\d\dZ$/);
    const described = await until(
      'the Events are told',
      () => kubectl.ok(['describe', 'cronjob', 'tick']),
      (text) => text.includes('SawCompletedJob'),
    );
    expect(described).toMatch(/^Schedule: +@every 2s\nConcurrency Policy: +Allow\nSuspend: +True$/m);
    expect(described).toMatch(/^Last Schedule Time: +\w{3}, \d\d \w{3} \d{4} /m);
    expect(described).toMatch(/Normal +SuccessfulCreate +.*cronjob-controller +Created job tick-\d+\n/);
    expect(described).toMatch(
      /Normal +SawCompletedJob +.*cronjob-controller +Saw completed job: tick-\d+, condition: Complete\n/,
    );
    expect(await kubectl.ok(['get', 'cronjob', 'tick'])).toMatch(
      /\ntick +@every 2s +<none> +True +0 +\d+s +\d+s\n$/,
    );
  });

  it('create job --from makes one by hand; it goes with its CronJob', async () => {
    await create('yearly', '@yearly');
    expect(await kubectl.ok(['create', 'job', 'now', '--from=cronjob/yearly'])).toBe(
      'job.batch/now created\n',
    );
    await kubectl.ok(['wait', '--for=condition=complete', 'job/now', '--timeout=20s']);
    const { metadata } = await kubectl.json<Job>(['get', 'job', 'now']);
    expect(metadata?.annotations).toMatchObject({ 'cronjob.kubernetes.io/instantiate': 'manual' });
    const { status } = await until(
      'its success is noted',
      () => kubectl.json<CronJob>(['get', 'cronjob', 'yearly']),
      (cronJob) => cronJob.status?.lastSuccessfulTime !== undefined,
    );
    expect(status?.lastScheduleTime).toBeUndefined();
    expect(await kubectl.ok(['events', '--for', 'cronjob/yearly'])).toMatch(
      /Warning +UnexpectedJob +CronJob\/yearly +Saw a job that the controller did not create or forgot: now\n/,
    );
    await kubectl.ok(['delete', 'cronjob', 'yearly']);
    await kubectl.ok(['wait', '--for=delete', 'job/now', '--timeout=20s']);
  });

  it('a schedule that cannot be read is refused', async () => {
    const refused = await create('bad', '61 * * * *');
    expect(refused.stderr).toContain(
      'spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61',
    );
  });
});
