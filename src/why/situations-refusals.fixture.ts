import { kinds } from '../api/kinds.js';
import type { KindRef } from '../api/kube-object.js';
import type { TestCluster } from '../cluster/test-cluster.fixture.js';
import { key, type Situation, set } from './situations.fixture.js';

const priorityClass = `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: late }
value: 1000
`;
/** Refused until the class is there. */
const refused = set({ pod: 'priorityClassName: late' });

const replicas = (at: TestCluster, count: number): Promise<unknown> =>
  at.client.patch(kinds.StatefulSet, key('db'), {
    type: 'application/merge-patch+json',
    body: { spec: { replicas: count } },
  });

/** From now on nobody acts, so that what is due stays due. */
async function stopAll({ controlPlane }: TestCluster): Promise<void> {
  for (const controller of controlPlane.controllers) await controller.stop();
}

/** The class appears, and the Pods that were refused are made. */
async function mend(at: TestCluster): Promise<void> {
  await at.apply(priorityClass);
  await at.clock.advance(60_000);
}

const withTemplate = (kind: string, name: string, spec = ''): string => `
apiVersion: ${kind === 'Job' ? 'batch/v1' : 'apps/v1'}
kind: ${kind}
metadata: { name: ${name} }
spec:
  ${kind === 'Job' ? '' : `selector: { matchLabels: { app: ${name} } }`}
  ${spec}
  template: { metadata: { labels: { app: ${name} } }, spec: { restartPolicy: ${kind === 'Job' ? 'Never' : 'Always'}, priorityClassName: late, containers: [{ name: main, image: "x:1" }] } }
`;

const deletePods = async (at: TestCluster): Promise<void> => {
  for (const { metadata } of at.pods()) await at.client.delete(kinds.Pod, key(metadata?.name ?? ''), now);
};
const now = { gracePeriodSeconds: 0 };

/** Made, refused, mended; then the Pods go while nobody acts. */
const goneAfterwards = async (at: TestCluster): Promise<void> => {
  await mend(at);
  await stopAll(at);
  await deletePods(at);
};

const deleteAtOnce = (at: TestCluster, kind: KindRef, name: string): Promise<unknown> =>
  at.client.delete(kind, key(name), { propagationPolicy: 'Background' });

/** What an answer comes to when a write is due. */
const about = (line: string): string =>
  `${line}\n\nTo go on: it does so in a moment; when this answer stays the same, the controllers do not run`;

/** Refusals that are over: the Event is still there, and is no answer any more. */
export const ofRefusals: readonly Situation[] = [
  {
    name: 'a Pod that is due, after another of the set was refused for a while',
    yaml: refused,
    waitMs: 2000,
    act: async (at) => {
      await mend(at);
      await stopAll(at);
      await replicas(at, 4);
    },
    ask: 'sts/db',
    expected: about(
      'StatefulSet default/db: 3 of 4 Pods are ready; its controller is about to create Pod db-3',
    ),
  },
  {
    name: 'a Pod that is due, was refused for a while, and was made since',
    yaml: refused,
    waitMs: 2000,
    act: goneAfterwards,
    ask: 'sts/db',
    expected: about(
      'StatefulSet default/db: 3 of 3 Pods are ready; its controller is about to create Pod db-0',
    ),
  },
  {
    name: 'a status that is due, while the Pod that was refused is not wanted any more',
    yaml: refused,
    waitMs: 2000,
    act: async (at) => {
      await stopAll(at);
      await replicas(at, 0);
    },
    ask: 'sts/db',
    expected: about(
      'StatefulSet default/db: 0 of 0 Pods are ready; its controller is about to update the status',
    ),
  },
  {
    name: 'a Pod that was refused longer ago than the controller waits before it tries again',
    yaml: refused,
    waitMs: 2000,
    act: async (at) => {
      await replicas(at, 0);
      await at.clock.advance(1_200_000);
      await stopAll(at);
      await replicas(at, 3);
    },
    ask: 'sts/db',
    expected: about(
      'StatefulSet default/db: 0 of 3 Pods are ready; its controller is about to create Pod db-0',
    ),
  },
  {
    name: 'a Pod of a set whose namesake before was refused it',
    yaml: refused,
    waitMs: 2000,
    act: async (at) => {
      await deleteAtOnce(at, kinds.StatefulSet, 'db');
      await stopAll(at);
      await at.apply(set());
    },
    ask: 'sts/db',
    expected: about(
      'StatefulSet default/db: 0 of 3 Pods are ready; its controller is about to create the revision',
    ),
  },
  {
    name: 'a ReplicaSet whose Pods were refused for a while',
    yaml: withTemplate('ReplicaSet', 'web', 'replicas: 1'),
    waitMs: 2000,
    act: goneAfterwards,
    ask: 'rs/web',
    expected: about('ReplicaSet default/web: its controller is about to create Pod web-*'),
  },
  {
    name: 'a DaemonSet whose Pods were refused for a while',
    yaml: withTemplate('DaemonSet', 'agent'),
    waitMs: 2000,
    act: goneAfterwards,
    ask: 'ds/agent',
    expected: about('DaemonSet default/agent: its controller is about to create Pod agent-*'),
  },
  {
    name: 'a Job whose Pods were refused for a while',
    yaml: withTemplate('Job', 'work'),
    waitMs: 2000,
    act: async (at) => {
      const suspend = (isSuspended: boolean): Promise<unknown> =>
        at.client.patch(kinds.Job, key('work'), {
          type: 'application/merge-patch+json',
          body: { spec: { suspend: isSuspended } },
        });
      await at.apply(priorityClass);
      await at.clock.advanceUntil(() => at.pods().length > 0, 60_000);
      await suspend(true);
      await at.clock.advance(5000);
      await stopAll(at);
      await suspend(false);
    },
    ask: 'job/work',
    expected: 'Job default/work: its Pods are being made, 0 of 1 have succeeded',
  },
];
