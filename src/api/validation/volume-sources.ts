import { isObject } from '../deep.js';
import { type FieldError, invalidValue, notSupported, required, tooLong } from '../field-error.js';
import type { HostPathVolumeSource, NFSVolumeSource } from '../generated/core-v1.js';
import { dns1123Subdomain } from '../names.js';
import { validateNoSteps } from './local-path.js';

const maxDriver = 63;
const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

/** A path of the host. */
export function validateHostPath(at: string, { path, type = '' }: HostPathVolumeSource): FieldError[] {
  return [
    ...(path ? validateNoSteps(`${at}.path`, path) : [required(`${at}.path`)]),
    ...(hostPathTypes.includes(type) ? [] : [notSupported(`${at}.type`, type, hostPathTypes)]),
  ];
}

/** A share of a file server. */
export function validateNfs(at: string, { server, path }: NFSVolumeSource): FieldError[] {
  return [
    ...(server ? [] : [required(`${at}.server`)]),
    ...(path ? [] : [required(`${at}.path`)]),
    ...(path && !path.startsWith('/') ? [invalidValue(`${at}.path`, path, 'must be an absolute path')] : []),
  ];
}

/** The name of a storage driver. */
export function validateDriverName(path: string, name: string | undefined): FieldError[] {
  const driver = name ?? '';
  return [
    ...(driver === '' ? [required(path)] : []),
    ...(driver.length > maxDriver ? [tooLong(path, driver, maxDriver)] : []),
    ...dns1123Subdomain(driver.toLowerCase()).map((message) => invalidValue(path, driver, message)),
  ];
}

/** What has to be said of volumes that no rule looks at further. */
const mandatory: Readonly<Record<string, readonly string[]>> = {
  awsElasticBlockStore: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  azureFile: ['secretName', 'shareName'],
  cephfs: ['monitors'],
  cinder: ['volumeID'],
  flexVolume: ['driver'],
  gcePersistentDisk: ['pdName'],
  gitRepo: ['repository'],
  glusterfs: ['endpoints', 'path'],
  image: ['reference'],
  iscsi: ['targetPortal', 'iqn'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  quobyte: ['registry', 'volume'],
  rbd: ['monitors', 'image'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  storageos: ['volumeName'],
  vsphereVolume: ['volumePath'],
};

function isMissing(value: unknown): boolean {
  return !value || (Array.isArray(value) && value.length === 0);
}

/** The mandatory fields of a source by its name. */
export function validateMandatory(at: string, name: string, source: unknown): FieldError[] {
  const fields = isObject(source) ? source : {};
  return (mandatory[name] ?? [])
    .filter((field) => isMissing(fields[field]))
    .map((field) => required(`${at}.${field}`));
}
