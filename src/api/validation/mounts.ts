import {
  type FieldError,
  forbidden,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
} from '../field-error.js';
import type { Container, Volume, VolumeDevice, VolumeMount } from '../generated/core-v1.js';
import { each, oneOfIfSet } from './common.js';
import { validateLocalPath } from './local-path.js';

const propagations = ['Bidirectional', 'HostToContainer', 'None'];
const readOnlyModes = ['Disabled', 'Enabled', 'IfPossible'];

function validateSubPath(path: string, at: string, { subPath, subPathExpr }: VolumeMount): FieldError[] {
  const errors = subPath ? validateLocalPath(`${path}.subPath`, subPath) : [];
  if (!subPathExpr) return errors;
  if (subPath) {
    const message = 'subPathExpr and subPath are mutually exclusive';
    errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, message));
  }
  return [...errors, ...validateLocalPath(`${path}.subPathExpr`, subPathExpr)];
}

function validatePropagation(path: string, mount: VolumeMount, container: Container): FieldError[] {
  const mode = mount.mountPropagation || undefined;
  const errors = oneOfIfSet(path, mode, propagations);
  if (mode !== 'Bidirectional' || container.securityContext?.privileged === true) return errors;
  const message = 'Bidirectional mount propagation is available only to privileged containers';
  return [...errors, forbidden(path, message)];
}

function validateReadOnly(path: string, mount: VolumeMount): FieldError[] {
  const { recursiveReadOnly: mode, readOnly, mountPropagation } = mount;
  if (mode === undefined || mode === 'Disabled') return [];
  if (!readOnlyModes.includes(mode)) return [notSupported(path, mode, readOnlyModes)];
  const still = mountPropagation === undefined || mountPropagation === 'None';
  const message = 'may only be specified when mountPropagation is None or not specified';
  return [
    ...(readOnly === true ? [] : [forbidden(path, 'may only be specified when readOnly is true')]),
    ...(still ? [] : [forbidden(path, message)]),
  ];
}

/** Where the volumes of a Pod appear in a container. */
export function validateMounts(path: string, container: Container, volumes: readonly Volume[]): FieldError[] {
  const mounts = container.volumeMounts ?? [];
  const devices = container.volumeDevices ?? [];
  const paths = mounts.map(({ mountPath }) => mountPath);
  return each(path, mounts, (at, mount, index) => {
    const { name, mountPath } = mount;
    const errors: FieldError[] = name ? [] : [required(`${at}.name`)];
    if (!volumes.some((volume) => volume.name === name)) errors.push(notFoundValue(`${at}.name`, name ?? ''));
    if (!mountPath) errors.push(required(`${at}.mountPath`));
    if (paths.indexOf(mountPath) < index)
      errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'));
    if (devices.some((device) => device.name === name))
      errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if (devices.some((device) => device.devicePath === mountPath)) {
      const message = 'must not already exist as a path in volumeDevices';
      errors.push(invalidValue(`${at}.mountPath`, mountPath, message));
    }
    return [
      ...errors,
      ...validateSubPath(path, at, mount),
      ...validatePropagation(`${path}.mountPropagation`, mount, container),
      ...validateReadOnly(`${path}.recursiveReadOnly`, mount),
    ];
  });
}

function validateDeviceName(at: string, { name }: VolumeDevice, volumes: readonly Volume[]): FieldError[] {
  const volume = volumes.find((one) => one.name === name);
  const errors = name ? [] : [required(`${at}.name`)];
  if (volume === undefined) return [...errors, notFoundValue(`${at}.name`, name ?? '')];
  if (volume.persistentVolumeClaim || volume.ephemeral) return errors;
  const message = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
  return [...errors, invalidValue(`${at}.name`, name, message)];
}

/** The raw devices of a container. */
export function validateDevices(
  path: string,
  container: Container,
  volumes: readonly Volume[],
): FieldError[] {
  const devices = container.volumeDevices ?? [];
  const [names, paths] = [devices.map(({ name }) => name), devices.map(({ devicePath }) => devicePath)];
  return each(path, devices, (at, device, index) => {
    const { name, devicePath } = device;
    const errors = validateDeviceName(at, device, volumes);
    if (names.indexOf(name) < index) errors.push(invalidValue(`${at}.name`, name, 'must be unique'));
    if (!devicePath) errors.push(required(`${at}.devicePath`));
    if (paths.indexOf(devicePath) < index)
      errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must be unique'));
    if (devicePath?.split('/').includes('..'))
      errors.push(invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    return errors;
  });
}
