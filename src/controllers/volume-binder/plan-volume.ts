import { without } from '../../api/deep.js';
import type { PersistentVolume, PersistentVolumeSpec } from '../../api/generated/core-v1.js';
import { boundByController } from '../../api/volume-match.js';
import type { Plan } from '../../reconcile/contract.js';
import type { BinderAction } from './actions.js';
import type { VolumeFacts } from './facts.js';

type Phase = 'Available' | 'Bound' | 'Released';

/** Decides the next writes for a volume: its phase, and to let go of a claim that took another volume. */
export function planVolume({ volume, claim }: VolumeFacts): Plan<BinderAction> {
  const reference = volume.spec?.claimRef;
  if (reference?.uid === undefined || reference.uid === '') return { actions: setPhase(volume, 'Available') };
  if (claim === undefined || claim.metadata?.uid !== reference.uid) {
    return volume.status?.phase === 'Failed' ? { actions: [] } : { actions: setPhase(volume, 'Released') };
  }
  const name = claim.spec?.volumeName;
  // The claim has not been written yet: the pass over the claim does that.
  if (!name) return { actions: [] };
  if (name === volume.metadata?.name) return { actions: setPhase(volume, 'Bound') };
  return { actions: [{ type: 'updateVolume', volume: letGo(volume) }] };
}

function setPhase(volume: PersistentVolume, phase: Phase): BinderAction[] {
  if (volume.status?.phase === phase) return [];
  return [{ type: 'setVolumeStatus', volume, status: { ...volume.status, phase } }];
}

/** A claim that a person wrote into the volume stays there by name; one that the controller chose goes. */
function letGo(volume: PersistentVolume): PersistentVolume {
  const spec: PersistentVolumeSpec = volume.spec ?? {};
  const annotations = volume.metadata?.annotations ?? {};
  if (annotations[boundByController] === undefined) {
    return { ...volume, spec: { ...spec, claimRef: without(spec.claimRef ?? {}, 'uid', 'resourceVersion') } };
  }
  const metadata = { ...volume.metadata, annotations: without(annotations, boundByController) };
  return { ...volume, metadata, spec: without(spec, 'claimRef') };
}
