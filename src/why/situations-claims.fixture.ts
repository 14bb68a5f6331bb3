import { kinds } from '../api/kinds.js';
import {
  claim,
  claims,
  delayedClass,
  deletePod,
  key,
  never,
  pod,
  type Situation,
  set,
  uses,
} from './situations.fixture.js';

/** Claims and volumes. */
export const ofClaims: readonly Situation[] = [
  {
    name: 'a claim that waits for its first consumer',
    yaml: `${delayedClass}\n---\n${claim('c', 'storageClassName: late')}`,
    waitMs: 500,
    ask: 'pvc/c',
    expected: `PersistentVolumeClaim default/c: waiting for first consumer to be created before binding

To go on: create a Pod that uses the claim`,
  },
  {
    name: 'a claim without a class and without a volume',
    yaml: claim('c', 'storageClassName: ""'),
    waitMs: 500,
    ask: 'pvc/c',
    expected: `PersistentVolumeClaim default/c: no persistent volumes available for this claim and no storage class is set

To go on: create a volume that fits, or the claim anew with a class that makes volumes (kubectl get storageclass)`,
  },
  {
    name: 'a claim that is deleted and in use',
    yaml: `${claim('c')}\n---\n${pod('a', { spec: uses('c') })}`,
    waitMs: 2000,
    act: (at) => at.client.delete(kinds.PersistentVolumeClaim, key('c')),
    ask: 'pvc/c',
    expected: `PersistentVolumeClaim default/c: it is being deleted, and still used by Pod a

To go on: kubectl delete -n default pod a; then the claim goes, and with it its data if the reclaim policy of its volume is Delete`,
  },
  {
    name: 'a claim that is bound',
    yaml: set({ claims }),
    waitMs: 4000,
    ask: 'pvc/data-db-1',
    expected: 'PersistentVolumeClaim default/data-db-1: it is bound to volume PVC',
  },
  {
    name: 'a set that was made anew with larger claim templates',
    yaml: set({ claims }),
    waitMs: 4000,
    act: async (at) => {
      await at.client.delete(kinds.StatefulSet, key('db'), { propagationPolicy: 'Orphan' });
      await at.settle();
      await at.apply(set({ claims: claims.replace('1Gi', '2Gi') }));
    },
    ask: 'sts/db',
    expected: `StatefulSet default/db: 3 of 3 Pods are ready; claim data-db-0 asks for 1Gi, while claim template data says 2Gi, and a set does not change claims that exist

To go on: holdfast resize statefulset/db -n default --template data=2Gi, which grows the claims`,
  },
  {
    name: 'a claim of a Pod that is held back',
    yaml: set({ claims, annotation: never }),
    waitMs: 4000,
    ask: 'pvc/data-db-1',
    expected: `PersistentVolumeClaim default/data-db-1: it does not exist: the set db makes it together with db-1
  └ Pod default/db-1: it does not exist: the set db has not made it yet
    └ StatefulSet default/db: 0 of 3 Pods are ready; db-0 runs, but container main is not ready; db-1 waits until it is Running and Ready
      └ Pod default/db-0: container main runs and is not ready yet

To go on: it gets ready when its annotations simulated.holdfast.dev/... say so`,
  },
  {
    name: 'a claim that the next Pod needs is on its way out',
    yaml: set({ claims }),
    waitMs: 4000,
    act: async (at) => {
      await at.client.modify(kinds.PersistentVolumeClaim, key('data-db-2'), (current) => ({
        ...current,
        metadata: {
          ...current.metadata,
          finalizers: [...(current.metadata?.finalizers ?? []), 'example.com/hold'],
        },
      }));
      await at.client.delete(kinds.PersistentVolumeClaim, key('data-db-2'));
      await deletePod('db-2')(at);
      await at.clock.advance(5000);
    },
    ask: 'pod/db-2',
    expected: `Pod default/db-2: it does not exist: the set db has not made it yet
  └ StatefulSet default/db: 2 of 3 Pods are ready; db-2 cannot be created: its claim data-db-2 is being deleted
    └ PersistentVolumeClaim default/data-db-2: it is being deleted, and kept by the finalizer example.com/hold

To go on: whoever set a finalizer takes it off when its work is done; if nobody is left to do it, kubectl patch -n default persistentvolumeclaim data-db-2 --type=merge -p '{"metadata":{"finalizers":null}}'`,
  },
  {
    name: 'a volume that was released',
    yaml: `${`
apiVersion: v1
kind: PersistentVolume
metadata: { name: v }
spec: { storageClassName: hand, accessModes: [ReadWriteOnce], capacity: { storage: 1Gi }, persistentVolumeReclaimPolicy: Retain, hostPath: { path: /tmp/v } }
`}\n---\n${claim('c', 'storageClassName: hand, volumeName: v')}`,
    waitMs: 1000,
    act: async (at) => {
      await at.client.delete(kinds.PersistentVolumeClaim, key('c'));
      await at.clock.advance(2000);
    },
    ask: 'pv/v',
    expected: `PersistentVolume v: claim default/c is gone, and the volume keeps its data (reclaim policy Retain)

To go on: kubectl patch persistentvolume v --type=merge -p '{"spec":{"claimRef":null}}' offers it again with what is on it; kubectl delete persistentvolume v gives it up`,
  },
];
