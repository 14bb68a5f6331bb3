import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../src/api/generated/batch-v1.js';
import type { Pod } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

function jobOf(name: string, spec: string, annotations = '{}'): string {
  return `
apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec:
  ${spec}
  template:
    metadata: { annotations: ${annotations} }
    spec:
      restartPolicy: Never
      containers: [{ name: c, image: "work:1" }]
`;
}

describe.each(kubectlVersions)('Jobs with kubectl %s', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version).in('default');
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('create job, wait, get, describe: one Pod that completes', async () => {
    const created = await kubectl.run(['create', 'job', 'hello', '--image=busybox', '--', 'echo', 'hello']);
    expect([created.stdout, created.stderr]).toEqual(['job.batch/hello created\n', '']);
    expect(await kubectl.ok(['wait', '--for=condition=complete', 'job/hello', '--timeout=20s'])).toBe(
      'job.batch/hello condition met\n',
    );
    expect(await kubectl.ok(['get', 'job', 'hello'])).toMatch(
      /^NAME +STATUS +COMPLETIONS +DURATION +AGE\nhello +Complete +1\/1 +\d+s +\d+s\n$/,
    );
    expect(await kubectl.ok(['get', 'pods', '-l', 'job-name=hello'])).toMatch(
      /\nhello-[a-z0-9]{5} +0\/1 +Completed +0 +\d+s\n$/,
    );
    const described = await kubectl.ok(['describe', 'job', 'hello']);
    expect(described).toMatch(/^Parallelism: +1\nCompletions: +1\n/m);
    expect(described).toMatch(/^Pods Statuses: +0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed$/m);
    expect(described).toMatch(/Normal +SuccessfulCreate +.*job-controller +Created pod: hello-[a-z0-9]{5}\n/);
    expect(described).toMatch(/Normal +Completed +.*job-controller +Job completed\n/);
    const { status } = await kubectl.json<Job>(['get', 'job', 'hello']);
    expect(status).toMatchObject({ succeeded: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(status?.conditions?.map(({ type, reason, message }) => [type, reason, message])).toEqual(
      ['SuccessCriteriaMet', 'Complete'].map((type) => [
        type,
        'CompletionsReached',
        'Reached expected number of succeeded pods',
      ]),
    );
  });

  it('an Indexed Job gives each Pod its index', async () => {
    await kubectl.ok(['apply', '-f', '-'], {
      input: jobOf('array', 'completions: 4\n  parallelism: 2\n  completionMode: Indexed'),
    });
    await kubectl.ok(['wait', '--for=condition=complete', 'job/array', '--timeout=20s']);
    const { status } = await kubectl.json<Job>(['get', 'job', 'array']);
    expect(status).toMatchObject({ succeeded: 4, completedIndexes: '0-3' });
    const { items } = await kubectl.json<{ readonly items: readonly Pod[] }>([
      'get',
      'pods',
      '-l',
      'job-name=array',
    ]);
    const hosts = items.map(({ spec }) => spec?.hostname).sort();
    expect(hosts).toEqual(['array-0', 'array-1', 'array-2', 'array-3']);
    expect(items.flatMap(({ metadata }) => metadata?.finalizers ?? [])).toEqual([]);
    expect(await kubectl.ok(['describe', 'job', 'array'])).toMatch(/^Completed Indexes: +0-3$/m);
  });

  it('a Job whose Pods fail ends as failed, and says why', async () => {
    const fails = '{ simulated.holdfast.dev/fail: exit 3 }';
    await kubectl.ok(['apply', '-f', '-'], { input: jobOf('broken', 'backoffLimit: 0', fails) });
    expect(await kubectl.ok(['wait', '--for=condition=failed', 'job/broken', '--timeout=20s'])).toBe(
      'job.batch/broken condition met\n',
    );
    expect(await kubectl.ok(['get', 'job', 'broken'])).toMatch(/\nbroken +Failed +0\/1 /);
    const described = await kubectl.ok(['describe', 'job', 'broken']);
    expect(described).toMatch(/^Pods Statuses: +0 Active \(0 Ready\) \/ 0 Succeeded \/ 1 Failed$/m);
    expect(described).toMatch(
      /Warning +BackoffLimitExceeded +.*job-controller +Job has reached the specified backoff limit\n/,
    );
  });

  it('suspend and resume; a deadline; delete takes the Pods along', async () => {
    const long = '{ simulated.holdfast.dev/run-for-ms: "600000" }';
    await kubectl.ok(['apply', '-f', '-'], { input: jobOf('long', 'suspend: true', long) });
    await kubectl.ok(['wait', '--for=condition=suspended', 'job/long', '--timeout=20s']);
    expect(await kubectl.ok(['get', 'job', 'long'])).toMatch(/\nlong +Suspended +0\/1 /);
    await kubectl.ok(['patch', 'job', 'long', '-p', '{"spec":{"suspend":false}}']);
    await kubectl.ok(['wait', '--for=jsonpath={.status.ready}=1', 'job/long', '--timeout=20s']);
    const reasons = await kubectl.ok(['events', '--for', 'job/long']);
    expect(reasons).toMatch(/Suspended +Job\/long +Job suspended\n[\s\S]*Resumed +Job\/long +Job resumed\n/);
    await kubectl.ok(['patch', 'job', 'long', '-p', '{"spec":{"activeDeadlineSeconds":1}}']);
    await kubectl.ok(['wait', '--for=condition=failed', 'job/long', '--timeout=20s']);
    const { status } = await kubectl.json<Job>(['get', 'job', 'long']);
    expect(status).toMatchObject({ failed: 1, conditions: [{}, { reason: 'DeadlineExceeded' }, {}] });
    expect(await kubectl.ok(['delete', 'jobs', '--all'])).toContain('"long" deleted');
    const left = await until(
      'the Pods are gone',
      () => kubectl.ok(['get', 'pods', '-o', 'name']),
      (text) => text === '',
    );
    expect(left).toBe('');
  });

  it('a Job that is over goes when its time is up', async () => {
    await kubectl.ok(['apply', '-f', '-'], { input: jobOf('brief', 'ttlSecondsAfterFinished: 0') });
    await kubectl.ok(['wait', '--for=delete', 'job/brief', '--timeout=20s']);
  });
});
