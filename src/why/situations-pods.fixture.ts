import { kinds } from '../api/kinds.js';
import { claim, deletePod, pod, type Situation, uses } from './situations.fixture.js';

/** Pods by themselves. */
export const ofPods: readonly Situation[] = [
  {
    name: 'a Pod that runs',
    yaml: pod('a'),
    waitMs: 500,
    ask: 'pod/a',
    expected: 'Pod default/a: it runs and is ready',
  },
  {
    name: 'a Pod that nobody knows',
    ask: 'po/nobody',
    expected: 'Pod default/nobody: it does not exist\n\nTo go on: create Pod default/nobody',
  },
  {
    name: 'scheduling gates',
    yaml: pod('a', { spec: 'schedulingGates: [{ name: example.com/wait }]' }),
    waitMs: 500,
    ask: 'pod/a',
    expected: `Pod default/a: it is not to be scheduled before its gates are taken off: example.com/wait

To go on: whoever set a gate takes it off; if nobody is left to do it, kubectl patch -n default pod a --type=merge -p '{"spec":{"schedulingGates":null}}'`,
  },
  {
    name: 'no room',
    yaml: pod('a').replace('image: "x:1"', 'image: "x:1", resources: { requests: { cpu: "4000" } }'),
    waitMs: 3000,
    ask: 'pod/a',
    expected: `Pod default/a: no node takes it: 0/1 nodes are available: 1 Insufficient cpu.

To go on: a node with what the Pod asks for, or a Pod that asks for less (node-0: cpu 4k asked for, 1k of 1k free)`,
  },
  {
    name: 'no node with the label',
    yaml: pod('a', { spec: 'nodeSelector: { disk: ssd }' }),
    waitMs: 3000,
    ask: 'pod/a',
    expected: `Pod default/a: no node takes it: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.

To go on: a node with what the Pod asks for, or a Pod that asks for less (node-0: has not the label disk=ssd)`,
  },
  {
    name: 'a taint on the only node',
    yaml: pod('a', { metadata: 'annotations: {}' }),
    act: async (at) => {
      await deletePod('a')(at);
      await at.client.modify(kinds.Node, { name: 'node-0' }, (node) => ({
        ...node,
        spec: { ...node.spec, taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] },
      }));
      await at.clock.advance(2000);
      await at.apply(pod('b'));
      await at.clock.advance(3000);
    },
    waitMs: 500,
    ask: 'pod/b',
    expected: `Pod default/b: no node takes it: node-0 has the taint dedicated=db:NoSchedule

To go on: the Pod tolerates the taint, or kubectl taint node node-0 dedicated=db:NoSchedule- takes it off`,
  },
  {
    name: 'a cordon on the only node',
    act: async (at) => {
      await at.client.modify(kinds.Node, { name: 'node-0' }, (node) => ({
        ...node,
        spec: { ...node.spec, unschedulable: true },
      }));
      await at.clock.advance(2000);
      await at.apply(pod('b'));
      await at.clock.advance(3000);
    },
    waitMs: 500,
    ask: 'pod/b',
    expected: 'Pod default/b: no node takes it: node-0 is cordoned\n\nTo go on: kubectl uncordon node-0',
  },
  {
    name: 'another scheduler',
    yaml: pod('a', { spec: 'schedulerName: mine' }),
    waitMs: 500,
    ask: 'pod/a',
    expected: `Pod default/a: the scheduler mine has not placed it

To go on: a program that binds Pods of schedulerName mine, or schedulerName default-scheduler`,
  },
  {
    name: 'a claim that is missing',
    yaml: pod('a', { spec: uses('none') }),
    waitMs: 3000,
    ask: 'pod/a',
    expected: `Pod default/a: it uses claim none, which does not exist
  └ PersistentVolumeClaim default/none: it does not exist

To go on: create PersistentVolumeClaim default/none`,
  },
  {
    name: 'a claim of a class that is missing',
    yaml: `${claim('c', 'storageClassName: fast')}\n---\n${pod('a', { spec: uses('c') })}`,
    waitMs: 3000,
    ask: 'pod/a',
    expected: `Pod default/a: its claim c is Pending
  └ PersistentVolumeClaim default/c: its class fast does not exist

To go on: create StorageClass fast, or a volume of that class by hand`,
  },
  {
    name: 'an unmet readiness gate',
    yaml: pod('a', { spec: 'readinessGates: [{ conditionType: example.com/warm }]' }),
    waitMs: 500,
    ask: 'pod/a',
    expected: `Pod default/a: its readiness gate example.com/warm is not met: the condition is not set

To go on: whoever looks after the gate sets the condition example.com/warm of the Pod to True`,
  },
  {
    name: 'an eviction',
    yaml: pod('a', {
      metadata: 'annotations: { simulated.holdfast.dev/evict: "The node was low on resource: memory." }',
    }),
    waitMs: 500,
    ask: 'pod/a',
    expected: `Pod default/a: it has failed for good: The node was low on resource: memory.

To go on: kubectl delete -n default pod a, then create it again`,
  },
  {
    name: 'a Pod that has done its work',
    yaml: pod('a', {
      spec: 'restartPolicy: Never',
      metadata: 'annotations: { simulated.holdfast.dev/fail: exit 0 }',
    }),
    waitMs: 500,
    ask: 'pod/a',
    expected: 'Pod default/a: it has done its work',
  },
  {
    name: 'a Pod that has failed',
    yaml: pod('a', {
      spec: 'restartPolicy: Never',
      metadata: 'annotations: { simulated.holdfast.dev/fail: exit 3 }',
    }),
    waitMs: 500,
    ask: 'pod/a',
    expected: `Pod default/a: it has failed for good: container main ended with code 3 (Error)

To go on: kubectl delete -n default pod a, then create it again`,
  },
  {
    name: 'a Pod that is stopping',
    yaml: pod('a', { metadata: 'annotations: { simulated.holdfast.dev/stop-after-ms: "20000" }' }),
    waitMs: 1000,
    act: deletePod('a'),
    ask: 'pod/a',
    expected:
      'Pod default/a: it is stopping, and has 30 s of its grace period left\n\nTo go on: its containers end, or the grace period does',
  },
  {
    name: 'a Pod that a finalizer keeps',
    yaml: pod('a', { metadata: 'finalizers: [example.com/hold]' }),
    waitMs: 1000,
    act: async (at) => {
      await deletePod('a')(at);
      await at.clock.advance(60_000);
    },
    ask: 'pod/a',
    expected: `Pod default/a: it is being deleted, and kept by the finalizer example.com/hold

To go on: whoever set a finalizer takes it off when its work is done; if nobody is left to do it, kubectl patch -n default pod a --type=merge -p '{"metadata":{"finalizers":null}}'`,
  },
];
