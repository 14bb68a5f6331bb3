import { isList, isObject } from '../deep.js';
import { duplicate, type FieldError, forbidden, notFoundValue } from '../field-error.js';
import type { EphemeralContainer, PodSpec } from '../generated/core-v1.js';
import { each } from './common.js';
import { validateContainer } from './container.js';

/** Fields that a container that is added to look at others may not have. */
const notHere = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

/** Lists and resources are not set while they are empty; a probe or a hook is set however empty it is. */
function isSet(field: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (isList(value)) return value.length > 0;
  return field !== 'resources' || !isObject(value) || Object.keys(value).length > 0;
}

function validateFields(at: string, container: EphemeralContainer): FieldError[] {
  const message = 'cannot be set for an Ephemeral Container';
  return [
    ...notHere
      .filter((field) => isSet(field, container[field]))
      .map((field) => forbidden(`${at}.${field}`, message)),
    ...each(`${at}.volumeMounts`, container.volumeMounts, (place, mount) =>
      (['subPath', 'subPathExpr'] as const)
        .filter((field) => mount[field])
        .map((field) => forbidden(`${place}.${field}`, message)),
    ),
  ];
}

/** The containers that were added to a Pod to look at it. */
export function validateEphemeralContainers(
  path: string,
  list: readonly EphemeralContainer[],
  spec: PodSpec,
): FieldError[] {
  const others = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name);
  const names = new Set(others);
  return each(path, list, (at, container) => {
    const { targetContainerName: target, ...rest } = container;
    const again = names.has(container.name);
    names.add(container.name);
    return [
      ...validateContainer(at, rest, spec),
      ...(again ? [duplicate(`${at}.name`, container.name)] : []),
      ...(target && !others.includes(target) ? [notFoundValue(`${at}.targetContainerName`, target)] : []),
      ...validateFields(at, container),
    ];
  });
}
