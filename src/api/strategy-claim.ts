import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from './generated/core-v1.js';

/** Sources that could be named before any other kind could: claims and snapshots. */
function isOldSource({ apiGroup = '', kind }: NonNullable<PersistentVolumeClaimSpec['dataSource']>): boolean {
  if (kind === 'PersistentVolumeClaim') return apiGroup === '';
  return kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io';
}

/** Both names of the source of a claim's data say the same; `dataSource` drops what it cannot name. */
export function prepareClaim(
  claim: PersistentVolumeClaim,
  old?: PersistentVolumeClaim,
): PersistentVolumeClaim {
  const { spec } = claim;
  if (spec === undefined || (old?.spec?.dataSource && !old.spec.dataSourceRef)) return claim;
  const { dataSource: given, dataSourceRef, ...rest } = spec;
  const dataSource = given && isOldSource(given) ? given : undefined;
  const alone = Boolean(dataSourceRef?.namespace);
  const source = dataSource ?? (alone ? undefined : dataSourceRef);
  const reference = dataSourceRef ?? dataSource;
  return {
    ...claim,
    spec: { ...rest, ...(source && { dataSource: source }), ...(reference && { dataSourceRef: reference }) },
  };
}
