import { expect } from 'vitest';
import { grow, rolledOut } from './acts.js';
import { container, set, withData } from './manifests.js';
import type { Place, Situation } from './situation.js';

const hasSize = ({ has }: Place, name: string, storage: string) =>
  has(`pvc/${name}`, '{.status.capacity.storage}', storage);

/** Runs what the answer named, and expects it to be done. */
async function resize({ holdfast, namespace }: Place, size: string): Promise<void> {
  const done = await holdfast([
    'resize',
    'statefulset/db',
    '-n',
    namespace,
    '--template',
    `data=${size}`,
    '--yes',
  ]);
  expect([done.stderr, done.code]).toEqual(['', 0]);
}

const oneClaim = { replicas: 1, container: withData, storage: '1Mi' };

/** Claims of sets. */
export const ofSetClaims: readonly Situation[] = [
  {
    name: 'F2 a claim that was grown by hand is larger than the set says; holdfast resize makes them alike',
    namespace: 'grown',
    steps: [
      {
        yaml: set(oneClaim),
        act: async (at) => {
          await rolledOut(at);
          await grow(at, 'data-db-0', '2Mi');
          await hasSize(at, 'data-db-0', '2Mi');
        },
        ask: 'sts/db',
        code: 0,
        answer:
          'StatefulSet grown/db: 1 of 1 Pods are ready; claim data-db-0 asks for 2Mi, while claim template data says 1Mi (holdfast resize statefulset/db -n grown --template data=2Mi makes all alike)',
      },
      {
        act: async (at) => {
          await resize(at, '2Mi');
          await rolledOut(at);
        },
        ask: 'sts/db',
        code: 0,
        answer: 'StatefulSet grown/db: 1 of 1 Pods are ready',
      },
    ],
  },
  {
    name: 'F2 a set that was made anew with larger claim templates: its claims stay as they are until holdfast resize',
    namespace: 'larger',
    steps: [
      {
        yaml: set(oneClaim),
        act: async (at) => {
          await rolledOut(at);
          await at.kubectl.ok(['delete', 'statefulset', 'db', '--cascade=orphan']);
          await at.kubectl.ok(['apply', '-f', '-'], { input: set({ ...oneClaim, storage: '2Mi' }) });
          await rolledOut(at);
        },
        ask: 'sts/db',
        code: 1,
        reasons: ['ClaimsDiffer'],
        answer: `StatefulSet larger/db: 1 of 1 Pods are ready; claim data-db-0 asks for 1Mi, while claim template data says 2Mi, and a set does not change claims that exist

To go on: holdfast resize statefulset/db -n larger --template data=2Mi, which grows the claims`,
      },
      {
        act: async (at) => {
          await resize(at, '2Mi');
          await hasSize(at, 'data-db-0', '2Mi');
        },
        ask: 'sts/db',
        code: 0,
        answer: 'StatefulSet larger/db: 1 of 1 Pods are ready',
      },
    ],
  },
  {
    name: 'F8 a Pod that is not root writes to its fresh volume',
    namespace: 'fs-group',
    steps: [
      {
        yaml: set({
          replicas: 1,
          storage: '1Mi',
          pod: 'securityContext: { runAsUser: 1000, runAsNonRoot: true, fsGroup: 2000 }',
          container: container(
            'volumeMounts: [{ name: data, mountPath: /data }], readinessProbe: { exec: { command: [cat, /data/id] }, periodSeconds: 1 }',
            "[sh, -c, 'id > /data/id && sleep infinity']",
          ),
        }),
        act: async (at) => {
          await rolledOut(at);
          expect(await at.kubectl.ok(['exec', 'db-0', '--', 'stat', '-c', '%u:%g', '/data/id'])).toBe(
            '1000:2000\n',
          );
        },
        ask: 'sts/db',
        code: 0,
        answer: 'StatefulSet fs-group/db: 1 of 1 Pods are ready',
      },
    ],
  },
  {
    name: 'a claim that is left behind when its set is scaled down, and is used again',
    namespace: 'left',
    steps: [
      {
        yaml: set({ ...oneClaim, replicas: 2 }),
        act: async (at) => {
          await rolledOut(at);
          await at.kubectl.ok(['scale', 'statefulset/db', '--replicas=1']);
          await at.kubectl.ok(['wait', '--for=delete', 'pod/db-1', '--timeout=60s']);
        },
        ask: 'pvc/data-db-1',
        code: 0,
        answer:
          'PersistentVolumeClaim left/data-db-1: it is bound to volume PVC; no Pod uses it: the set db has only the ordinal 0, and keeps the claims of former Pods (persistentVolumeClaimRetentionPolicy)',
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['scale', 'statefulset/db', '--replicas=2']);
          await rolledOut(at);
        },
        ask: 'pvc/data-db-1',
        code: 0,
        answer: 'PersistentVolumeClaim left/data-db-1: it is bound to volume PVC',
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['delete', 'statefulset', 'db']);
          await at.kubectl.ok(['wait', '--for=delete', 'pod/db-1', '--timeout=60s']);
        },
        ask: 'pvc/data-db-1',
        code: 0,
        answer: 'PersistentVolumeClaim left/data-db-1: it is bound to volume PVC; no Pod uses it',
      },
    ],
  },
  {
    name: 'a claim that the retention policy takes with its Pod, and that a finalizer keeps: the set waits for its end',
    namespace: 'retention',
    steps: [
      {
        yaml: set({
          ...oneClaim,
          replicas: 2,
          spec: 'persistentVolumeClaimRetentionPolicy: { whenScaled: Delete }',
        }),
        act: async (at) => {
          await rolledOut(at);
          const hold = '[{"op":"add","path":"/metadata/finalizers/-","value":"example.com/hold"}]';
          await at.kubectl.ok(['patch', 'pvc', 'data-db-1', '--type=json', '-p', hold]);
          await at.kubectl.ok(['scale', 'statefulset/db', '--replicas=1']);
          await at.has('pvc/data-db-1', '{.metadata.deletionTimestamp}');
          await at.kubectl.ok(['scale', 'statefulset/db', '--replicas=2']);
          await at.has('statefulset/db', '{.status.observedGeneration}', '3');
        },
        ask: 'pod/db-1',
        code: 1,
        reasons: ['HeldBack', 'ClaimBeingDeleted', 'HeldByFinalizers'],
        answer: `Pod retention/db-1: it does not exist: the set db has not made it yet
  └ StatefulSet retention/db: 1 of 2 Pods are ready; db-1 cannot be created: its claim data-db-1 is being deleted
    └ PersistentVolumeClaim retention/data-db-1: it is being deleted, and kept by the finalizer example.com/hold

To go on: whoever set a finalizer takes it off when its work is done; if nobody is left to do it, kubectl patch -n retention persistentvolumeclaim data-db-1 --type=merge -p '{"metadata":{"finalizers":null}}'`,
      },
      {
        act: async (at) => {
          await at.kubectl.ok([
            'patch',
            'pvc',
            'data-db-1',
            '--type=merge',
            '-p',
            '{"metadata":{"finalizers":null}}',
          ]);
          await rolledOut(at);
        },
        ask: 'sts/db',
        code: 0,
        answer: 'StatefulSet retention/db: 2 of 2 Pods are ready',
      },
    ],
  },
];
