import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../generated/core-v1.js';
import { canonicalResources, change, fill } from './fill.js';

/** The defaults of a claim's spec. */
export function defaultClaimSpec(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  return change(fill(spec, { volumeMode: 'Filesystem', resources: {} }), 'resources', canonicalResources);
}

/** A PersistentVolumeClaim's defaults. */
export function defaultPersistentVolumeClaim(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const status = fill(claim.status ?? {}, { phase: 'Pending' });
  return { ...change(claim, 'spec', defaultClaimSpec), status };
}

/** A claim template's defaults: a claim that also says what it is. */
export function defaultClaimTemplate(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  return fill(defaultPersistentVolumeClaim(claim), { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
}
