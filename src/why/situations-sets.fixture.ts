import { kinds } from '../api/kinds.js';
import { key, never, pod, type Situation, set, slow } from './situations.fixture.js';

/** Sets and their Pods. */
export const ofSets: readonly Situation[] = [
  {
    name: 'a set that is settled',
    yaml: set(),
    waitMs: 2000,
    ask: 'statefulset/db',
    expected: 'StatefulSet default/db: 3 of 3 Pods are ready',
  },
  {
    name: 'a set whose first Pod never gets ready',
    yaml: set({ annotation: never }),
    waitMs: 2000,
    ask: 'sts/db',
    expected: `StatefulSet default/db: 0 of 3 Pods are ready; db-0 runs, but container main is not ready; db-1 waits until it is Running and Ready
  └ Pod default/db-0: container main runs and is not ready yet

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a Pod that is held back by its predecessor',
    yaml: set({ annotation: slow }),
    waitMs: 2000,
    ask: 'pod/db-2',
    expected: `Pod default/db-2: it does not exist: the set db has not made it yet
  └ StatefulSet default/db: 0 of 3 Pods are ready; db-0 runs, but container main is not ready; db-1 waits until it is Running and Ready
    └ Pod default/db-0: container main runs and is not ready yet

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a Pod beyond the range',
    yaml: set(),
    ask: 'pod/db-7',
    expected: `Pod default/db-7: it does not exist: the set db has ordinals 0 to 2

To go on: kubectl scale -n default statefulset db --replicas=8`,
  },
  {
    name: 'a Pod above the range of a set that starts later',
    yaml: set({ spec: 'ordinals: { start: 5 }' }),
    ask: 'pod/db-9',
    expected: `Pod default/db-9: it does not exist: the set db has ordinals 5 to 7

To go on: kubectl scale -n default statefulset db --replicas=5`,
  },
  {
    name: 'a Pod below the range of a set that starts later',
    yaml: set({ spec: 'ordinals: { start: 5 }' }),
    ask: 'pod/db-2',
    expected: `Pod default/db-2: it does not exist: the set db has ordinals 5 to 7

To go on: a set whose spec.ordinals.start is at most 2`,
  },
  {
    name: 'a set of nothing',
    yaml: set({ spec: '' }).replace('replicas: 3', 'replicas: 0'),
    waitMs: 500,
    ask: 'sts/db',
    expected: 'StatefulSet default/db: no replicas are wanted',
  },
  {
    name: 'the forced-rollback trap',
    yaml: set({ annotation: never }),
    waitMs: 2000,
    act: (at) =>
      at.client.modify(kinds.StatefulSet, key('db'), (current) =>
        current.spec === undefined
          ? undefined
          : {
              ...current,
              spec: {
                ...current.spec,
                template: { ...current.spec.template, metadata: { labels: { app: 'db' }, annotations: {} } },
              },
            },
      ),
    ask: 'statefulset/db',
    expected: `StatefulSet default/db: 0 of 3 Pods are ready; db-0 runs, but container main is not ready and was made from an older template; an OrderedReady set does not replace it by itself

To go on: delete Pod db-0: it comes back from the new template (or let the controller do that: annotate the set with holdfast.dev/replace-stuck-pods=true)`,
  },
  {
    name: 'the Pod that is in the forced-rollback trap',
    yaml: set({ annotation: never }),
    waitMs: 2000,
    act: (at) =>
      at.client.patch(kinds.StatefulSet, key('db'), {
        type: 'application/merge-patch+json',
        body: { spec: { template: { metadata: { annotations: null } } } },
      }),
    ask: 'pod/db-0',
    expected: `Pod default/db-0: container main runs and is not ready yet
  └ StatefulSet default/db: 0 of 3 Pods are ready; db-0 runs, but container main is not ready and was made from an older template; an OrderedReady set does not replace it by itself

To go on: delete Pod db-0: it comes back from the new template (or let the controller do that: annotate the set with holdfast.dev/replace-stuck-pods=true)`,
  },
  {
    name: 'a name that is taken',
    yaml: `${pod('db-0', { metadata: 'annotations: {}' })}\n---\n${set()}`,
    waitMs: 2000,
    ask: 'pod/db-1',
    expected: `Pod default/db-1: it does not exist: the set db has not made it yet
  └ StatefulSet default/db: 0 of 3 Pods are ready; db-0 cannot be created: the name is taken by a Pod which the set does not own

To go on: the other Pod db-0 is gone, or matches the set's selector and has no owner`,
  },
  {
    name: 'OnDelete leaves old Pods',
    yaml: set({ spec: 'updateStrategy: { type: OnDelete }' }),
    waitMs: 2000,
    act: (at) =>
      at.client.modify(kinds.StatefulSet, key('db'), (current) =>
        current.spec === undefined
          ? undefined
          : {
              ...current,
              spec: {
                ...current.spec,
                template: { ...current.spec.template, metadata: { labels: { app: 'db', v: '2' } } },
              },
            },
      ),
    ask: 'statefulset/db',
    expected: `StatefulSet default/db: 3 of 3 Pods are ready; db-0 runs an older template; the update strategy is OnDelete

To go on: delete Pod db-0: it comes back from the new template`,
  },
  {
    name: 'Recreate waits for the last old Pod',
    gates: { StatefulSetRecreateStrategy: true },
    yaml: set({
      spec: 'updateStrategy: { type: Recreate }',
      annotation: 'simulated.holdfast.dev/stop-after-ms: "600000"',
    }),
    waitMs: 2000,
    act: async (at) => {
      const patch = {
        type: 'application/merge-patch+json',
        body: { spec: { template: { metadata: { labels: { v: '2' } } } } },
      } as const;
      await at.client.patch(kinds.StatefulSet, key('db'), patch);
      await at.settle();
    },
    ask: 'statefulset/db',
    expected: `StatefulSet default/db: 3 of 3 Pods are ready; db-2 and 2 more of an older template terminate; no Pod of the new one is made before that, as the update strategy is Recreate
  └ Pod default/db-2: it is stopping, and has 30 s of its grace period left

To go on: its containers end, or the grace period does`,
  },
  {
    name: 'minReadySeconds',
    yaml: set({ spec: 'minReadySeconds: 600' }),
    waitMs: 2000,
    ask: 'statefulset/db',
    expected:
      'StatefulSet default/db: 1 of 3 Pods are ready; db-0 is ready, but not yet for the 600 s of minReadySeconds; db-1 waits until it is Running and Ready',
  },
  {
    name: 'a set on its way out behind a finalizer',
    yaml: set().replace('{ name: db }', '{ name: db, finalizers: [example.com/hold] }'),
    waitMs: 2000,
    act: (at) => at.client.delete(kinds.StatefulSet, key('db'), { propagationPolicy: 'Background' }),
    ask: 'statefulset/db',
    expected: `StatefulSet default/db: 3 of 3 Pods are ready; the set is being deleted (finalizers: example.com/hold); its Pods are not touched any more

To go on: whoever set a finalizer takes it off when its work is done; if nobody is left to do it, kubectl patch -n default statefulset db --type=merge -p '{"metadata":{"finalizers":null}}'`,
  },
  {
    name: 'a set that is deleted in the foreground, one of whose Pods stops slowly',
    yaml: set({ annotation: 'simulated.holdfast.dev/stop-after-ms: "600000"' }),
    waitMs: 2000,
    act: (at) => at.client.delete(kinds.StatefulSet, key('db'), { propagationPolicy: 'Foreground' }),
    ask: 'statefulset/db',
    expected: `StatefulSet default/db: 3 of 3 Pods are ready; the set is being deleted (finalizers: foregroundDeletion); its Pods are not touched any more
  └ Pod default/db-0: it is stopping, and has 30 s of its grace period left

To go on: its containers end, or the grace period does`,
  },
  {
    name: 'a set whose Pods are refused',
    yaml: set({ pod: 'priorityClassName: none-such' }),
    waitMs: 2000,
    ask: 'statefulset/db',
    expected:
      'StatefulSet default/db: 0 of 3 Pods are ready; Pod db-0 cannot be created: pods "db-0" is forbidden: no PriorityClass with name none-such was found\n\nTo go on: mend what the message names; its controller tries again by itself',
  },
];
