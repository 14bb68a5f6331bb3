import { expect } from 'vitest';
import { claim, container, type Place, patch, pod, rolledOut, type Situation, set, withData } from './situation.js';

const uses = 'volumes: [{ name: data, persistentVolumeClaim: { claimName: c } }]';
const storageClass = (name: string, more: string): string =>
  `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: ${name} }\nprovisioner: holdfast.dev/directory\n${more}\n`;
const grow = (at: Place, name: string, storage: string) =>
  patch(at, `pvc/${name}`, { spec: { resources: { requests: { storage } } } });
const hasSize = ({ has }: Place, name: string, storage: string) =>
  has(`pvc/${name}`, '{.status.capacity.storage}', storage);

/** A volume made by hand, of a class that nobody grows. */
const handMade = (name: string, storage: string): string => `
apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name} }
spec: { storageClassName: ${name}, accessModes: [ReadWriteOnce], capacity: { storage: ${storage} }, persistentVolumeReclaimPolicy: Retain, hostPath: { path: /nowhere/${name} } }
`;

/** Runs what the answer named, and expects it to be done. */
async function resize({ holdfast, namespace }: Place, size: string): Promise<void> {
  const done = await holdfast(['resize', 'statefulset/db', '-n', namespace, '--template', `data=${size}`, '--yes']);
  expect([done.stderr, done.code]).toEqual(['', 0]);
}

/** Claims and volumes by themselves. */
export const ofClaims: readonly Situation[] = [
  {
    name: 'a claim of a class that does not exist, and the Pod that needs it',
    namespace: 'no-class',
    steps: [
      {
        yaml: `${claim('c', '1Mi', 'storageClassName: fast')}---${pod('a', withData, uses)}`,
        act: ({ told }) => told('a', 'FailedScheduling'),
        ask: 'pod/a',
        code: 1,
        reasons: ['ClaimNotBound', 'ClassMissing'],
        answer: `Pod no-class/a: its claim c is Pending
  └ PersistentVolumeClaim no-class/c: its class fast does not exist

To go on: create StorageClass fast, or a volume of that class by hand`,
      },
    ],
  },
  {
    name: 'a claim that waits for its first consumer, and gets one',
    namespace: 'first-consumer',
    steps: [
      {
        yaml: `${storageClass('late', 'volumeBindingMode: WaitForFirstConsumer')}---${claim('c', '1Mi', 'storageClassName: late')}`,
        act: ({ told }) => told('c', 'WaitForFirstConsumer'),
        ask: 'pvc/c',
        code: 1,
        reasons: ['WaitForFirstConsumer'],
        answer: `PersistentVolumeClaim first-consumer/c: waiting for first consumer to be created before binding

To go on: a Pod that uses the claim`,
      },
      {
        yaml: pod('a', withData, uses),
        act: ({ has }) => has('pod/a', '{.status.containerStatuses[0].ready}', 'true'),
        ask: 'pvc/c',
        code: 0,
        reasons: ['Settled'],
        answer: 'PersistentVolumeClaim first-consumer/c: it is bound to volume PVC',
      },
      {
        act: async ({ kubectl, has }) => {
          await kubectl.ok(['delete', 'pvc', 'c', '--wait=false']);
          await has('pvc/c', '{.metadata.deletionTimestamp}');
        },
        ask: 'pvc/c',
        code: 1,
        reasons: ['ClaimInUse'],
        answer: '',
      },
    ],
  },
  {
    name: 'F7 a claim that is larger than the volume that it names',
    namespace: 'small',
    steps: [
      {
        yaml: `${handMade('small', '1Mi')}---${claim('c', '1Gi', 'storageClassName: small, volumeName: small')}---${pod('a', withData, uses)}`,
        act: ({ told }) => told('a', 'FailedScheduling'),
        ask: 'pod/a',
        code: 1,
        reasons: ['ClaimNotBound', 'VolumeMismatch'],
        answer: `Pod small/a: its claim c is Pending
  └ PersistentVolumeClaim small/c: Cannot bind to requested volume "small": requested PV is too small (it has 1Mi, the claim asks for 1Gi)

To go on: a claim that volume small fits, or another volume`,
      },
    ],
  },
  {
    name: 'F7 a claim that asks for more than its volume has, and nobody grows it',
    namespace: 'fixed',
    steps: [
      {
        yaml: `${storageClass('fixed', 'allowVolumeExpansion: true').replace('holdfast.dev/directory', 'example.com/none')}---${handMade('fixed', '1Mi')}---${claim('c', '1Mi', 'storageClassName: fixed')}`,
        act: async (at) => {
          await at.has('pvc/c', '{.status.phase}', 'Bound');
          await grow(at, 'c', '2Mi');
        },
        ask: 'pvc/c',
        code: 1,
        reasons: ['ResizePending'],
        answer: `PersistentVolumeClaim fixed/c: it is bound to volume fixed, which has 1Mi, and asks for 2Mi: nothing has grown the volume yet

To go on: the provisioner of the class grows the volume`,
      },
    ],
  },
  {
    name: 'F7 a class that does not allow growth: the API and holdfast resize refuse it by name',
    namespace: 'no-growth',
    steps: [
      {
        yaml: `${storageClass('rigid', 'allowVolumeExpansion: false')}---${set({ replicas: 1, container: withData, storage: '1Mi' }).replace('accessModes', 'storageClassName: rigid, accessModes')}`,
        act: async (at) => {
          await rolledOut(at);
          await expect(grow(at, 'data-db-0', '2Mi')).rejects.toThrow('the storageclass that provisions the pvc must support resize');
          const { stderr } = await at.holdfast(['resize', 'sts/db', '-n', at.namespace, '--template', 'data=2Mi', '--yes']);
          expect(stderr).toBe('holdfast: claim data-db-0 cannot grow: its storage class rigid does not allow it (allowVolumeExpansion: true)\n');
        },
        ask: 'sts/db',
        code: 0,
        reasons: ['Settled'],
        answer: 'StatefulSet no-growth/db: 1 of 1 Pods are ready',
      },
    ],
  },
];

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
        reasons: ['Settled'],
        answer: 'StatefulSet grown/db: 1 of 1 Pods are ready; claim data-db-0 asks for 2Mi, while claim template data says 1Mi (holdfast resize statefulset/db -n grown --template data=2Mi makes all alike)',
      },
      {
        act: async (at) => {
          await resize(at, '2Mi');
          await rolledOut(at);
        },
        ask: 'sts/db',
        code: 0,
        reasons: ['Settled'],
        answer: '',
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
        reasons: ['Settled'],
        answer: '',
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
          expect(await at.kubectl.ok(['exec', 'db-0', '--', 'stat', '-c', '%u:%g', '/data/id'])).toBe('1000:2000\n');
        },
        ask: 'sts/db',
        code: 0,
        reasons: ['Settled'],
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
        reasons: ['Settled'],
        answer: 'PersistentVolumeClaim left/data-db-1: it is bound to volume PVC; no Pod uses it: the set db has only the ordinal 0, and keeps the claims of former Pods (persistentVolumeClaimRetentionPolicy)',
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['scale', 'statefulset/db', '--replicas=2']);
          await rolledOut(at);
        },
        ask: 'pvc/data-db-1',
        code: 0,
        reasons: ['Settled'],
        answer: '',
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['delete', 'statefulset', 'db']);
          await at.kubectl.ok(['wait', '--for=delete', 'pod/db-1', '--timeout=60s']);
        },
        ask: 'pvc/data-db-1',
        code: 0,
        reasons: ['Settled'],
        answer: '',
      },
    ],
  },
  {
    name: 'a claim that the retention policy takes with its Pod, and that a finalizer keeps: the set waits for its end',
    namespace: 'retention',
    steps: [
      {
        yaml: set({ ...oneClaim, replicas: 2, spec: 'persistentVolumeClaimRetentionPolicy: { whenScaled: Delete }' }),
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
    └ PersistentVolumeClaim retention/data-db-1: it is being deleted, and kept by the finalizers example.com/hold

To go on: whoever set the finalizers takes them off`,
      },
      {
        act: async (at) => {
          await at.kubectl.ok(['patch', 'pvc', 'data-db-1', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
          await rolledOut(at);
        },
        ask: 'sts/db',
        code: 0,
        reasons: ['Settled'],
        answer: '',
      },
    ],
  },
];
