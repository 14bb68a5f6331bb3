import {
  duplicate,
  type FieldError,
  forbidden,
  invalidValue,
  notFoundValue,
  required,
} from '../field-error.js';
import type {
  Container,
  ResourceRequirements,
  Volume,
  VolumeDevice,
  VolumeMount,
} from '../generated/core-v1.js';
import { dns1123Label, qualifiedName } from '../names.js';
import { compareQuantities, isQuantity } from '../quantity.js';
import { checkName, oneOf, oneOfIfSet, validateQuantity } from './common.js';
import { validateEnv, validateEnvFrom } from './env.js';
import { validateContainerPorts, validateHandlers } from './probe.js';
import { validateContainerSecurity } from './security-context.js';
import { validateLocalPath } from './volumes.js';

const standardResources = ['cpu', 'memory', 'ephemeral-storage'];

function validateResourceName(path: string, name: string): FieldError[] {
  const wrong = checkName(path, name, qualifiedName);
  if (
    wrong.length > 0 ||
    name.includes('/') ||
    standardResources.includes(name) ||
    name.startsWith('hugepages-')
  )
    return wrong;
  return [invalidValue(path, name, 'must be a standard resource type or fully qualified')];
}

/** Requests and limits of a container: known names, sane amounts, no request above its limit. */
export function validateResources(path: string, resources: ResourceRequirements | undefined): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of ['limits', 'requests'] as const) {
    for (const [name, amount] of Object.entries(resources?.[part] ?? {})) {
      errors.push(...validateResourceName(`${path}.${part}`, name));
      errors.push(...validateQuantity(`${path}.${part}[${name}]`, amount));
    }
  }
  for (const [name, amount] of Object.entries(resources?.requests ?? {})) {
    const limit = resources?.limits?.[name];
    if (limit === undefined || !isQuantity(limit) || !isQuantity(amount)) continue;
    if (compareQuantities(amount, limit) > 0) {
      errors.push(
        invalidValue(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`),
      );
    }
  }
  return errors;
}

function validateSubPath(at: string, { subPath, subPathExpr }: VolumeMount): FieldError[] {
  const errors = subPath ? validateLocalPath(`${at}.subPath`, subPath) : [];
  if (subPathExpr) errors.push(...validateLocalPath(`${at}.subPathExpr`, subPathExpr));
  if (subPath && subPathExpr) {
    const message = 'subPathExpr and subPath are mutually exclusive';
    errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, message));
  }
  return errors;
}

function validateMount(at: string, mount: VolumeMount, volumes: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (!mount.name) errors.push(required(`${at}.name`));
  else if (!volumes.has(mount.name)) errors.push(notFoundValue(`${at}.name`, mount.name));
  if (!mount.mountPath) errors.push(required(`${at}.mountPath`));
  const modes = ['Bidirectional', 'HostToContainer', 'None'];
  return [
    ...errors,
    ...validateSubPath(at, mount),
    ...oneOfIfSet(`${at}.mountPropagation`, mount.mountPropagation || undefined, modes),
  ];
}

function validateMounts(
  path: string,
  mounts: readonly VolumeMount[],
  volumes: ReadonlySet<string>,
): FieldError[] {
  const paths = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const at = `${path}[${index}]`;
    const errors = validateMount(at, mount, volumes);
    if (paths.has(mount.mountPath)) {
      errors.push(invalidValue(`${at}.mountPath`, mount.mountPath, 'must be unique'));
    }
    paths.add(mount.mountPath);
    return errors;
  });
}

function validateDevices(
  path: string,
  devices: readonly VolumeDevice[],
  volumes: ReadonlySet<string>,
): FieldError[] {
  return devices.flatMap((device, index) => {
    const at = `${path}[${index}]`;
    const errors: FieldError[] = [];
    if (!device.name) errors.push(required(`${at}.name`));
    else if (!volumes.has(device.name)) errors.push(notFoundValue(`${at}.name`, device.name));
    if (!device.devicePath) errors.push(required(`${at}.devicePath`));
    return errors;
  });
}

function validateOne(at: string, container: Container, volumes: ReadonlySet<string>): FieldError[] {
  return [
    ...(container.image ? [] : [required(`${at}.image`)]),
    ...oneOf(`${at}.terminationMessagePolicy`, container.terminationMessagePolicy, [
      'FallbackToLogsOnError',
      'File',
    ]),
    ...validateContainerPorts(`${at}.ports`, container.ports ?? []),
    ...validateEnv(`${at}.env`, container.env ?? []),
    ...validateEnvFrom(`${at}.envFrom`, container.envFrom ?? []),
    ...validateMounts(`${at}.volumeMounts`, container.volumeMounts ?? [], volumes),
    ...validateDevices(`${at}.volumeDevices`, container.volumeDevices ?? [], volumes),
    ...oneOf(`${at}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...validateResources(`${at}.resources`, container.resources),
    ...validateContainerSecurity(`${at}.securityContext`, container.securityContext),
    ...validateHandlers(at, container),
  ];
}

function validateInit(at: string, container: Container): FieldError[] {
  const { restartPolicy } = container;
  if (restartPolicy === 'Always') return [];
  const message = 'may not be set for init containers without restartPolicy=Always';
  const fields = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
  return fields.filter((field) => container[field]).map((field) => forbidden(`${at}.${field}`, message));
}

/** What a list of containers is checked against. */
export interface ContainerScope {
  readonly volumes: readonly Volume[];
  /** Names taken so far; the list adds its own. */
  readonly names: Set<string>;
  readonly init: boolean;
}

/** A list of containers of a Pod. */
export function validateContainers(
  path: string,
  containers: readonly Container[],
  scope: ContainerScope,
): FieldError[] {
  const volumes = new Set(scope.volumes.map((volume) => volume.name));
  return containers.flatMap((container, index) => {
    const at = `${path}[${index}]`;
    const errors = container.name
      ? checkName(`${at}.name`, container.name, dns1123Label)
      : [required(`${at}.name`)];
    if (container.name && scope.names.has(container.name))
      errors.push(duplicate(`${at}.name`, container.name));
    scope.names.add(container.name);
    return [
      ...errors,
      ...validateOne(at, container, volumes),
      ...(scope.init ? validateInit(at, container) : []),
    ];
  });
}
