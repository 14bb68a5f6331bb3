import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  VolumeAttachment,
  VolumeAttributesClass,
} from '../generated/storage-v1.js';
import {
  age,
  ageColumn,
  integer,
  type KindPrinter,
  nameColumn,
  nameOf,
  none,
  text,
  truth,
  unset,
} from './table.js';

const defaultAnnotation = 'volumeattributesclass.kubernetes.io/is-default-class';

/** How VolumeAttributesClasses are printed. */
export const attributesClassPrinter: KindPrinter<VolumeAttributesClass> = {
  columns: [nameColumn, text('DriverName', 'Name of the CSI driver'), ageColumn],
  cells: (attributes, now) => {
    const isDefault = attributes.metadata?.annotations?.[defaultAnnotation] === 'true';
    return [
      `${nameOf(attributes)}${isDefault ? ' (default)' : ''}`,
      attributes.driverName,
      age(attributes, now),
    ];
  },
};

/** How VolumeAttachments are printed. */
export const attachmentPrinter: KindPrinter<VolumeAttachment> = {
  columns: [
    nameColumn,
    { ...text('Attacher', 'The volume driver that attaches.'), format: 'name' },
    text('PV', 'The volume that is attached.'),
    text('Node', 'The node that it is attached to.'),
    truth('Attached', 'Whether the volume is attached.'),
    ageColumn,
  ],
  cells: (attachment, now) => [
    nameOf(attachment),
    attachment.spec.attacher,
    attachment.spec.source.persistentVolumeName ?? '',
    attachment.spec.nodeName,
    attachment.status?.attached ?? false,
    age(attachment, now),
  ],
};

/** How CSINodes are printed. */
export const csiNodePrinter: KindPrinter<CSINode> = {
  columns: [
    nameColumn,
    integer('Drivers', 'Drivers indicates the number of CSI drivers registered on the node'),
    ageColumn,
  ],
  cells: (node, now) => [nameOf(node), (node.spec.drivers ?? []).length, age(node, now)],
};

/** How CSIDrivers are printed. */
export const csiDriverPrinter: KindPrinter<CSIDriver> = {
  columns: [
    nameColumn,
    truth('AttachRequired', 'Whether volumes are attached before they are mounted.'),
    truth('PodInfoOnMount', 'Whether the driver is told about the Pod.'),
    truth('StorageCapacity', 'Whether the scheduler minds the capacity that the driver reports.'),
    text('TokenRequests', 'Audiences of the tokens that the driver gets.'),
    truth('RequiresRepublish', 'Whether volumes are published again and again.'),
    text('Modes', 'What kinds of volumes the driver supports.'),
    ageColumn,
  ],
  cells: (driver, now) => {
    const { spec } = driver;
    return [
      nameOf(driver),
      spec.attachRequired ?? true,
      spec.podInfoOnMount ?? false,
      spec.storageCapacity ?? false,
      spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? unset,
      spec.requiresRepublish ?? false,
      (spec.volumeLifecycleModes ?? []).join(',') || none,
      age(driver, now),
    ];
  },
};

/** How CSIStorageCapacities are printed. */
export const csiCapacityPrinter: KindPrinter<CSIStorageCapacity> = {
  columns: [
    nameColumn,
    text('StorageClassName', 'The class that the capacity is of.'),
    text('Capacity', 'How much storage there is.'),
  ],
  cells: (capacity) => [nameOf(capacity), capacity.storageClassName, capacity.capacity ?? ''],
};
