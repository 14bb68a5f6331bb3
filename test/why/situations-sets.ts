import { container, type Place, patch, pod, probe, rolledOut, type Situation, set } from './situation.js';

/** Gives the template a probe that always fails, or takes it away again. */
const breakTemplate = (at: Place) => changeProbe(at, { exec: { command: ['false'] }, periodSeconds: 1 });
const mendTemplate = (at: Place) => changeProbe(at, null);

function changeProbe(at: Place, readinessProbe: object | null): Promise<string> {
  const containers = [{ name: 'main', readinessProbe }];
  return patch(at, 'statefulset/db', { spec: { template: { spec: { containers } } } });
}

const seen = ({ has }: Place, generation: number) =>
  has('statefulset/db', '{.status.observedGeneration}', `${generation}`);
const remove = ({ kubectl }: Place, name: string) => kubectl.ok(['delete', 'pod', name]);
const whole = (namespace: string, ready = '2 of 2') => ({
  ask: 'sts/db',
  code: 0 as const,
  reasons: ['Settled'],
  answer: `StatefulSet ${namespace}/db: ${ready} Pods are ready`,
});

/** StatefulSets, and Pods of theirs that are not there. */
export const ofSets: readonly Situation[] = [
  {
    name: 'F1 the Pod of a template that was taken back is never replaced; deleting it ends that',
    namespace: 'stuck',
    steps: [
      {
        yaml: set(),
        act: async (at) => {
          await rolledOut(at);
          await breakTemplate(at);
          await at.told('db-1', 'Unhealthy');
        },
        ask: 'sts/db',
        code: 1,
        reasons: ['PodNotReady', 'ProbeFailing'],
        answer: `StatefulSet stuck/db: 1 of 2 Pods are ready; db-1 runs, but container main is not ready; it is the last Pod that the set waits for
  └ Pod stuck/db-1: container main runs and is not ready: Readiness probe failed, and printed nothing

To go on: the probe succeeds; kubectl logs -n stuck db-1 -c main shows what the container is at`,
      },
      {
        act: async (at) => {
          await mendTemplate(at);
          await seen(at, 3);
        },
        ask: 'pod/db-1',
        code: 1,
        reasons: ['ProbeFailing', 'StuckOnOldRevision'],
        answer: '',
      },
      {
        act: async (at) => {
          await remove(at, 'db-1');
          await rolledOut(at);
        },
        ...whole('stuck'),
      },
    ],
  },
  {
    name: 'F1 the same with a Pod that no node takes',
    namespace: 'stuck-pending',
    steps: [
      {
        yaml: set(),
        act: async (at) => {
          await rolledOut(at);
          const ask = (memory: string | null) => ({ name: 'main', resources: { requests: { memory } } });
          const change = (memory: string | null) =>
            patch(at, 'statefulset/db', { spec: { template: { spec: { containers: [ask(memory)] } } } });
          await change('900Ti');
          await at.told('db-1', 'FailedScheduling');
          await change(null);
          await seen(at, 3);
        },
        ask: 'pod/db-1',
        code: 1,
        reasons: ['Unschedulable', 'StuckOnOldRevision'],
        answer: `Pod stuck-pending/db-1: no node takes it: 0/1 nodes are available: 1 Insufficient memory.
  └ StatefulSet stuck-pending/db: 1 of 2 Pods are ready; db-1 is not scheduled: 0/1 nodes are available: 1 Insufficient memory and was made from an older template; an OrderedReady set does not replace it by itself

To go on: delete Pod db-1: it comes back from the new template (or let the controller do that: annotate the set with holdfast.dev/replace-stuck-pods=true)`,
      },
      {
        act: async (at) => {
          await remove(at, 'db-1');
          await rolledOut(at);
        },
        ...whole('stuck-pending'),
      },
    ],
  },
  {
    name: 'F1 the same in a set that lets the controller replace stuck Pods',
    namespace: 'stuck-replaced',
    steps: [
      {
        yaml: set({ metadata: 'annotations: { holdfast.dev/replace-stuck-pods: "true" }' }),
        act: async (at) => {
          await rolledOut(at);
          await breakTemplate(at);
          await at.told('db-1', 'Unhealthy');
          await mendTemplate(at);
          await at.told('db', 'ReplacingStuckPod');
          await rolledOut(at);
        },
        ...whole('stuck-replaced'),
      },
    ],
  },
  {
    name: 'F5 Pods that are refused, of which the status of the set says nothing',
    namespace: 'refused',
    steps: [
      {
        yaml: set({ pod: 'serviceAccountName: keeper' }),
        act: ({ told }) => told('db', 'FailedCreate'),
        ask: 'pod/db-0',
        code: 1,
        reasons: ['HeldBack', 'CreationFailed'],
        answer: `Pod refused/db-0: it does not exist: the set db has not made it yet
  └ StatefulSet refused/db: 0 of 2 Pods are ready; Pod db-0 cannot be created: pods "db-0" is forbidden: error looking up service account refused/keeper: serviceaccount "keeper" not found

To go on: what the message names is mended; the set tries again by itself`,
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['create', 'serviceaccount', 'keeper']);
          await rolledOut(at);
        },
        ...whole('refused'),
      },
    ],
  },
  {
    name: 'F5 a Pod that is held back by the one before it',
    namespace: 'held-back',
    steps: [
      {
        yaml: set({ container: container(probe('[cat, /tmp/ready]')) }),
        act: ({ told }) => told('db-0', 'Unhealthy'),
        ask: 'pod/db-1',
        code: 1,
        reasons: ['HeldBack', 'PodNotReady', 'ProbeFailing'],
        answer: `Pod held-back/db-1: it does not exist: the set db has not made it yet
  └ StatefulSet held-back/db: 0 of 2 Pods are ready; db-0 runs, but container main is not ready; db-1 waits until it is Running and Ready
    └ Pod held-back/db-0: container main runs and is not ready: Readiness probe failed: cat: /tmp/ready: No such file or directory

To go on: the probe succeeds; kubectl logs -n held-back db-0 -c main shows what the container is at`,
      },
      {
        act: async ({ kubectl, told }) => {
          await kubectl.ok(['exec', 'db-0', '--', 'touch', '/tmp/ready']);
          await told('db-1', 'Unhealthy');
        },
        ask: 'pod/db-1',
        code: 1,
        reasons: ['ProbeFailing'],
        answer: '',
      },
    ],
  },
  {
    name: 'F5 a Pod whose name is taken',
    namespace: 'taken',
    steps: [
      {
        yaml: `${pod('db-0')}---${set({ replicas: 1 })}`,
        act: (at) => seen(at, 1),
        ask: 'sts/db',
        code: 1,
        reasons: ['PodNameTaken'],
        answer: `StatefulSet taken/db: 0 of 1 Pods are ready; db-0 cannot be created: the name is taken by a Pod which the set does not own

To go on: the other Pod db-0 is gone, or matches the set's selector and has no owner`,
      },
      {
        act: async (at) => {
          await remove(at, 'db-0');
          await rolledOut(at);
        },
        ...whole('taken', '1 of 1'),
      },
    ],
  },
  {
    name: 'F6 maxUnavailable of a Parallel set: a broken template takes no more Pods than that, and goes away by itself',
    namespace: 'parallel',
    steps: [
      {
        yaml: set({
          replicas: 3,
          spec: 'podManagementPolicy: Parallel\n  updateStrategy: { rollingUpdate: { maxUnavailable: 2 } }',
        }),
        act: async (at) => {
          await rolledOut(at);
          await breakTemplate(at);
          await at.told('db-2', 'Unhealthy');
          await at.told('db-1', 'Unhealthy');
          await at.has('statefulset/db', '{.status.readyReplicas}', '1');
        },
        ask: 'sts/db',
        code: 1,
        reasons: ['PodNotReady', 'ProbeFailing'],
        answer: `StatefulSet parallel/db: 1 of 3 Pods are ready; db-1 runs, but container main is not ready; the set is not complete before that
  └ Pod parallel/db-1: container main runs and is not ready: Readiness probe failed, and printed nothing

To go on: the probe succeeds; kubectl logs -n parallel db-1 -c main shows what the container is at`,
      },
      {
        act: async (at) => {
          await mendTemplate(at);
          await rolledOut(at);
        },
        ...whole('parallel', '3 of 3'),
      },
    ],
  },
  {
    name: 'OnDelete leaves Pods of an older template to the user',
    namespace: 'on-delete',
    steps: [
      {
        yaml: set({ replicas: 1, spec: 'updateStrategy: { type: OnDelete }' }),
        act: async (at) => {
          await at.has('statefulset/db', '{.status.readyReplicas}', '1');
          await patch(at, 'statefulset/db', { spec: { template: { metadata: { labels: { version: '2' } } } } });
          await seen(at, 2);
        },
        ask: 'sts/db',
        code: 1,
        reasons: ['UpdateOnDelete'],
        answer: `StatefulSet on-delete/db: 1 of 1 Pods are ready; db-0 runs an older template; the update strategy is OnDelete

To go on: delete Pod db-0: it comes back from the new template`,
      },
      {
        act: async (at) => {
          await remove(at, 'db-0');
          await at.has('statefulset/db', '{.status.updatedReplicas}', '1');
          await at.has('statefulset/db', '{.status.readyReplicas}', '1');
        },
        ...whole('on-delete', '1 of 1'),
      },
    ],
  },
];
