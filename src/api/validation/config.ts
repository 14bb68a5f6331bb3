import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden, invalidValue, required, tooLong } from '../field-error.js';
import type { ConfigMap, Secret } from '../generated/core-v1.js';
import { configMapKey } from '../names.js';
import { immutable } from './common.js';

const maxBytes = 1024 * 1024;
const frozenText = 'field is immutable when `immutable` is set';

function validateKeys(path: string, keys: readonly string[]): FieldError[] {
  return keys.flatMap((key) =>
    configMapKey(key).map((message) => invalidValue(`${path}[${key}]`, key, message)),
  );
}

function textBytes(values: Readonly<Record<string, string>> | undefined): number {
  const encoder = new TextEncoder();
  return Object.values(values ?? {}).reduce((sum, value) => sum + encoder.encode(value).length, 0);
}

function base64Bytes(values: Readonly<Record<string, string>> | undefined): number {
  return Object.values(values ?? {}).reduce(
    (sum, value) => sum + Math.floor((value.replace(/=+$/, '').length * 3) / 4),
    0,
  );
}

/** A new ConfigMap. */
export function validateConfigMap({ data, binaryData }: ConfigMap): FieldError[] {
  const errors = [
    ...validateKeys('data', Object.keys(data ?? {})),
    ...validateKeys('binaryData', Object.keys(binaryData ?? {})),
  ];
  for (const key of Object.keys(data ?? {})) {
    if (binaryData && Object.hasOwn(binaryData, key)) {
      errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
  }
  const size = textBytes(data) + base64Bytes(binaryData);
  return size > maxBytes ? [...errors, tooLong('[]', '', maxBytes)] : errors;
}

interface Config {
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

function validateFrozen(config: Config, old: Config): FieldError[] {
  if (old.immutable !== true) return [];
  const errors = config.immutable === true ? [] : [forbidden('immutable', frozenText)];
  for (const field of ['data', 'binaryData'] as const) {
    if (!semanticEqual(config[field], old[field])) errors.push(forbidden(field, frozenText));
  }
  return errors;
}

/** A change of a ConfigMap. */
export function validateConfigMapUpdate(config: ConfigMap, old: ConfigMap): FieldError[] {
  return [...validateFrozen(config, old), ...validateConfigMap(config)];
}

const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

function validateType(secret: Secret): FieldError[] {
  const data = secret.data ?? {};
  const type = secret.type ?? '';
  if (
    type === 'kubernetes.io/basic-auth' &&
    !Object.hasOwn(data, 'username') &&
    !Object.hasOwn(data, 'password')
  ) {
    return [required('data[username]'), required('data[password]')];
  }
  if (type === 'kubernetes.io/service-account-token') {
    const annotation = 'kubernetes.io/service-account.name';
    return secret.metadata?.annotations?.[annotation]
      ? []
      : [required(`metadata.annotations[${annotation}]`)];
  }
  return (requiredKeys[type] ?? [])
    .filter((key) => !Object.hasOwn(data, key))
    .map((key) => required(`data[${key}]`));
}

/** A new Secret; `data` is base64. */
export function validateSecret(secret: Secret): FieldError[] {
  const errors = [...validateKeys('data', Object.keys(secret.data ?? {})), ...validateType(secret)];
  return base64Bytes(secret.data) > maxBytes ? [...errors, tooLong('data', '', maxBytes)] : errors;
}

/** A change of a Secret. */
export function validateSecretUpdate(secret: Secret, old: Secret): FieldError[] {
  return [
    ...immutable('type', secret.type, old.type),
    ...validateFrozen(secret, old),
    ...validateSecret(secret),
  ];
}
