import { kinds } from '../api/kinds.js';
import { key, type Situation } from './situations.fixture.js';

/** The containers of its Pods end with code 3, or as told. */
const failing = (code = 3): string => `simulated.holdfast.dev/fail: exit ${code}`;
/** Its Pods run for an hour. */
const long = 'simulated.holdfast.dev/run-for-ms: "3600000"';

function job(spec: string, annotation = ''): string {
  return `
apiVersion: batch/v1
kind: Job
metadata: { name: work }
spec:
  ${spec}
  template: ${template(annotation)}
`;
}

function template(annotation: string, labels = ''): string {
  return `{ metadata: { ${labels} annotations: { ${annotation} } }, spec: { restartPolicy: Never, containers: [{ name: main, image: "x:1" }] } }`;
}

function cronJob(spec: string, annotation = ''): string {
  return `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  ${spec}
  jobTemplate: { spec: { template: ${template(annotation)} } }
`;
}

/** Jobs and CronJobs. */
export const ofJobs: readonly Situation[] = [
  {
    name: 'a Job that is complete',
    yaml: job('completions: 2'),
    waitMs: 3000,
    ask: 'job/work',
    expected: 'Job default/work: it is complete: 2 succeeded',
  },
  {
    name: 'a Job at work',
    yaml: job('parallelism: 2\n  completions: 2', long),
    waitMs: 3000,
    ask: 'job/work',
    expected: 'Job default/work: 2 of its Pods run, 0 of 2 have succeeded',
  },
  {
    name: 'a Job that is suspended',
    yaml: job('suspend: true'),
    waitMs: 3000,
    ask: 'job/work',
    expected: `Job default/work: it is suspended

To go on: kubectl patch -n default job work -p '{"spec":{"suspend":false}}'`,
  },
  {
    name: 'a Job whose Pod finds no node',
    yaml: job('parallelism: 1').replace(
      'image: "x:1"',
      'image: "x:1", resources: { requests: { cpu: "4000" } }',
    ),
    waitMs: 3000,
    ask: 'job/work',
    expected: `Job default/work: work-* is not scheduled: 0/1 nodes are available: 1 Insufficient cpu
  └ Pod default/work-*: no node takes it: 0/1 nodes are available: 1 Insufficient cpu.

To go on: a node with what the Pod asks for, or a Pod that asks for less (node-0: cpu 4k asked for, 1k of 1k free)`,
  },
  {
    name: 'a Job that backs off',
    yaml: job('backoffLimit: 6', failing()),
    waitMs: 3000,
    ask: 'job/work',
    expected: `Job default/work: the next Pod has to wait 7 s, since 1 failed before; work-* failed last: container main ended with code 3 (Error)

To go on: the end of the back-off`,
  },
  {
    name: 'a Job beyond its backoffLimit',
    yaml: job('backoffLimit: 1', failing()),
    waitMs: 60_000,
    ask: 'job/work',
    expected: `Job default/work: it has failed for good: Job has reached the specified backoff limit; 0 succeeded, 2 failed; work-* failed last: container main ended with code 3 (Error)

To go on: mend what made it fail, kubectl delete -n default job work, then create it again: a Job that has failed is not run again`,
  },
  {
    name: 'a Job beyond its deadline',
    yaml: job('activeDeadlineSeconds: 5', long),
    waitMs: 60_000,
    ask: 'job/work',
    expected: `Job default/work: it has failed for good: Job was active longer than specified deadline; 0 succeeded, 1 failed

To go on: mend what made it fail, kubectl delete -n default job work, then create it again: a Job that has failed is not run again`,
  },
  {
    name: 'a Job one of whose indexes has failed for good, while another is at work',
    yaml: job(
      'completionMode: Indexed\n  completions: 2\n  parallelism: 2\n  backoffLimitPerIndex: 0',
      `${failing()}, simulated.holdfast.dev/run-for-ms: "2000"`,
    ),
    waitMs: 500,
    act: async (at) => {
      const second = at.pods().find(({ metadata }) => metadata?.name?.startsWith('work-1-'));
      const body = { metadata: { annotations: { 'simulated.holdfast.dev/run-for-ms': '3600000' } } };
      const patch = { type: 'application/merge-patch+json', body } as const;
      await at.client.patch(kinds.Pod, key(second?.metadata?.name ?? ''), patch);
      await at.clock.advance(5000);
    },
    ask: 'job/work',
    expected: 'Job default/work: index 0 has failed for good; 1 of its Pods run, 0 of 2 have succeeded',
  },
  {
    name: 'a Job all of whose indexes have failed for good',
    yaml: job(
      'completionMode: Indexed\n  completions: 2\n  parallelism: 2\n  backoffLimitPerIndex: 0',
      failing(),
    ),
    waitMs: 5000,
    ask: 'job/work',
    expected: `Job default/work: it has failed for good: Job has failed indexes; the indexes 0,1 have failed for good; 0 succeeded, 2 failed; work-1-* failed last: container main ended with code 3 (Error)

To go on: mend what made it fail, kubectl delete -n default job work, then create it again: a Job that has failed is not run again`,
  },
  {
    name: 'a Job whose failure policy ended it',
    yaml: job(
      'podFailurePolicy: { rules: [{ action: FailJob, onExitCodes: { containerName: main, operator: In, values: [42] } }] }',
      failing(42),
    ),
    waitMs: 5000,
    ask: 'job/work',
    expected: `Job default/work: it has failed for good: Container main for pod default/work-* failed with exit code 42 matching FailJob rule at index 0; 0 succeeded, 1 failed; work-* failed last: container main ended with code 42 (Error)

To go on: mend what made it fail, kubectl delete -n default job work, then create it again: a Job that has failed is not run again`,
  },
  {
    name: 'a Job whose success policy ended it',
    yaml: job(
      'completionMode: Indexed\n  completions: 3\n  parallelism: 1\n  successPolicy: { rules: [{ succeededIndexes: "0" }] }',
    ),
    waitMs: 5000,
    ask: 'job/work',
    expected:
      'Job default/work: it is complete: 1 succeeded (by its success policy: Matched rules at index 0)',
  },
  {
    name: 'a Job whose Pods are refused',
    yaml: job('parallelism: 1').replace(
      'restartPolicy: Never',
      'restartPolicy: Never, priorityClassName: none-such',
    ),
    waitMs: 3000,
    ask: 'job/work',
    expected:
      'Job default/work: its Pods cannot be created: pods "work-*" is forbidden: no PriorityClass with name none-such was found\n\nTo go on: mend what the message names; its controller tries again by itself',
  },
  {
    name: 'a CronJob that waits for its time',
    yaml: cronJob('schedule: "0 3 * * *"'),
    waitMs: 1000,
    ask: 'cj/nightly',
    expected: 'CronJob default/nightly: the next Job is due at 2026-01-01T03:00:00Z',
  },
  {
    name: 'a CronJob that is suspended',
    yaml: cronJob('schedule: "0 3 * * *"\n  suspend: true'),
    waitMs: 1000,
    ask: 'cronjob/nightly',
    expected: `CronJob default/nightly: spec.suspend is true: no Jobs are made

To go on: kubectl patch -n default cronjob nightly -p '{"spec":{"suspend":false}}'`,
  },
  {
    name: 'a CronJob whose Job before still runs',
    yaml: cronJob('schedule: "* * * * *"\n  concurrencyPolicy: Forbid', long),
    waitMs: 150_000,
    ask: 'cronjob/nightly',
    expected: `CronJob default/nightly: the Job due at 2026-01-01T00:02:00Z waits for Job nightly-29453761: concurrencyPolicy is Forbid
  └ Job default/nightly-29453761: 1 of its Pods run, 0 of 1 have succeeded`,
  },
  {
    name: 'a CronJob whose name for the next Job is taken',
    yaml: `${job('suspend: true').replace('{ name: work }', '{ name: nightly-29453761 }')}\n---\n${cronJob('schedule: "* * * * *"')}`,
    waitMs: 70_000,
    ask: 'cronjob/nightly',
    expected: `CronJob default/nightly: Job nightly-29453761 exists and is not the CronJob's; the next is due at 2026-01-01T00:02:00Z

To go on: kubectl delete -n default job nightly-29453761, or wait for the next`,
  },
  {
    name: 'a CronJob whose day never comes',
    yaml: cronJob('schedule: "0 0 31 2 *"'),
    waitMs: 1000,
    ask: 'cronjob/nightly',
    expected: `CronJob default/nightly: it never starts: invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second

To go on: kubectl edit -n default cronjob nightly: correct spec.schedule`,
  },
  {
    name: 'a CronJob that missed its start',
    yaml: cronJob('schedule: "* * * * *"\n  startingDeadlineSeconds: 10\n  suspend: true'),
    waitMs: 90_000,
    act: (at) =>
      at.client.modify(kinds.CronJob, key('nightly'), (current) => ({
        ...current,
        spec: { ...current.spec, suspend: false },
      })),
    ask: 'cronjob/nightly',
    expected: `CronJob default/nightly: the start at 2026-01-01T00:01:00Z was missed by more than startingDeadlineSeconds; the next is due at 2026-01-01T00:02:00Z

To go on: the next start, or a longer spec.startingDeadlineSeconds`,
  },
];
