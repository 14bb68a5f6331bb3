import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type {
  CrossVersionObjectReference,
  HorizontalPodAutoscaler,
  HPAScalingRules,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
} from '../generated/autoscaling-v2.js';
import { dns1123Label, pathSegment } from '../names.js';
import { compareQuantities, isQuantity } from '../quantity.js';
import { each, nonNegativeFields, positive, requiredName } from './common.js';

const longestPeriod = 1800;
const longestWindow = 3600;

/** The fields of the metric types, in the order in which they are looked at. */
const sources = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
} as const;

type Source = (typeof sources)[keyof typeof sources];

const metricTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

function validateReference(path: string, ref: CrossVersionObjectReference | undefined): FieldError[] {
  return [
    ...requiredName(`${path}.kind`, ref?.kind, pathSegment),
    ...requiredName(`${path}.name`, ref?.name, pathSegment),
  ];
}

function isPositive(amount: string): boolean {
  return isQuantity(amount) && compareQuantities(amount, '0') > 0;
}

function validateTarget(path: string, target: MetricTarget): FieldError[] {
  const errors: FieldError[] = [];
  if (!target.type) errors.push(required(`${path}.type`, 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(target.type)) {
    const message = 'must be either Utilization, Value, or AverageValue';
    errors.push(invalidValue(`${path}.type`, target.type ?? '', message));
  }
  for (const field of ['value', 'averageValue'] as const) {
    const amount = target[field];
    if (amount !== undefined && !isPositive(amount))
      errors.push(invalidValue(`${path}.${field}`, amount, 'must be positive'));
  }
  const percent = target.averageUtilization;
  if (percent !== undefined && percent < 1)
    errors.push(invalidValue(`${path}.averageUtilization`, percent, 'must be greater than 0'));
  return errors;
}

function validateMetric(path: string, metric: MetricIdentifier | undefined): FieldError[] {
  const name = metric?.name;
  return name
    ? requiredName(`${path}.name`, name, pathSegment)
    : [required(`${path}.name`, 'must specify a metric name')];
}

/** A raw value or a percentage, not both: what resources are measured by. */
function rawOrPercent(path: string, { averageUtilization, averageValue }: MetricTarget): FieldError[] {
  if (averageUtilization === undefined && averageValue === undefined) {
    const message = 'must set either a target raw value or a target utilization';
    return [required(`${path}.averageUtilization`, message)];
  }
  if (averageUtilization === undefined || averageValue === undefined) return [];
  return [forbidden(`${path}.averageValue`, 'may not set both a target raw value and a target utilization')];
}

function absolute(path: string, { value, averageValue }: MetricTarget, external: boolean): FieldError[] {
  if (value === undefined && averageValue === undefined) {
    const message = external
      ? 'must set either a target value for metric or a per-pod target'
      : 'must set either a target value or averageValue';
    return [required(`${path}.averageValue`, message)];
  }
  if (!external || value === undefined || averageValue === undefined) return [];
  return [forbidden(`${path}.value`, 'may not set both a target value for metric and a per-pod target')];
}

function validateSource(at: string, name: Source, spec: MetricSpec): FieldError[] {
  const source = spec[name];
  if (source === undefined) return [];
  const { target } = source;
  const checks: FieldError[] = [];
  if ('describedObject' in source)
    checks.push(...validateReference(`${at}.describedObject`, source.describedObject));
  if ('metric' in source) checks.push(...validateMetric(`${at}.metric`, source.metric));
  if ('name' in source && !source.name) checks.push(required(`${at}.name`, 'must specify a resource name'));
  if ('container' in source)
    checks.push(
      ...(source.container
        ? requiredName(`${at}.container`, source.container, dns1123Label)
        : [required(`${at}.container`, 'must specify a container')]),
    );
  checks.push(...validateTarget(`${at}.target`, target ?? { type: '' }));
  if (name === 'resource' || name === 'containerResource')
    return [...checks, ...rawOrPercent(`${at}.target`, target ?? { type: '' })];
  if (name !== 'pods') return [...checks, ...absolute(`${at}.target`, target, name === 'external')];
  if (target?.averageValue !== undefined) return checks;
  return [...checks, required(`${at}.target.averageValue`, 'must specify a positive target averageValue')];
}

function validateMetricSpec(at: string, spec: MetricSpec): FieldError[] {
  const given = Object.values(sources).filter((name) => spec[name] !== undefined);
  const [first] = given;
  const expected = Object.entries(sources).find(([type]) => type === spec.type)?.[1];
  const errors: FieldError[] = [];
  if (!spec.type) errors.push(required(`${at}.type`, 'must specify a metric source type'));
  if (expected === undefined) errors.push(notSupported(`${at}.type`, spec.type ?? '', metricTypes));
  if (first !== undefined) errors.push(...validateSource(`${at}.${first}`, first, spec));
  if (expected !== undefined && spec[expected] === undefined)
    errors.push(required(`${at}.${expected}`, 'must populate information for the given metric source'));
  if (given.length === 1) return errors;
  const more = given.filter((name) => name !== expected);
  return [
    ...errors,
    ...more.map((name) => forbidden(`${at}.${name}`, 'must populate the given metric source only')),
  ];
}

function validateRules(path: string, rules: HPAScalingRules | undefined): FieldError[] {
  if (rules === undefined) return [];
  const window = rules.stabilizationWindowSeconds;
  const at = `${path}.stabilizationWindowSeconds`;
  const errors: FieldError[] = [];
  if (window !== undefined && window < 0)
    errors.push(invalidValue(at, window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > longestWindow)
    errors.push(invalidValue(at, window, `must be less than or equal to ${longestWindow}`));
  const select = rules.selectPolicy;
  const selects = ['Disabled', 'Max', 'Min'];
  if (select !== undefined && !selects.includes(select))
    errors.push(notSupported(`${path}.selectPolicy`, select, selects));
  if ((rules.policies ?? []).length === 0)
    errors.push(required(`${path}.policies`, 'must specify at least one Policy'));
  const policies = each(`${path}.policies`, rules.policies, (place, { type, value, periodSeconds }) => {
    const known = ['Percent', 'Pods'];
    const found = known.includes(type) ? [] : [notSupported(`${place}.type`, type ?? '', known)];
    found.push(...positive(`${place}.value`, value), ...positive(`${place}.periodSeconds`, periodSeconds));
    if (periodSeconds > longestPeriod) {
      const message = `must be less than or equal to ${longestPeriod}`;
      found.push(invalidValue(`${place}.periodSeconds`, periodSeconds, message));
    }
    return found;
  });
  const { tolerance } = rules;
  if (tolerance !== undefined && isQuantity(tolerance) && compareQuantities(tolerance, '0') < 0)
    policies.push(invalidValue(`${path}.tolerance`, tolerance, 'must be greater than or equal to 0'));
  return [...errors, ...policies];
}

/** A HorizontalPodAutoscaler, new or changed. */
export function validateHorizontalPodAutoscaler({ spec }: HorizontalPodAutoscaler): FieldError[] {
  const { minReplicas, maxReplicas = 0, scaleTargetRef, metrics, behavior } = spec ?? {};
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < 1)
    errors.push(invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  if (maxReplicas < 1) errors.push(invalidValue('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    const message = 'must be greater than or equal to `minReplicas`';
    errors.push(invalidValue('spec.maxReplicas', maxReplicas, message));
  }
  return [
    ...errors,
    ...validateReference('spec.scaleTargetRef', scaleTargetRef),
    ...each('spec.metrics', metrics, validateMetricSpec),
    ...validateRules('spec.behavior.scaleUp', behavior?.scaleUp),
    ...validateRules('spec.behavior.scaleDown', behavior?.scaleDown),
  ];
}

/** The status of a HorizontalPodAutoscaler. */
export function validateHorizontalPodAutoscalerStatus({ status }: HorizontalPodAutoscaler): FieldError[] {
  return nonNegativeFields('status', status, ['currentReplicas', 'desiredReplicas']);
}
