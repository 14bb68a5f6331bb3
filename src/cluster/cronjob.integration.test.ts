import { describe, expect, it } from 'vitest';
import type { CronJob, Job } from '../api/generated/batch-v1.js';
import { kinds } from '../api/kinds.js';
import { startTestCluster, type TestCluster } from './test-cluster.fixture.js';

const minuteMs = 60_000;

function cronJob(spec: string, annotations = '{}'): string {
  return `
apiVersion: batch/v1
kind: CronJob
metadata: { name: tick }
spec:
  ${spec}
  jobTemplate:
    metadata: { labels: { app: tick } }
    spec:
      backoffLimit: 0
      template:
        metadata: { annotations: ${annotations} }
        spec:
          restartPolicy: Never
          containers: [{ name: c, image: "work:1" }]
`;
}

async function jobs(cluster: TestCluster): Promise<readonly Job[]> {
  return (await cluster.client.list(kinds.Job, 'default')).items;
}

async function jobTimes(cluster: TestCluster): Promise<readonly (string | undefined)[]> {
  const made = await jobs(cluster);
  return made.map(({ metadata }) =>
    metadata?.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp']?.slice(11, 16),
  );
}

function patch(cluster: TestCluster, spec: Partial<CronJob['spec']>): Promise<unknown> {
  const body = { spec };
  const key = { namespace: 'default', name: 'tick' };
  return cluster.client.patch(kinds.CronJob, key, { type: 'application/merge-patch+json', body });
}

async function statusAfter(cluster: TestCluster, minutes: number): Promise<CronJob['status']> {
  await cluster.clock.advance(minutes * minuteMs);
  await cluster.settle();
  return (await cluster.find(kinds.CronJob, 'tick'))?.status;
}

const long = '{ simulated.holdfast.dev/run-for-ms: "600000" }';

describe('CronJobs, on simulated Pods', () => {
  it('makes a Job at each time, notes it, and keeps as many as it is told to', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(cronJob('schedule: "*/5 * * * *"\n  successfulJobsHistoryLimit: 2'));
    expect(await statusAfter(cluster, 4.9)).toEqual({});
    expect(await statusAfter(cluster, 0.2)).toEqual({
      lastScheduleTime: '2026-01-01T00:05:00Z',
      lastSuccessfulTime: expect.stringMatching(/^2026-01-01T00:05:0\dZ$/),
    });
    const [first] = await jobs(cluster);
    expect(first?.metadata?.name).toBe(`tick-${Date.parse('2026-01-01T00:05:00Z') / minuteMs}`);
    expect(first?.metadata?.labels).toMatchObject({ app: 'tick' });
    await statusAfter(cluster, 15);
    expect(await jobTimes(cluster)).toEqual(['00:15', '00:20']);
    const events = await cluster.events('tick');
    const { name } = first?.metadata ?? {};
    expect(events.slice(0, 2)).toEqual([
      `SuccessfulCreate: Created job ${name}`,
      `SawCompletedJob: Saw completed job: ${name}, condition: Complete`,
    ]);
    expect(events).toContain(`SuccessfulDelete: Deleted job ${name}`);
    expect(new Set(events.map((event) => event.split(':')[0]))).toEqual(
      new Set(['SuccessfulCreate', 'SawCompletedJob', 'SuccessfulDelete']),
    );
  });

  it('Allow, Forbid and Replace, when a Job runs longer than the distance', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(cronJob('schedule: "*/4 * * * *"', long));
    const names = (status: CronJob['status']): number => status?.active?.length ?? 0;
    expect(names(await statusAfter(cluster, 8.5))).toBe(2);
    await patch(cluster, { concurrencyPolicy: 'Forbid' });
    expect(names(await statusAfter(cluster, 4))).toBe(2);
    expect(await jobTimes(cluster)).toEqual(['00:04', '00:08']);
    expect(await cluster.events('tick')).toContain(
      'JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid',
    );
    // At 00:18 both have ended, and the start of 00:16 is made up for.
    expect(names(await statusAfter(cluster, 6))).toBe(1);
    expect(await jobTimes(cluster)).toEqual(['00:04', '00:08', '00:16']);
    await patch(cluster, { concurrencyPolicy: 'Replace' });
    const replaced = await statusAfter(cluster, 2);
    expect(replaced).toMatchObject({ active: [{ kind: 'Job' }], lastScheduleTime: '2026-01-01T00:20:00Z' });
    expect(await jobTimes(cluster)).toEqual(['00:04', '00:08', '00:20']);
  });

  it('suspend stops it, and what was missed is made up for once', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(cronJob('schedule: "*/5 * * * *"\n  suspend: true'));
    await statusAfter(cluster, 12);
    expect(await jobTimes(cluster)).toEqual([]);
    const waits = cluster.controlPlane.controllers.find(({ name }) => name === 'cronjob')?.waiting();
    expect(waits?.get('default/tick')?.reason).toBe('Suspended');
    await patch(cluster, { suspend: false });
    await statusAfter(cluster, 1);
    expect(await jobTimes(cluster)).toEqual(['00:10']);
  });

  it('a Job that is deleted by hand is forgotten; failed ones are kept by their own limit', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(cronJob('schedule: "*/5 * * * *"', '{ simulated.holdfast.dev/fail: exit 3 }'));
    await statusAfter(cluster, 11);
    expect(await jobTimes(cluster)).toEqual(['00:10']);
    const events = await cluster.events('tick');
    expect(events.filter((event) => event.includes('condition: Failed'))).toHaveLength(2);
    await cluster.client.delete(kinds.CronJob, { namespace: 'default', name: 'tick' });
    await statusAfter(cluster, 1);
    expect(await jobs(cluster)).toEqual([]);
    expect(cluster.pods()).toEqual([]);
  });

  it('a Job deleted by hand while it runs leaves the status', async () => {
    await using cluster = await startTestCluster();
    await cluster.apply(cronJob('schedule: "*/5 * * * *"', long));
    const name = (await statusAfter(cluster, 5.5))?.active?.[0]?.name ?? '';
    await cluster.client.delete(kinds.Job, { namespace: 'default', name });
    expect(await statusAfter(cluster, 1)).toEqual({ lastScheduleTime: '2026-01-01T00:05:00Z' });
    expect(await cluster.events('tick')).toContain(`MissingJob: Active job went missing: ${name}`);
  });
});
