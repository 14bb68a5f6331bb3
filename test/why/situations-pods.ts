import { podIsNew, podOf } from '../tools/objects.js';
import { isReady, rolledOut, touch } from './acts.js';
import { container, pod, set } from './manifests.js';
import type { Place, Situation } from './situation.js';

const unschedulable = ({ told }: Place) => told('a', 'FailedScheduling');
const asks = (resources: string) => pod('a', container(`resources: { requests: { ${resources} } }`));
const remove = ({ kubectl }: Place, name: string) => kubectl.ok(['delete', 'pod', name, '--wait=false']);
const isGone = ({ kubectl }: Place, name: string) =>
  kubectl.ok(['wait', '--for=delete', `pod/${name}`, '--timeout=60s']);

/** Pods that have no place, and Pods that do not go. */
export const ofPods: readonly Situation[] = [
  {
    name: 'a Pod that asks for more memory than the node has',
    namespace: 'big',
    steps: [
      {
        yaml: asks('memory: 900Ti'),
        act: unschedulable,
        ask: 'pod/a',
        code: 1,
        reasons: ['Unschedulable'],
        answer: `Pod big/a: no node takes it: 0/1 nodes are available: 1 Insufficient memory.

To go on: a node with what the Pod asks for, or a Pod that asks for less (node-0: memory 900Ti asked for, N of NMi free)`,
      },
    ],
  },
  {
    name: 'a Pod that asks for more processors than the node has',
    namespace: 'wide',
    steps: [
      {
        yaml: asks('cpu: "4000"'),
        act: unschedulable,
        ask: 'pod/a',
        code: 1,
        reasons: ['Unschedulable'],
        answer: `Pod wide/a: no node takes it: 0/1 nodes are available: 1 Insufficient cpu.

To go on: a node with what the Pod asks for, or a Pod that asks for less (node-0: cpu 4k asked for, N of N free)`,
      },
    ],
  },
  {
    name: 'a Pod that a finalizer keeps, after its containers have ended',
    namespace: 'finalizer',
    steps: [
      {
        yaml: pod('a').replace('labels:', 'finalizers: [example.com/hold], labels:'),
        act: async (at) => {
          await isReady(at, 'a');
          await remove(at, 'a');
          await at.has('pod/a', '{.status.containerStatuses[0].state.terminated}');
        },
        ask: 'pod/a',
        code: 1,
        reasons: ['HeldByFinalizers'],
        answer: `Pod finalizer/a: it is being deleted, and kept by the finalizer example.com/hold

To go on: whoever set a finalizer takes it off when its work is done; if nobody is left to do it, kubectl patch -n finalizer pod a --type=merge -p '{"metadata":{"finalizers":null}}'`,
      },
      {
        act: async (at) => {
          await at.kubectl.ok([
            'patch',
            'pod',
            'a',
            '--type=merge',
            '-p',
            '{"metadata":{"finalizers":null}}',
          ]);
          await isGone(at, 'a');
        },
        ask: 'pod/a',
        code: 1,
        reasons: ['NotFound'],
        answer: `Pod finalizer/a: it does not exist

To go on: create Pod finalizer/a`,
      },
    ],
  },
  {
    name: 'a Pod whose preStop hook takes its time',
    namespace: 'pre-stop',
    steps: [
      {
        yaml: set({
          replicas: 1,
          container: container(
            "lifecycle: { preStop: { exec: { command: [sh, -c, 'until [ -e /tmp/go ]; do sleep 0.1; done'] } } }",
            "[sh, -c, 'trap exit TERM; while :; do sleep 0.1; done']",
          ),
        }).replace('terminationGracePeriodSeconds: 1', 'terminationGracePeriodSeconds: 60'),
        act: async (at) => {
          await rolledOut(at);
          await remove(at, 'db-0');
        },
        ask: 'sts/db',
        code: 1,
        reasons: ['PodTerminating', 'Stopping'],
        answer: `StatefulSet pre-stop/db: 1 of 1 Pods are ready; db-0 is terminating; it is made again when it is gone
  └ Pod pre-stop/db-0: it is stopping, and has N s of its grace period left

To go on: its containers end, or the grace period does`,
      },
      {
        act: async (at) => {
          const { metadata } = await podOf(at.kubectl, 'db-0');
          await touch(at, 'db-0', '/tmp/go');
          await podIsNew(at.kubectl, 'db-0', metadata?.uid);
          await rolledOut(at);
        },
        ask: 'sts/db',
        code: 0,
        answer: 'StatefulSet pre-stop/db: 1 of 1 Pods are ready',
      },
    ],
  },
];

const node = 'apiVersion: v1\nkind: Node\nmetadata: { name: far }\n';

/** Situations that other Pods of the cluster would notice: they come last, and one after the other. */
export const ofNodes: readonly Situation[] = [
  {
    name: 'F3 a Pod stays Terminating while its node is gone; force makes the set go on',
    namespace: 'far',
    steps: [
      {
        yaml: `${node}---${set({ replicas: 1, pod: 'nodeName: far' })}`,
        act: ({ has }) => has('pod/db-0', '{.spec.nodeName}', 'far'),
        ask: 'pod/db-0',
        code: 1,
        reasons: ['NodeGone'],
        answer: `Pod far/db-0: its node far does not answer

To go on: node far comes back; if it is gone for good, kubectl delete node far: its Pods go with it`,
      },
      {
        act: async (at) => {
          await at.kubectl.ok([
            'patch',
            'statefulset',
            'db',
            '-p',
            '{"spec":{"template":{"spec":{"nodeName":null}}}}',
          ]);
          await remove(at, 'db-0');
          await at.has('pod/db-0', '{.metadata.deletionTimestamp}');
        },
        ask: 'sts/db',
        code: 1,
        reasons: ['PodTerminating', 'NodeGone'],
        answer: `StatefulSet far/db: 0 of 1 Pods are ready; db-0 is terminating; it is made again when it is gone
  └ Pod far/db-0: it is being deleted, but its node far does not answer; a Pod of that name is not made again until it is known to have stopped

To go on: node far comes back; if it is gone for good, kubectl delete node far: its Pods go with it; when the Pod is sure to be dead, kubectl delete -n far pod db-0 --grace-period=0 --force`,
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['delete', 'pod', 'db-0', '--grace-period=0', '--force']);
          await isReady(at, 'db-0');
          await rolledOut(at);
        },
        ask: 'sts/db',
        code: 0,
        answer: 'StatefulSet far/db: 1 of 1 Pods are ready',
      },
    ],
  },
];
