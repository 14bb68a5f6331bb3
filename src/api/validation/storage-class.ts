import { semanticEqual } from '../deep.js';
import { duplicate, type FieldError, forbidden, invalidValue, required, tooLong } from '../field-error.js';
import type { TopologySelectorTerm } from '../generated/core-v1.js';
import type { StorageClass, VolumeAttributesClass } from '../generated/storage-v1.js';
import { qualifiedName } from '../names.js';
import { checkName, duplicates, each, immutable, oneOf } from './common.js';

const maxParameters = 512;
const maxParameterBytes = 256 * 1024;

function validateDriver(path: string, name: string | undefined): FieldError[] {
  return name
    ? qualifiedName(name.toLowerCase()).map((message) => invalidValue(path, name, message))
    : [required(path)];
}

function validateParameters(parameters: Readonly<Record<string, string>> | undefined): FieldError[] {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > maxParameters) return [tooLong('parameters', '', maxParameters)];
  const encoder = new TextEncoder();
  const size = entries.reduce((sum, [key, value]) => sum + encoder.encode(key + value).length, 0);
  return [
    ...entries
      .filter(([key]) => key === '')
      .map(([key]) => invalidValue('parameters', key, 'field can not be empty.')),
    ...(size > maxParameterBytes ? [tooLong('parameters', '', maxParameterBytes)] : []),
  ];
}

function validateTopology(at: string, term: TopologySelectorTerm): FieldError[] {
  const path = `${at}.matchLabelExpressions`;
  const keys = new Set<string>();
  return each(path, term.matchLabelExpressions, (place, { key, values = [] }) => {
    const again = keys.has(key);
    keys.add(key);
    return [
      ...(values.length === 0 ? [required(`${place}.values`)] : []),
      ...duplicates(`${place}.values`, values, (value) => value),
      ...checkName(`${place}.key`, key ?? '', qualifiedName),
      ...(again ? [duplicate(`${place}.key`, key)] : []),
    ];
  });
}

function validateTopologies(path: string, terms: readonly TopologySelectorTerm[] = []): FieldError[] {
  return each(path, terms, (at, term) => {
    const errors = validateTopology(at, term);
    const place = terms.indexOf(term);
    const again = terms.slice(0, place).some((other) => semanticEqual(other, term));
    return again ? [...errors, duplicate(`${at}.matchLabelExpressions`, '')] : errors;
  });
}

/** A new StorageClass. */
export function validateStorageClass(storageClass: StorageClass): FieldError[] {
  const { provisioner, reclaimPolicy, volumeBindingMode, parameters, allowedTopologies } = storageClass;
  return [
    ...validateDriver('provisioner', provisioner),
    ...validateParameters(parameters),
    ...oneOf('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']),
    ...oneOf('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
    ...validateTopologies('allowedTopologies', allowedTopologies),
  ];
}

/** A change of a StorageClass: how it makes volumes stays. */
export function validateStorageClassUpdate(storageClass: StorageClass, old: StorageClass): FieldError[] {
  const fixed = ['parameters', 'provisioner', 'reclaimPolicy'] as const;
  return [
    ...fixed
      .filter((field) => !semanticEqual(storageClass[field], old[field]))
      .map((field) => forbidden(field, `updates to ${field} are forbidden.`)),
    ...immutable('volumeBindingMode', storageClass.volumeBindingMode, old.volumeBindingMode),
    ...validateTopologies('allowedTopologies', storageClass.allowedTopologies),
  ];
}

/** A new VolumeAttributesClass. */
export function validateVolumeAttributesClass({
  driverName,
  parameters,
}: VolumeAttributesClass): FieldError[] {
  const empty = Object.keys(parameters ?? {}).length === 0;
  return [
    ...validateDriver('driverName', driverName),
    ...(empty ? [required('parameters', 'must contain at least one key/value pair')] : []),
    ...validateParameters(parameters),
  ];
}

/** A change of a VolumeAttributesClass: nothing of it changes. */
export function validateVolumeAttributesClassUpdate(
  attributes: VolumeAttributesClass,
  old: VolumeAttributesClass,
): FieldError[] {
  const fixed = ['driverName', 'parameters'] as const;
  return [
    ...fixed
      .filter((field) => !semanticEqual(attributes[field], old[field]))
      .map((field) => forbidden(field, `updates to ${field} are forbidden.`)),
    ...validateVolumeAttributesClass(attributes),
  ];
}
