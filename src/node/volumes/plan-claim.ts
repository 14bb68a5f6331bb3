import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimVolumeSource,
  Pod,
} from '../../api/generated/core-v1.js';
import type { ClaimPreparation, VolumeObjects } from './types.js';
import { VolumeError } from './volume-error.js';

const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';

/** The directory behind a claim; throws a VolumeError when there is none to be had. */
export function planClaim(
  volume: string,
  source: PersistentVolumeClaimVolumeSource,
  { pod, objects }: { readonly pod: Pod; readonly objects: VolumeObjects },
): ClaimPreparation {
  const { claimName } = source;
  const claim = objects.claims.get(claimName);
  if (!claim) throw new VolumeError(`persistentvolumeclaim "${claimName}" not found`);
  const persistent = boundVolume(claimName, claim, objects);
  const readOnly = source.readOnly ?? false;
  const group = readOnly ? undefined : groupOf(pod, persistent);
  return {
    type: 'claim',
    volume,
    path: pathOf(persistent),
    readOnly,
    persistentVolume: persistent.metadata?.name ?? '',
    ...(mayBeMade(persistent) && { create: true }),
    ...(group === undefined ? {} : { group }),
  };
}

function boundVolume(
  claimName: string,
  claim: PersistentVolumeClaim,
  objects: VolumeObjects,
): PersistentVolume {
  const name = claim.spec?.volumeName;
  if (!name || claim.status?.phase !== 'Bound') {
    throw new VolumeError(`persistentvolumeclaim "${claimName}" is not bound to a volume yet`);
  }
  const found = objects.persistentVolumes.get(name);
  if (!found) throw new VolumeError(`persistentvolume "${name}" not found`);
  if (found.spec?.claimRef?.uid !== claim.metadata?.uid) {
    throw new VolumeError(`persistentvolume "${name}" is bound to another claim than "${claimName}"`);
  }
  return found;
}

function pathOf({ metadata, spec }: PersistentVolume): string {
  if (spec?.volumeMode === 'Block') {
    throw new VolumeError(`persistentvolume "${metadata?.name}": volumeMode Block is not supported`);
  }
  const path = spec?.hostPath?.path ?? spec?.local?.path;
  if (path === undefined) {
    throw new VolumeError(`persistentvolume "${metadata?.name}" is neither of type hostPath nor local`);
  }
  return path;
}

/** Never one that was provisioned: its directory was made with it, and an empty one in its place would hide a loss. */
function mayBeMade({ metadata, spec }: PersistentVolume): boolean {
  const provisioned = metadata?.annotations?.[PROVISIONED_BY] !== undefined;
  return spec?.hostPath?.type === 'DirectoryOrCreate' && !provisioned;
}

/** A hostPath volume made by hand may be any directory of the host, and keeps its owners as with the kubelet. */
function groupOf({ spec }: Pod, persistent: PersistentVolume): ClaimPreparation['group'] {
  const { fsGroup, fsGroupChangePolicy } = spec?.securityContext ?? {};
  const provisioned = persistent.metadata?.annotations?.[PROVISIONED_BY] !== undefined;
  if (fsGroup === undefined || (persistent.spec?.hostPath && !provisioned)) return undefined;
  return { gid: fsGroup, always: fsGroupChangePolicy !== 'OnRootMismatch' };
}
