import type { StorageClass } from '../../api/generated/storage-v1.js';

/** Annotation of a claim: it was bound once and for all; losing its volume from now on is losing data. */
export const bindCompleted = 'pv.kubernetes.io/bind-completed';
/** Annotation of a claim: who is to make its volume. */
export const storageProvisioner = 'volume.kubernetes.io/storage-provisioner';
/** The older name of `storageProvisioner`, which is still written. */
export const betaStorageProvisioner = 'volume.beta.kubernetes.io/storage-provisioner';
/** Annotation of a claim: the node that the scheduler chose for its first consumer. */
export const selectedNode = 'volume.kubernetes.io/selected-node';
const defaultClass = 'storageclass.kubernetes.io/is-default-class';

/** The class that claims without one get: of several the newest, as in Kubernetes. */
export function defaultClassOf(classes: readonly StorageClass[]): StorageClass | undefined {
  return classes
    .filter(({ metadata }) => metadata?.annotations?.[defaultClass] === 'true')
    .sort((a, b) =>
      (b.metadata?.creationTimestamp ?? '').localeCompare(a.metadata?.creationTimestamp ?? ''),
    )[0];
}

/** Whether claims of the class wait until a Pod needs them. */
export function waitsForConsumer(storageClass: StorageClass | undefined): boolean {
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}
