import {
  breakTemplate,
  isReady,
  mendTemplate,
  patch,
  replaced,
  rolledOut,
  seen,
  touch,
  whole,
} from './acts.js';
import { container, pod, probe, set } from './manifests.js';
import type { Situation } from './situation.js';

/** StatefulSets, and Pods of theirs that are not there. */
export const ofSets: readonly Situation[] = [
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

To go on: mend what the message names; its controller tries again by itself`,
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
        act: async (at) => {
          await touch(at, 'db-0', '/tmp/ready');
          await at.told('db-1', 'Unhealthy');
        },
        ask: 'pod/db-1',
        code: 1,
        reasons: ['ProbeFailing'],
        answer: `Pod held-back/db-1: container main runs and is not ready: Readiness probe failed: cat: /tmp/ready: No such file or directory

To go on: the probe succeeds; kubectl logs -n held-back db-1 -c main shows what the container is at`,
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
        act: (at) => replaced(at, 'db-0'),
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
          await patch(at, 'statefulset/db', {
            spec: { template: { metadata: { labels: { version: '2' } } } },
          });
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
          await at.kubectl.ok(['delete', 'pod', 'db-0', '--wait=false']);
          await at.has('statefulset/db', '{.status.updatedReplicas}', '1');
          await isReady(at, 'db-0');
          await at.has('statefulset/db', '{.status.readyReplicas}', '1');
        },
        ...whole('on-delete', '1 of 1'),
      },
    ],
  },
];
