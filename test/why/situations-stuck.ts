import { breakTemplate, mendTemplate, patch, replaced, rolledOut, seen, whole } from './acts.js';
import { set } from './manifests.js';
import type { Situation } from './situation.js';

/** The trap of a template that was taken back. */
export const ofStuckPods: readonly Situation[] = [
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
        answer: `Pod stuck/db-1: container main runs and is not ready: Readiness probe failed, and printed nothing
  └ StatefulSet stuck/db: 1 of 2 Pods are ready; db-1 runs, but container main is not ready and was made from an older template; an OrderedReady set does not replace it by itself

To go on: delete Pod db-1: it comes back from the new template (or let the controller do that: annotate the set with holdfast.dev/replace-stuck-pods=true)`,
      },
      {
        act: (at) => replaced(at, 'db-1'),
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
        act: (at) => replaced(at, 'db-1'),
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
];
