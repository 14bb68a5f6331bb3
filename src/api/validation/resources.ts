import { type FieldError, forbidden, invalidValue, notSupported, required } from '../field-error.js';
import type { Container, ResourceRequirements } from '../generated/core-v1.js';
import { compareQuantities, isQuantity, quantityToBytes } from '../quantity.js';
import { each } from './common.js';
import { isOvercommitAllowed, validateAmount, validateContainerResourceName } from './resource-names.js';

function validateHugePages(path: string, name: string, amount: string): FieldError[] {
  const size = name.slice('hugepages-'.length);
  if (!name.startsWith('hugepages-') || !isQuantity(size) || !isQuantity(amount)) return [];
  const whole = quantityToBytes(amount) % quantityToBytes(size) === 0n && compareQuantities(amount, '0') > 0;
  return whole ? [] : [invalidValue(path, amount, `${amount} is not positive integer multiple of ${name}`)];
}

function validateOne(path: string, name: string, amount: string): FieldError[] {
  return [
    ...validateContainerResourceName(path, name),
    ...validateAmount(path, name, amount),
    ...validateHugePages(path, name, amount),
  ];
}

interface Pair {
  readonly name: string;
  readonly amount: string;
  readonly limit: string | undefined;
}

function validatePair(path: string, { name, amount, limit }: Pair): FieldError[] {
  const fixed = !isOvercommitAllowed(name);
  if (limit === undefined)
    return fixed ? [required(`${path}.limits`, 'Limit must be set for non overcommitable resources')] : [];
  if (!isQuantity(limit) || !isQuantity(amount)) return [];
  const order = compareQuantities(amount, limit);
  if (order === 0 || (order < 0 && !fixed)) return [];
  const must = fixed ? 'equal to' : 'less than or equal to';
  return [invalidValue(`${path}.requests`, amount, `must be ${must} ${name} limit of ${limit}`)];
}

/** Requests and limits of a container: known names, sane amounts, no request above its limit. */
export function validateResources(path: string, resources: ResourceRequirements | undefined): FieldError[] {
  const { limits = {}, requests = {} } = resources ?? {};
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const huge = names.some((name) => name.startsWith('hugepages-'));
  const alone = huge && !names.includes('cpu') && !names.includes('memory');
  return [
    ...Object.entries(limits).flatMap(([name, amount]) =>
      validateOne(`${path}.limits[${name}]`, name, amount),
    ),
    ...Object.entries(requests).flatMap(([name, amount]) => [
      ...validateOne(`${path}.requests[${name}]`, name, amount),
      ...validatePair(path, { name, amount, limit: limits[name] }),
    ]),
    ...(alone ? [forbidden(path, 'HugePages require cpu or memory')] : []),
  ];
}

/** What a Pod as a whole takes beside its containers. */
export function validateOverhead(path: string, overhead: ResourceRequirements['limits']): FieldError[] {
  return Object.entries(overhead ?? {}).flatMap(([name, amount]) =>
    validateOne(`${path}[${name}]`, name, amount),
  );
}

const resizable = ['cpu', 'memory'];
const policies = ['NotRequired', 'RestartContainer'];

/** Whether a container is restarted when its resources change. */
export function validateResizePolicy(
  path: string,
  list: Container['resizePolicy'],
  podPolicy: string | undefined,
): FieldError[] {
  const names = (list ?? []).map(({ resourceName }) => resourceName);
  return each(path, list, (at, { resourceName: name, restartPolicy }, index) => {
    const errors: FieldError[] = [];
    if (names.indexOf(name) < index)
      errors.push({ field: at, reason: 'FieldValueDuplicate', message: `Duplicate value: "${name}"` });
    if (!name) errors.push(required(path));
    else if (!resizable.includes(name)) errors.push(notSupported(path, name, resizable));
    if (!restartPolicy) errors.push(required(path));
    else if (!policies.includes(restartPolicy)) errors.push(notSupported(path, restartPolicy, policies));
    if (podPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const message = "must be 'NotRequired' when `restartPolicy` is 'Never'";
      errors.push(invalidValue(path, restartPolicy, message));
    }
    return errors;
  });
}
