import { type FieldError, invalidValue } from '../field-error.js';
import { qualifiedName } from '../names.js';
import { quantityToMilli } from '../quantity.js';
import { checkName, validateQuantity } from './common.js';

const ofContainers = ['cpu', 'memory', 'ephemeral-storage'];
const ofQuotas = [
  ...['cpu', 'memory', 'ephemeral-storage', 'requests.cpu', 'requests.memory', 'requests.storage'],
  ...['requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
  ...['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps'],
  ...['persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'],
];
const standard = [...ofQuotas, 'storage'];

/** Resources of which there are only whole ones. */
const whole = new Set(ofQuotas.slice(ofQuotas.indexOf('pods')));

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** A device or the like of somebody's domain; of it nobody may promise more than there is. */
export function isExtended(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
}

/** True when limits may promise more than requests take. */
export function isOvercommitAllowed(name: string): boolean {
  const native = !name.includes('/') || name.includes('kubernetes.io/');
  return native && !isHugePages(name);
}

function validateResourceName(path: string, name: string): FieldError[] {
  const wrong = checkName(path, name, qualifiedName);
  if (wrong.length > 0 || name.includes('/')) return wrong;
  const known = standard.includes(name) || isHugePages(name) || name.startsWith('requests.hugepages-');
  return known ? [] : [invalidValue(path, name, 'must be a standard resource type or fully qualified')];
}

/** The name of a resource that containers ask for. */
export function validateContainerResourceName(path: string, name: string): FieldError[] {
  const wrong = validateResourceName(path, name);
  if (!name.includes('/')) {
    if (ofContainers.includes(name) || isHugePages(name)) return wrong;
    return [...wrong, invalidValue(path, name, 'must be a standard resource for containers')];
  }
  const named = name.includes('kubernetes.io/') || isExtended(name);
  return named
    ? wrong
    : [...wrong, invalidValue(path, name, "doesn't follow extended resource name standard")];
}

/** The name of a resource that a quota limits. */
export function validateQuotaResourceName(path: string, name: string): FieldError[] {
  const wrong = validateResourceName(path, name);
  if (name.includes('/') || isHugePages(name) || name.startsWith('requests.hugepages-')) return wrong;
  return ofQuotas.includes(name)
    ? wrong
    : [...wrong, invalidValue(path, name, 'must be a standard resource for quota')];
}

/** The name of a resource that a LimitRange bounds. */
export function validateLimitResourceName(path: string, name: string, type: string): FieldError[] {
  return type === 'Pod' || type === 'Container'
    ? validateContainerResourceName(path, name)
    : validateResourceName(path, name);
}

/** An amount of a resource: not negative, and whole where there are only whole ones. */
export function validateAmount(path: string, name: string, amount: string): FieldError[] {
  const wrong = validateQuantity(path, amount);
  if (wrong.length > 0 || !(whole.has(name) || isExtended(name))) return wrong;
  return quantityToMilli(amount) % 1000 === 0 ? [] : [invalidValue(path, amount, 'must be an integer')];
}
