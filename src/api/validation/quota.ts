import { semanticEqual } from '../deep.js';
import { duplicate, type FieldError, forbidden, invalidValue, required } from '../field-error.js';
import type {
  LimitRange,
  LimitRangeItem,
  ResourceQuota,
  ResourceQuotaSpec,
  ScopedResourceSelectorRequirement,
} from '../generated/core-v1.js';
import { qualifiedName } from '../names.js';
import { compareQuantities, isQuantity } from '../quantity.js';
import { checkName, each, immutableText } from './common.js';
import {
  isOvercommitAllowed,
  validateAmount,
  validateLimitResourceName,
  validateQuotaResourceName,
} from './resource-names.js';

type Amounts = Readonly<Record<string, string>>;

const ofPods = [
  'Terminating',
  'NotTerminating',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
];
const scopes = [...ofPods, 'BestEffort', 'VolumeAttributesClass'];
const withoutValue = ofPods.filter((scope) => scope !== 'PriorityClass').concat('BestEffort');
const computed = ['pods', 'cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];
const conflicts = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

function appliesTo(scope: string, resource: string): boolean {
  if (resource.includes('/')) return true;
  if (scope === 'BestEffort') return resource === 'pods';
  return scope === 'VolumeAttributesClass' ? !computed.includes(resource) : computed.includes(resource);
}

function conflicting(path: string, given: readonly string[], shown: unknown): FieldError[] {
  return conflicts
    .filter((pair) => pair.every((scope) => given.includes(scope)))
    .map(() => invalidValue(path, shown, 'conflicting scopes'));
}

function validateScopes({ scopes: given = [], hard }: ResourceQuotaSpec): FieldError[] {
  const path = 'spec.scopes';
  const errors = given.flatMap((scope) => [
    ...(scopes.includes(scope) ? [] : [invalidValue(path, given, 'unsupported scope')]),
    ...Object.keys(hard ?? {})
      .filter((resource) => !appliesTo(scope, resource))
      .map(() => invalidValue(path, given, 'unsupported scope applied to resource')),
  ]);
  return [...errors, ...conflicting(path, given, given)];
}

function validateOperator(
  path: string,
  { operator, values = [] }: ScopedResourceSelectorRequirement,
): FieldError[] {
  if (operator === 'In' || operator === 'NotIn') {
    const message = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    return values.length === 0 ? [required(`${path}.values`, message)] : [];
  }
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    const message = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    return values.length === 0 ? [] : [invalidValue(`${path}.values`, values, message)];
  }
  return [invalidValue(`${path}.operator`, operator ?? '', 'not a valid selector operator')];
}

function validateScopeSelector({ scopeSelector, hard, scopes: given }: ResourceQuotaSpec): FieldError[] {
  const path = 'spec.scopeSelector.matchExpressions';
  const expressions = scopeSelector?.matchExpressions ?? [];
  const errors = expressions.flatMap((expression) => {
    const { scopeName, operator } = expression;
    const only =
      "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    const wrong = withoutValue.includes(scopeName) && operator !== 'Exists';
    return [
      ...(scopes.includes(scopeName)
        ? []
        : [invalidValue(`${path}.scopeName`, scopeName, 'unsupported scope')]),
      ...Object.keys(hard ?? {})
        .filter((resource) => !appliesTo(scopeName, resource))
        .map(() => invalidValue(path, scopeSelector, 'unsupported scope applied to resource')),
      ...(wrong ? [invalidValue(`${path}.operator`, operator, only)] : []),
      ...validateOperator(path, expression),
    ];
  });
  return [
    ...errors,
    ...conflicting(
      path,
      expressions.map((one) => one.scopeName),
      given ?? null,
    ),
  ];
}

function validateHard(path: string, amounts: Amounts | undefined): FieldError[] {
  return Object.entries(amounts ?? {}).flatMap(([name, amount]) => [
    ...validateQuotaResourceName(`${path}[${name}]`, name),
    ...validateAmount(`${path}[${name}]`, name, amount),
  ]);
}

/** A new ResourceQuota. */
export function validateResourceQuota({ spec }: ResourceQuota): FieldError[] {
  return [
    ...validateHard('spec.hard', spec?.hard),
    ...validateScopes(spec ?? {}),
    ...validateScopeSelector(spec ?? {}),
  ];
}

/** A change of a ResourceQuota: what it holds for stays. */
export function validateResourceQuotaUpdate(quota: ResourceQuota, old: ResourceQuota): FieldError[] {
  const sorted = (list: readonly string[] | undefined): string[] => [...new Set(list ?? [])].sort();
  const [now, before] = [quota.spec?.scopes, old.spec?.scopes];
  const changed = !semanticEqual(sorted(now), sorted(before));
  return [
    ...validateHard('spec.hard', quota.spec?.hard),
    ...validateScopes(quota.spec ?? {}),
    ...validateScopeSelector(quota.spec ?? {}),
    ...(changed ? [invalidValue('spec.scopes', now ?? null, immutableText)] : []),
  ];
}

/** The status of a ResourceQuota. */
export function validateResourceQuotaStatus({ status }: ResourceQuota): FieldError[] {
  return [...validateHard('status.hard', status?.hard), ...validateHard('status.used', status?.used)];
}

const bounds = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type Bound = (typeof bounds)[number];

interface Order {
  readonly low: Bound;
  readonly high: Bound;
  /** Which of them the error is about, and whose amount it shows. */
  readonly at: Bound;
  readonly shows: Bound;
}

const words: Readonly<Record<Bound, string>> = {
  max: 'max value',
  min: 'min value',
  default: 'default value',
  defaultRequest: 'default request value',
  maxLimitRequestRatio: 'ratio',
};
const orders: readonly Order[] = [
  { low: 'min', high: 'max', at: 'min', shows: 'min' },
  { low: 'min', high: 'defaultRequest', at: 'defaultRequest', shows: 'defaultRequest' },
  { low: 'defaultRequest', high: 'max', at: 'defaultRequest', shows: 'defaultRequest' },
  { low: 'defaultRequest', high: 'default', at: 'defaultRequest', shows: 'defaultRequest' },
  { low: 'min', high: 'default', at: 'default', shows: 'min' },
  { low: 'default', high: 'max', at: 'default', shows: 'max' },
];

function wordOf({ low, high }: Order): string {
  return low === 'defaultRequest' && high === 'default' ? 'default limit value' : words[high];
}

function validateOrder(at: string, item: LimitRangeItem, name: string): FieldError[] {
  return orders.flatMap((order) => {
    const [low, high] = [item[order.low]?.[name], item[order.high]?.[name]];
    if (low === undefined || high === undefined || !isQuantity(low) || !isQuantity(high)) return [];
    if (compareQuantities(low, high) <= 0) return [];
    const message = `${words[order.low]} ${low} is greater than ${wordOf(order)} ${high}`;
    return [invalidValue(`${at}.${order.at}[${name}]`, item[order.shows]?.[name], message)];
  });
}

function validateRatio(at: string, item: LimitRangeItem, name: string): FieldError[] {
  const ratio = item.maxLimitRequestRatio?.[name];
  if (ratio === undefined || !isQuantity(ratio) || compareQuantities(ratio, '1') >= 0) return [];
  return [invalidValue(`${at}.maxLimitRequestRatio[${name}]`, ratio, `ratio ${ratio} is less than 1`)];
}

function validateEquality(at: string, item: LimitRangeItem, name: string): FieldError[] {
  const [limit, request] = [item.default?.[name], item.defaultRequest?.[name]];
  if (isOvercommitAllowed(name) || limit === undefined || request === undefined) return [];
  if (!isQuantity(limit) || !isQuantity(request) || compareQuantities(limit, request) === 0) return [];
  const message = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`;
  return [invalidValue(`${at}.defaultRequest[${name}]`, request, message)];
}

function validateType(path: string, type: string): FieldError[] {
  const wrong = checkName(path, type, qualifiedName);
  const known = ['Pod', 'Container', 'PersistentVolumeClaim'].includes(type) || type.includes('/');
  if (wrong.length > 0 || known) return wrong;
  return [invalidValue(path, type, 'must be a standard limit type or fully qualified')];
}

function validateItem(at: string, item: LimitRangeItem): FieldError[] {
  const type = item.type ?? '';
  const errors = validateType(`${at}.type`, type);
  const names = new Set<string>();
  for (const bound of bounds) {
    const given = Object.keys(item[bound] ?? {});
    const forbiddenHere = type === 'Pod' && (bound === 'default' || bound === 'defaultRequest');
    if (forbiddenHere && given.length > 0)
      errors.push(forbidden(`${at}.${bound}`, "may not be specified when `type` is 'Pod'"));
    if (forbiddenHere) continue;
    for (const name of given) {
      names.add(name);
      errors.push(...validateLimitResourceName(`${at}.${bound}[${name}]`, name, type));
    }
  }
  const storage = item.min?.['storage'] ?? item.max?.['storage'];
  if (type === 'PersistentVolumeClaim' && storage === undefined) {
    const message = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(`${at}.limits`, message));
  }
  const checks = [validateOrder, validateRatio, validateEquality];
  return [...errors, ...[...names].flatMap((name) => checks.flatMap((check) => check(at, item, name)))];
}

/** A LimitRange, new or changed. */
export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const types = (spec?.limits ?? []).map(({ type }) => type);
  return each('spec.limits', spec?.limits, (at, item, index) => [
    ...validateItem(at, item),
    ...(types.indexOf(item.type) < index ? [duplicate(`${at}.type`, item.type)] : []),
  ]);
}
