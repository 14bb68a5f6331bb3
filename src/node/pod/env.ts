import type { Container, EnvFromSource, EnvVar, Pod } from '../../api/generated/core-v1.js';
import { envVarName } from '../../api/names.js';
import { expandVariables } from '../volumes/expand.js';
import { fieldValue, type PodRuntimeFields, resourceValue } from './field-refs.js';
import { configMapData, type Lookups, secretData } from './lookups.js';
import { serviceVariables } from './service-env.js';
import { StepError } from './step-error.js';

/** What a container's environment is made from. */
export interface EnvInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly lookups: Lookups;
  readonly runtime: PodRuntimeFields;
}

/** The environment of a container: Services, then envFrom, then env, each able to use those before it. */
export function containerEnv(input: EnvInput): ReadonlyMap<string, string> {
  const { pod, container, lookups } = input;
  const namespace = pod.metadata?.namespace ?? '';
  const services = serviceVariables(
    [...lookups.services(namespace), ...lookups.services('default')],
    namespace,
    pod.spec?.enableServiceLinks ?? true,
  );
  const result = new Map<string, string>();
  for (const source of container.envFrom ?? []) {
    for (const [name, value] of fromSource(source, input)) result.set(name, value);
  }
  // A variable may refer to those that stand before it, and to the Services' as far as nothing hides them.
  const known = new Map([...services, ...result]);
  for (const variable of container.env ?? []) {
    const value = variableValue(variable, input, known);
    if (value === undefined) continue;
    result.set(variable.name, value);
    known.set(variable.name, value);
  }
  return new Map([...services, ...result]);
}

function variableValue(
  variable: EnvVar,
  input: EnvInput,
  known: ReadonlyMap<string, string>,
): string | undefined {
  const { valueFrom } = variable;
  if (valueFrom === undefined) return expandVariables(variable.value ?? '', known).text;
  if (valueFrom.fieldRef !== undefined) return fieldValue(valueFrom.fieldRef, input.pod, input.runtime);
  if (valueFrom.resourceFieldRef !== undefined)
    return resourceValue(valueFrom.resourceFieldRef, input, input.runtime);
  if (valueFrom.configMapKeyRef !== undefined) return keyOf('configmap', valueFrom.configMapKeyRef, input);
  if (valueFrom.secretKeyRef !== undefined) return keyOf('secret', valueFrom.secretKeyRef, input);
  return undefined;
}

interface KeySelector {
  readonly name?: string;
  readonly key: string;
  readonly optional?: boolean;
}

type SourceKind = 'configmap' | 'secret';

function keyOf(
  kind: SourceKind,
  { name = '', key, optional }: KeySelector,
  input: EnvInput,
): string | undefined {
  const data = dataOf(kind, { name, optional }, input);
  if (data === undefined) return undefined;
  const value = data.get(key);
  if (value !== undefined) return value.toString();
  if (optional) return undefined;
  const where = kind === 'configmap' ? 'ConfigMap' : 'Secret';
  throw new StepError(
    'CreateContainerConfigError',
    `couldn't find key ${key} in ${where} ${input.pod.metadata?.namespace}/${name}`,
  );
}

/** Undefined when the object is not there and need not be. */
function dataOf(
  kind: SourceKind,
  { name = '', optional }: { readonly name?: string; readonly optional?: boolean },
  input: EnvInput,
): ReadonlyMap<string, Buffer> | undefined {
  const namespace = input.pod.metadata?.namespace ?? '';
  const configMap = kind === 'configmap' ? input.lookups.configMap(namespace, name) : undefined;
  const secret = kind === 'secret' ? input.lookups.secret(namespace, name) : undefined;
  if (configMap !== undefined) return configMapData(configMap);
  if (secret !== undefined) return secretData(secret);
  if (optional) return undefined;
  throw new StepError('CreateContainerConfigError', `${kind} "${name}" not found`);
}

function fromSource(source: EnvFromSource, input: EnvInput): readonly (readonly [string, string])[] {
  const data =
    source.configMapRef === undefined
      ? source.secretRef && dataOf('secret', source.secretRef, input)
      : dataOf('configmap', source.configMapRef, input);
  return [...(data ?? [])]
    .map(([key, value]) => [`${source.prefix ?? ''}${key}`, value.toString()] as const)
    .filter(([name]) => envVarName(name).length === 0);
}
