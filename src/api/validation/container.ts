import {
  duplicate,
  type FieldError,
  forbidden,
  invalidValue,
  notSupported,
  required,
} from '../field-error.js';
import type { Container, PodSpec } from '../generated/core-v1.js';
import { dns1123Label } from '../names.js';
import { each, oneOf, requiredName } from './common.js';
import { validateEnv, validateEnvFrom } from './env.js';
import { validateDevices, validateMounts } from './mounts.js';
import { validateContainerPorts, validateHandlers } from './probe.js';
import { validateResizePolicy, validateResources } from './resources.js';
import { validateContainerSecurity } from './security-context.js';

const messagePolicies = ['FallbackToLogsOnError', 'File'];
const pullPolicies = ['Always', 'IfNotPresent', 'Never'];

/** A container of any list, but for its probes and hooks. */
export function validateContainer(at: string, container: Container, spec: PodSpec): FieldError[] {
  const volumes = spec.volumes ?? [];
  const { terminationMessagePolicy, imagePullPolicy } = container;
  return [
    ...requiredName(`${at}.name`, container.name, dns1123Label),
    ...(container.image ? [] : [required(`${at}.image`)]),
    ...oneOf(`${at}.terminationMessagePolicy`, terminationMessagePolicy, messagePolicies),
    ...validateContainerPorts(`${at}.ports`, container.ports ?? []),
    ...validateEnv(`${at}.env`, container.env ?? []),
    ...validateEnvFrom(`${at}.envFrom`, container.envFrom ?? []),
    ...validateMounts(`${at}.volumeMounts`, container, volumes),
    ...validateDevices(`${at}.volumeDevices`, container, volumes),
    ...oneOf(`${at}.imagePullPolicy`, imagePullPolicy, pullPolicies),
    ...validateResources(`${at}.resources`, container.resources),
    ...validateResizePolicy(`${at}.resizePolicy`, container.resizePolicy, spec.restartPolicy),
    ...validateContainerSecurity(
      `${at}.securityContext`,
      container.securityContext,
      spec.hostUsers !== false,
    ),
  ];
}

function validateInit(at: string, container: Container): FieldError[] {
  const { restartPolicy, resizePolicy } = container;
  const errors: FieldError[] = [];
  const sidecar = restartPolicy === 'Always';
  if (restartPolicy !== undefined && !['Always', 'Never', 'OnFailure'].includes(restartPolicy)) {
    const known = ['Always', 'Never', 'OnFailure'];
    errors.push(notSupported(`${at}.restartPolicy`, restartPolicy, known));
  }
  const message = 'may not be set for init containers without restartPolicy=Always';
  const fields = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
  if (!sidecar)
    errors.push(
      ...fields.filter((field) => container[field]).map((field) => forbidden(`${at}.${field}`, message)),
    );
  if (!sidecar && (resizePolicy ?? []).length > 0)
    errors.push(invalidValue(`${at}.resizePolicy`, resizePolicy, 'must not be set for init containers'));
  return errors;
}

/** What a list of containers is checked against. */
export interface ContainerScope {
  readonly spec: PodSpec;
  /** Names taken so far; the list adds its own. */
  readonly names: Set<string>;
  readonly role: 'main' | 'init';
}

/** A list of containers of a Pod. */
export function validateContainers(
  path: string,
  containers: readonly Container[],
  { spec, names, role }: ContainerScope,
): FieldError[] {
  return each(path, containers, (at, container) => {
    const again = container.name !== '' && names.has(container.name);
    names.add(container.name);
    const handlers = role === 'main' || container.restartPolicy === 'Always';
    const grace = spec.terminationGracePeriodSeconds;
    return [
      ...validateContainer(at, container, spec),
      ...(again ? [duplicate(`${at}.name`, container.name)] : []),
      ...(handlers ? validateHandlers(at, container, grace) : []),
      ...(role === 'init' ? validateInit(at, container) : []),
    ];
  });
}
