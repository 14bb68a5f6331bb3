import { type FieldError, invalidValue, notSupported, required } from '../field-error.js';
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from '../generated/core-v1.js';
import { configMapKey, dns1123Subdomain, envVarName, qualifiedName } from '../names.js';
import { checkName, requiredName } from './common.js';

const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const;
const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const envResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

/** Fields of a Pod that can be named at all; where they may be read is narrower. */
const labels = [
  ...['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'],
  ...['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName'],
  ...['status.hostIP', 'status.hostIPs', 'status.phase', 'status.podIP', 'status.podIPs'],
];

function validateSubscript(path: string, base: string, key: string): FieldError[] {
  if (base === 'metadata.annotations') return checkName(path, key.toLowerCase(), qualifiedName);
  if (base === 'metadata.labels') return checkName(path, key, qualifiedName);
  const message = `error converting fieldPath: field label does not support subscript: ${base}['${key}']`;
  return [invalidValue(`${path}.fieldPath`, `${base}['${key}']`, message)];
}

/** A field of the Pod that its containers may read; `metadata.labels['x']` and the like included. */
export function validateFieldPath(
  path: string,
  { apiVersion, fieldPath = '' }: Partial<ObjectFieldSelector>,
  supported: readonly string[],
): FieldError[] {
  const at = `${path}.fieldPath`;
  if (!apiVersion) return [required(`${path}.apiVersion`)];
  if (fieldPath === '') return [required(at)];
  const convert = 'error converting fieldPath: ';
  if (apiVersion !== 'v1')
    return [invalidValue(at, fieldPath, `${convert}unsupported pod version: ${apiVersion}`)];
  const [, base, key] = /^(.+)\['(.*)'\]$/.exec(fieldPath) ?? [];
  if (base !== undefined && key !== undefined) return validateSubscript(path, base, key);
  if (supported.includes(fieldPath)) return [];
  if (labels.includes(fieldPath)) return [notSupported(at, fieldPath, supported)];
  return [invalidValue(at, fieldPath, `${convert}field label not supported: ${fieldPath}`)];
}

const sizes = [...['1', '1k', '1M', '1G', '1T', '1P', '1E'], ...['1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']];

function validateDivisor(path: string, resource: string, divisor: string | number | undefined): FieldError[] {
  if (divisor === undefined || String(divisor) === '0') return [];
  const [, name = ''] = resource.split('.');
  const cpu = name === 'cpu';
  const allowed = cpu ? ['1m', '1'] : sizes;
  if (allowed.includes(String(divisor))) return [];
  const what =
    name === 'ephemeral-storage' ? 'local ephemeral storage' : name.replace(/^hugepages-.*/, 'hugepages');
  const values = cpu ? '1m and 1' : sizes.join(', ');
  const message = `only divisor's values ${values} are supported with the ${what} resource`;
  return [invalidValue(`${path}.divisor`, resource, message)];
}

/** A resource of a container that its containers may read. */
export function validateResourceField(
  path: string,
  { resource = '', divisor }: Partial<ResourceFieldSelector>,
): FieldError[] {
  if (resource === '') return [required(`${path}.resource`)];
  const known = envResources.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource);
  return [
    ...(known ? [] : [notSupported(`${path}.resource`, resource, envResources)]),
    ...validateDivisor(path, resource, divisor),
  ];
}

function validateKey(path: string, { name, key }: { name?: string; key?: string }): FieldError[] {
  return [
    ...checkName(`${path}.name`, name ?? '', dns1123Subdomain),
    ...requiredName(`${path}.key`, key, configMapKey),
  ];
}

function validateSource(path: string, source: EnvVarSource, value: string): FieldError[] {
  const given = sources.filter((name) => source[name] !== undefined && source[name] !== null);
  const errors: FieldError[] = [];
  if (source.fieldRef) errors.push(...validateFieldPath(`${path}.fieldRef`, source.fieldRef, envFields));
  if (source.resourceFieldRef)
    errors.push(...validateResourceField(`${path}.resourceFieldRef`, source.resourceFieldRef));
  if (source.configMapKeyRef) errors.push(...validateKey(`${path}.configMapKeyRef`, source.configMapKeyRef));
  if (source.secretKeyRef) errors.push(...validateKey(`${path}.secretKeyRef`, source.secretKeyRef));
  if (given.length === 0) {
    const names =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalidValue(path, '', names));
  } else if (value !== '')
    errors.push(invalidValue(path, '', 'may not be specified when `value` is not empty'));
  else if (given.length > 1)
    errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

/** The environment of a container. */
export function validateEnv(path: string, env: readonly EnvVar[]): FieldError[] {
  return env.flatMap((variable, index) => {
    const at = `${path}[${index}]`;
    return [
      ...(variable.name ? checkName(`${at}.name`, variable.name, envVarName) : [required(`${at}.name`)]),
      ...(variable.valueFrom
        ? validateSource(`${at}.valueFrom`, variable.valueFrom, variable.value ?? '')
        : []),
    ];
  });
}

/** The sources that a container's environment is filled from. */
export function validateEnvFrom(path: string, list: readonly EnvFromSource[]): FieldError[] {
  return list.flatMap((source, index) => {
    const at = `${path}[${index}]`;
    const errors = source.prefix ? checkName(`${at}.prefix`, source.prefix, envVarName) : [];
    const { configMapRef, secretRef } = source;
    if (configMapRef)
      errors.push(...requiredName(`${at}.configMapRef.name`, configMapRef.name, dns1123Subdomain));
    if (secretRef) errors.push(...requiredName(`${at}.secretRef.name`, secretRef.name, dns1123Subdomain));
    if (!configMapRef && !secretRef)
      errors.push(invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (configMapRef && secretRef)
      errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}
