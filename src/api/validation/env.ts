import { type FieldError, invalidValue, notSupported, required } from '../field-error.js';
import type { EnvFromSource, EnvVar, EnvVarSource } from '../generated/core-v1.js';
import { configMapKey, envVarName } from '../names.js';
import { checkName } from './common.js';

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

/** A field of the Pod that its containers may read; `metadata.labels['x']` and the like included. */
export function validateFieldPath(
  path: string,
  fieldPath: string,
  supported: readonly string[],
): FieldError[] {
  if (fieldPath === '') return [required(`${path}.fieldPath`)];
  if (/^metadata\.(labels|annotations)\['[^']+'\]$/.test(fieldPath) || supported.includes(fieldPath))
    return [];
  return [notSupported(`${path}.fieldPath`, fieldPath, supported)];
}

/** A resource of a container that its containers may read. */
export function validateResourceField(path: string, resource: string): FieldError[] {
  if (resource === '') return [required(`${path}.resource`)];
  const known = envResources.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource);
  return known ? [] : [notSupported(`${path}.resource`, resource, envResources)];
}

function validateKey(path: string, key: string | undefined): FieldError[] {
  return key ? checkName(`${path}.key`, key, configMapKey) : [required(`${path}.key`)];
}

function validateSource(path: string, source: EnvVarSource, value: string): FieldError[] {
  const given = sources.filter((name) => source[name] !== undefined && source[name] !== null);
  const errors: FieldError[] = [];
  if (source.fieldRef)
    errors.push(...validateFieldPath(`${path}.fieldRef`, source.fieldRef.fieldPath ?? '', envFields));
  if (source.resourceFieldRef)
    errors.push(...validateResourceField(`${path}.resourceFieldRef`, source.resourceFieldRef.resource ?? ''));
  if (source.configMapKeyRef)
    errors.push(...validateKey(`${path}.configMapKeyRef`, source.configMapKeyRef.key));
  if (source.secretKeyRef) errors.push(...validateKey(`${path}.secretKeyRef`, source.secretKeyRef.key));
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
    if (configMapRef && !configMapRef.name) errors.push(required(`${at}.configMapRef.name`));
    if (secretRef && !secretRef.name) errors.push(required(`${at}.secretRef.name`));
    if (!configMapRef && !secretRef)
      errors.push(invalidValue(at, '', 'must specify one of: `configMapRef` or `secretRef`'));
    if (configMapRef && secretRef)
      errors.push(invalidValue(at, '', 'may not have more than one field specified at a time'));
    return errors;
  });
}
