import type { PersistentVolume } from '../../api/generated/core-v1.js';
import { isTerminating } from '../../api/pods.js';
import { compareQuantities } from '../../api/quantity.js';
import type { Plan } from '../../reconcile/contract.js';
import type { ProvisionerAction } from './actions.js';
import {
  type ProvisionerFacts,
  type ProvisionFacts,
  provisionedBy,
  provisionerName,
  volumeNameFor,
} from './facts.js';

const asked = 'volume.kubernetes.io/storage-provisioner';
const selectedNode = 'volume.kubernetes.io/selected-node';

/** Decides whether a volume is to be made for a claim, or a released one removed. */
export function planProvisioning(facts: ProvisionerFacts): Plan<ProvisionerAction> {
  if (facts.subject === 'volume') return { actions: planRemoval(facts.volume) };
  if (needsVolume(facts))
    return { actions: [{ type: 'provision', claim: facts.claim, volume: newVolume(facts) }] };
  const grown = grownVolume(facts);
  return { actions: grown === undefined ? [] : [{ type: 'grow', claim: facts.claim, volume: grown }] };
}

/** The claim's own volume with the size that the claim has been given since; undefined when it is not smaller. */
function grownVolume({ claim, volume }: ProvisionFacts): PersistentVolume | undefined {
  const wanted = claim.spec?.resources?.requests?.['storage'];
  const has = volume?.spec?.capacity?.['storage'];
  if (volume === undefined || wanted === undefined || has === undefined || isTerminating(claim))
    return undefined;
  const own = volume.metadata?.annotations?.[provisionedBy] === provisionerName;
  const bound = claim.status?.phase === 'Bound' && claim.spec?.volumeName === volume.metadata?.name;
  if (!own || !bound || compareQuantities(wanted, has) <= 0) return undefined;
  return { ...volume, spec: { ...volume.spec, capacity: { ...volume.spec?.capacity, storage: wanted } } };
}

function needsVolume({ claim, storageClass, volume }: ProvisionFacts): boolean {
  const annotations = claim.metadata?.annotations ?? {};
  if (isTerminating(claim) || claim.spec?.volumeName || volume !== undefined) return false;
  if (annotations[asked] !== provisionerName || storageClass?.provisioner !== provisionerName) return false;
  return storageClass.volumeBindingMode !== 'WaitForFirstConsumer' || annotations[selectedNode] !== undefined;
}

function newVolume({ claim, storageClass, nodeName }: ProvisionFacts): PersistentVolume {
  const { namespace, name, uid } = claim.metadata ?? {};
  const chosen =
    nodeName === undefined ? undefined : (claim.metadata?.annotations?.[selectedNode] ?? nodeName);
  const onNode = (name: string) => ({ key: 'kubernetes.io/hostname', operator: 'In', values: [name] });
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: volumeNameFor(claim),
      annotations: { [provisionedBy]: provisionerName },
      finalizers: ['kubernetes.io/pv-protection'],
    },
    spec: {
      capacity: { storage: claim.spec?.resources?.requests?.['storage'] ?? '0' },
      accessModes: claim.spec?.accessModes,
      volumeMode: claim.spec?.volumeMode ?? 'Filesystem',
      storageClassName: storageClass?.metadata?.name,
      persistentVolumeReclaimPolicy: storageClass?.reclaimPolicy ?? 'Delete',
      ...(storageClass?.mountOptions === undefined ? {} : { mountOptions: storageClass.mountOptions }),
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      ...(chosen === undefined
        ? {}
        : { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [onNode(chosen)] }] } } }),
    },
  };
}

/** Only what this provisioner made, was released, and is not to be retained. */
function planRemoval(volume: PersistentVolume): ProvisionerAction[] {
  const own = volume.metadata?.annotations?.[provisionedBy] === provisionerName;
  const released = volume.status?.phase === 'Released' && !isTerminating(volume);
  const kept = volume.spec?.persistentVolumeReclaimPolicy !== 'Delete';
  return own && released && !kept ? [{ type: 'remove', volume }] : [];
}
