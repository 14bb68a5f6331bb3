import { expect } from 'vitest';
import { grow, isReady, rolledOut } from './acts.js';
import { claim, pod, set, withData } from './manifests.js';
import type { Situation } from './situation.js';

const uses = 'volumes: [{ name: data, persistentVolumeClaim: { claimName: c } }]';
const storageClass = (name: string, more: string): string =>
  `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: ${name} }\nprovisioner: holdfast.dev/directory\n${more}\n`;
/** A volume made by hand, of a class that nobody grows. */
const handMade = (name: string, storage: string): string => `
apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name} }
spec: { storageClassName: ${name}, accessModes: [ReadWriteOnce], capacity: { storage: ${storage} }, persistentVolumeReclaimPolicy: Retain, hostPath: { path: /nowhere/${name} } }
`;

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

To go on: create a Pod that uses the claim`,
      },
      {
        yaml: pod('a', withData, uses),
        act: (at) => isReady(at, 'a'),
        ask: 'pvc/c',
        code: 0,
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
        answer: `PersistentVolumeClaim first-consumer/c: it is being deleted, and still used by Pod a

To go on: kubectl delete -n first-consumer pod a; then the claim goes, and with it its data if the reclaim policy of its volume is Delete`,
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
          await expect(grow(at, 'data-db-0', '2Mi')).rejects.toThrow(
            'the storageclass that provisions the pvc must support resize',
          );
          const { stderr } = await at.holdfast([
            'resize',
            'sts/db',
            '-n',
            at.namespace,
            '--template',
            'data=2Mi',
            '--yes',
          ]);
          expect(stderr).toBe(
            'holdfast: claim data-db-0 cannot grow: its storage class rigid does not allow it (allowVolumeExpansion: true)\n',
          );
        },
        ask: 'sts/db',
        code: 0,
        answer: 'StatefulSet no-growth/db: 1 of 1 Pods are ready',
      },
    ],
  },
];
