import { semanticEqual } from '../deep.js';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from '../field-error.js';
import type {
  CSIDriver,
  CSINode,
  CSINodeDriver,
  CSIStorageCapacity,
  TokenRequest,
  VolumeAttachment,
} from '../generated/storage-v1.js';
import { dns1123Subdomain, qualifiedName } from '../names.js';
import {
  checkName,
  each,
  immutable,
  immutableText,
  nonNegative,
  validateQuantity,
  validateSelector,
} from './common.js';

const shortestToken = 600;
const longestToken = 2 ** 32;
const shortestPeriod = 10;
const maxNodeIdLength = 192;
const lifecycleModes = ['Persistent', 'Ephemeral'];
const groupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];

function validateTokens(tokens: readonly TokenRequest[] | undefined): FieldError[] {
  const audiences = new Set<string>();
  return each('spec.tokenRequests', tokens, (at, { audience = '', expirationSeconds: seconds }) => {
    if (audiences.has(audience)) return [duplicate(`${at}.audience`, audience)];
    audiences.add(audience);
    const path = `${at}.expirationSeconds`;
    if (seconds !== undefined && seconds < shortestToken)
      return [invalidValue(path, seconds, 'may not specify a duration less than 10 minutes')];
    if (seconds !== undefined && seconds > longestToken)
      return [invalidValue(path, seconds, 'may not specify a duration larger than 2^32 seconds')];
    return [];
  });
}

/** A new CSIDriver. */
export function validateCSIDriver({ spec }: CSIDriver): FieldError[] {
  const { fsGroupPolicy, nodeAllocatableUpdatePeriodSeconds: period } = spec ?? {};
  const errors: FieldError[] = [];
  if (spec?.attachRequired === undefined) errors.push(required('spec.attachedRequired'));
  for (const field of ['podInfoOnMount', 'storageCapacity'] as const)
    if (spec?.[field] === undefined) errors.push(required(`spec.${field}`));
  if (fsGroupPolicy !== undefined && !groupPolicies.includes(fsGroupPolicy))
    errors.push(notSupported('spec.fsGroupPolicy', fsGroupPolicy, groupPolicies));
  errors.push(...validateTokens(spec?.tokenRequests));
  for (const mode of spec?.volumeLifecycleModes ?? [])
    if (!lifecycleModes.includes(mode))
      errors.push(notSupported('spec.volumeLifecycleModes', mode, lifecycleModes));
  if (period !== undefined && period < shortestPeriod) {
    const message = `must be greater than or equal to ${shortestPeriod} seconds`;
    errors.push(invalidValue('spec.nodeAllocatableUpdatePeriodSeconds', period, message));
  }
  return errors;
}

/** A change of a CSIDriver: how it is attached and lives stays. */
export function validateCSIDriverUpdate(driver: CSIDriver, old: CSIDriver): FieldError[] {
  const [spec, before] = [driver.spec, old.spec];
  return [
    ...validateCSIDriver(driver),
    ...immutable('spec.attachedRequired', spec?.attachRequired, before?.attachRequired),
    ...immutable('spec.volumeLifecycleModes', spec?.volumeLifecycleModes, before?.volumeLifecycleModes),
  ];
}

function validateDriverOfNode(at: string, driver: CSINodeDriver): FieldError[] {
  const { name, nodeID = '', allocatable, topologyKeys = [] } = driver;
  const long = nodeID.length > maxNodeIdLength;
  return [
    ...checkName(`${at}.name`, name ?? '', dns1123Subdomain),
    ...(nodeID === '' ? [required(`${at}.nodeID`)] : []),
    ...(long ? [invalidValue(`${at}.nodeID`, nodeID, `must be ${maxNodeIdLength} characters or less`)] : []),
    ...nonNegative(`${at}.allocatable.count`, allocatable?.count),
    ...topologyKeys.flatMap((key, index) => [
      ...(key === '' ? [required(at)] : []),
      ...(topologyKeys.indexOf(key) < index ? [duplicate(at, key)] : []),
      ...checkName(at, key, qualifiedName),
    ]),
  ];
}

/** A new CSINode: the drivers of a node. */
export function validateCSINode({ spec }: CSINode): FieldError[] {
  const names = (spec?.drivers ?? []).map(({ name }) => name);
  return each('spec.drivers', spec?.drivers, (at, driver, index) => [
    ...validateDriverOfNode(at, driver),
    ...(names.indexOf(driver.name) < index ? [duplicate(`${at}.name`, driver.name)] : []),
  ]);
}

/** A change of a CSINode: a driver that stays does not change. */
export function validateCSINodeUpdate(node: CSINode, old: CSINode): FieldError[] {
  const changed = (old.spec?.drivers ?? []).flatMap((before) => {
    const now = node.spec?.drivers.find(({ name }) => name === before.name);
    return now === undefined ? [] : immutable('spec.drivers', now, before);
  });
  return [...validateCSINode(node), ...changed];
}

/** A new CSIStorageCapacity. */
export function validateCSIStorageCapacity(capacity: CSIStorageCapacity): FieldError[] {
  const { nodeTopology, storageClassName = '' } = capacity;
  return [
    ...validateSelector('nodeTopology', nodeTopology),
    ...checkName('storageClassName', storageClassName, dns1123Subdomain),
    ...(capacity.capacity === undefined ? [] : validateQuantity('capacity', capacity.capacity)),
  ];
}

/** A change of a CSIStorageCapacity: only the amounts change. */
export function validateCSIStorageCapacityUpdate(
  capacity: CSIStorageCapacity,
  old: CSIStorageCapacity,
): FieldError[] {
  return (['nodeTopology', 'storageClassName'] as const)
    .filter((field) => !semanticEqual(capacity[field], old[field]))
    .map((field) => invalidValue(field, capacity[field], immutableText));
}

/** A new VolumeAttachment. */
export function validateVolumeAttachment({ spec }: VolumeAttachment): FieldError[] {
  const { attacher, source, nodeName } = spec ?? {};
  const { persistentVolumeName: name, inlineVolumeSpec: inline } = source ?? {};
  const path = 'spec.source.persistentVolumeName';
  const errors = [
    ...(attacher ? [] : [required('spec.attacher')]),
    ...checkName('spec.nodeName', nodeName ?? '', dns1123Subdomain),
  ];
  if (inline && name) {
    errors.push(
      forbidden('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'),
    );
  } else if (inline === undefined && name === undefined) {
    errors.push(
      required('spec.source', 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'),
    );
  } else if (name === '') errors.push(required(path, 'must specify non empty persistentVolumeName'));
  return errors;
}

/** A change of a VolumeAttachment: its spec stays. */
export function validateVolumeAttachmentUpdate(
  attachment: VolumeAttachment,
  old: VolumeAttachment,
): FieldError[] {
  if (semanticEqual(attachment.spec, old.spec)) return [];
  return [invalidValue('spec', attachment.spec, 'field is immutable')];
}
