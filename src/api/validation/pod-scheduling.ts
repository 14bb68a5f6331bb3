import { duplicate, type FieldError, invalidValue, notSupported, required } from '../field-error.js';
import type { PodSchedulingGate, Toleration, TopologySpreadConstraint } from '../generated/core-v1.js';
import { isLabelValue, qualifiedName } from '../names.js';
import { checkName, each, oneOfIfSet, validateSelector } from './common.js';
import { validateLabelKeys } from './label-keys.js';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const actions = ['DoNotSchedule', 'ScheduleAnyway'];
const policies = ['Honor', 'Ignore'];
const notPositive = 'must be greater than zero';

function validateOperator(at: string, toleration: Toleration): FieldError[] {
  const { operator, value = '' } = toleration;
  const path = `${at}.operator`;
  if (operator === 'Exists')
    return value ? [invalidValue(path, toleration, "value must be empty when `operator` is 'Exists'")] : [];
  if (operator && operator !== 'Equal') return [notSupported(path, operator, ['Equal', 'Exists'])];
  const wrong = isLabelValue(value);
  return wrong.length === 0 ? [] : [invalidValue(path, value, wrong.join(';'))];
}

function validateToleration(at: string, toleration: Toleration): FieldError[] {
  const { key, operator, effect, tolerationSeconds } = toleration;
  const errors = key ? checkName(`${at}.key`, key, qualifiedName) : [];
  if (!key && operator !== 'Exists') {
    const message =
      'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalidValue(`${at}.operator`, operator ?? '', message));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    const message = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.push(invalidValue(`${at}.effect`, effect ?? '', message));
  }
  return [
    ...errors,
    ...validateOperator(at, toleration),
    ...oneOfIfSet(`${at}.effect`, effect || undefined, effects),
  ];
}

/** The tolerations of a Pod. */
export function validateTolerations(
  path: string,
  tolerations: readonly Toleration[] | undefined,
): FieldError[] {
  return each(path, tolerations, validateToleration);
}

/** What a Pod waits for before it is given a node. */
export function validateSchedulingGates(
  path: string,
  gates: readonly PodSchedulingGate[] | undefined,
): FieldError[] {
  const names = (gates ?? []).map(({ name }) => name);
  return each(path, gates, (at, { name }, index) => [
    ...checkName(at, name ?? '', qualifiedName),
    ...(names.indexOf(name) < index ? [duplicate(at, name)] : []),
  ]);
}

function validateDomains(path: string, constraint: TopologySpreadConstraint): FieldError[] {
  const { minDomains, whenUnsatisfiable } = constraint;
  if (minDomains === undefined) return [];
  const message = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
  return [
    ...(minDomains > 0 ? [] : [invalidValue(path, minDomains, notPositive)]),
    ...(whenUnsatisfiable === 'DoNotSchedule' ? [] : [invalidValue(path, minDomains, message)]),
  ];
}

function validateConstraint(at: string, constraint: TopologySpreadConstraint): FieldError[] {
  const { maxSkew = 0, topologyKey, whenUnsatisfiable = '' } = constraint;
  return [
    ...(maxSkew > 0 ? [] : [invalidValue(`${at}.maxSkew`, maxSkew, notPositive)]),
    ...(topologyKey ? [] : [required(`${at}.topologyKey`, 'can not be empty')]),
    ...(actions.includes(whenUnsatisfiable)
      ? []
      : [notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, actions)]),
  ];
}

/** How the Pods of a workload spread over zones, nodes and the like. */
export function validateSpread(
  path: string,
  constraints: readonly TopologySpreadConstraint[] | undefined,
): FieldError[] {
  const pairs = (constraints ?? []).map((one) => `{${one.topologyKey}, ${one.whenUnsatisfiable}}`);
  return each(path, constraints, (at, constraint, index) => {
    const pair = pairs[index] ?? '';
    const again = pairs.indexOf(pair, index + 1) > index;
    return [
      ...validateConstraint(at, constraint),
      ...(again ? [duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pair)] : []),
      ...validateDomains(`${at}.minDomains`, constraint),
      ...oneOfIfSet(`${at}.nodeAffinityPolicy`, constraint.nodeAffinityPolicy, policies),
      ...oneOfIfSet(`${at}.nodeTaintsPolicy`, constraint.nodeTaintsPolicy, policies),
      ...validateLabelKeys(at, constraint),
      ...validateSelector(`${at}.labelSelector`, constraint.labelSelector),
    ];
  });
}
