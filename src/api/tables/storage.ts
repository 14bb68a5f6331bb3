import type { PersistentVolume, PersistentVolumeClaim } from '../generated/core-v1.js';
import type { StorageClass } from '../generated/storage-v1.js';
import { isTerminating } from '../pods.js';
import {
  age,
  ageColumn,
  type Column,
  type KindPrinter,
  nameColumn,
  nameOf,
  text,
  unset,
  wide,
} from './table.js';

const shortModes: readonly (readonly [mode: string, short: string])[] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];
const classAnnotation = 'volume.beta.kubernetes.io/storage-class';
const defaultAnnotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

function modesText(modes: readonly string[] | undefined): string {
  return shortModes
    .filter(([mode]) => (modes ?? []).includes(mode))
    .map(([, short]) => short)
    .join(',');
}

function phaseOf(object: PersistentVolume | PersistentVolumeClaim): string {
  return isTerminating(object) ? 'Terminating' : (object.status?.phase ?? '');
}

const classColumns = (short: string): Column[] => [
  text('StorageClass', `StorageClass of the ${short}`),
  text('VolumeAttributesClass', `VolumeAttributesClass of the ${short}`),
];
const modeColumn = wide(
  text('VolumeMode', 'Whether the volume holds a file system or is a raw block device.'),
);

/** How PersistentVolumeClaims are printed. */
export const claimPrinter: KindPrinter<PersistentVolumeClaim> = {
  columns: [
    nameColumn,
    text('Status', 'The phase of the claim.'),
    text('Volume', 'The volume that the claim is bound to.'),
    text('Capacity', 'The actual size of the volume.'),
    text('Access Modes', 'The actual access modes of the volume.'),
    ...classColumns('pvc'),
    ageColumn,
    modeColumn,
  ],
  cells: (claim, now) => {
    const volume = claim.spec?.volumeName ?? '';
    return [
      nameOf(claim),
      phaseOf(claim),
      volume,
      volume === '' ? '' : (claim.status?.capacity?.['storage'] ?? '0'),
      volume === '' ? '' : modesText(claim.status?.accessModes),
      claim.metadata?.annotations?.[classAnnotation] ?? claim.spec?.storageClassName ?? '',
      claim.spec?.volumeAttributesClassName ?? unset,
      age(claim, now),
      claim.spec?.volumeMode ?? unset,
    ];
  },
};

/** How PersistentVolumes are printed. */
export const volumePrinter: KindPrinter<PersistentVolume> = {
  columns: [
    nameColumn,
    text('Capacity', 'The size of the volume.'),
    text('Access Modes', 'All the ways in which the volume can be mounted.'),
    text('Reclaim Policy', 'What becomes of the volume when its claim goes.'),
    text('Status', 'Whether the volume is available, bound or released.'),
    text('Claim', 'The claim that the volume is bound to.'),
    ...classColumns('pv'),
    text('Reason', 'Why the volume is in this state.'),
    ageColumn,
    modeColumn,
  ],
  cells: (volume, now) => {
    const { claimRef, ...spec } = volume.spec ?? {};
    return [
      nameOf(volume),
      spec.capacity?.['storage'] ?? '0',
      modesText(spec.accessModes),
      spec.persistentVolumeReclaimPolicy ?? '',
      phaseOf(volume),
      claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : '',
      volume.metadata?.annotations?.[classAnnotation] ?? spec.storageClassName ?? '',
      spec.volumeAttributesClassName ?? unset,
      volume.status?.reason ?? '',
      age(volume, now),
      spec.volumeMode ?? unset,
    ];
  },
};

/** How StorageClasses are printed. */
export const storageClassPrinter: KindPrinter<StorageClass> = {
  columns: [
    nameColumn,
    text('Provisioner', 'Who makes volumes of this class.'),
    text('ReclaimPolicy', 'What becomes of a volume when its claim goes.'),
    text('VolumeBindingMode', 'When volumes are made and bound.'),
    text('AllowVolumeExpansion', 'Whether claims may grow.'),
    ageColumn,
  ],
  cells: (storageClass, now) => {
    const annotations = storageClass.metadata?.annotations ?? {};
    const isDefault = defaultAnnotations.some((name) => annotations[name] === 'true');
    return [
      isDefault ? `${nameOf(storageClass)} (default)` : nameOf(storageClass),
      storageClass.provisioner,
      storageClass.reclaimPolicy ?? 'Delete',
      storageClass.volumeBindingMode ?? 'Immediate',
      storageClass.allowVolumeExpansion ?? false,
      age(storageClass, now),
    ];
  },
};
