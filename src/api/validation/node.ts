import { semanticEqual } from '../deep.js';
import { duplicate, type FieldError, forbidden, invalidValue } from '../field-error.js';
import type { Node, Taint } from '../generated/core-v1.js';
import { cidrMessages, parseCidr } from '../ip.js';
import { isLabelValue, qualifiedName } from '../names.js';
import { checkName, each, oneOf } from './common.js';
import { validateAmount } from './resource-names.js';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function validateTaints(taints: readonly Taint[] | undefined): FieldError[] {
  const seen = new Set<string>();
  return each('metadata.taints', taints, (at, taint) => {
    const { key = '', value = '', effect } = taint;
    const pair = `${effect} ${key}`;
    const again = seen.has(pair);
    seen.add(pair);
    const twice = duplicate(at, taint);
    return [
      ...checkName(`${at}.key`, key, qualifiedName),
      ...checkName(`${at}.value`, value, isLabelValue),
      ...oneOf(`${at}.effect`, effect, effects),
      ...(again
        ? [{ ...twice, message: `${twice.message}: taints must be unique by key and effect pair` }]
        : []),
    ];
  });
}

function validateResources({ status }: Node): FieldError[] {
  return (['capacity', 'allocatable'] as const).flatMap((part) =>
    Object.entries(status?.[part] ?? {}).flatMap(([name, amount]) =>
      validateAmount(`status.${part}.${name}`, name, amount),
    ),
  );
}

function validateRanges(cidrs: readonly string[] | undefined): FieldError[] {
  const path = 'spec.podCIDRs';
  const errors = each(path, cidrs, (at, cidr) =>
    cidrMessages(cidr).map((message) => invalidValue(at, cidr, message)),
  );
  const families = (cidrs ?? []).map((cidr) => parseCidr(cidr)?.family);
  if (new Set(families).size === families.length) return errors;
  return [...errors, invalidValue(path, cidrs, 'may specify no more than one CIDR for each IP family')];
}

/** A new Node. */
export function validateNode(node: Node): FieldError[] {
  return [
    ...validateTaints(node.spec?.taints),
    ...validateResources(node),
    ...validateRanges(node.spec?.podCIDRs),
  ];
}

/** A change of a Node: its ranges of addresses and its provider's id are set once. */
export function validateNodeUpdate(node: Node, old: Node): FieldError[] {
  const [spec, before] = [node.spec ?? {}, old.spec ?? {}];
  const errors = validateResources(node);
  if ((before.podCIDRs ?? []).length > 0 && !semanticEqual(spec.podCIDRs, before.podCIDRs)) {
    const message = 'node updates may not change podCIDR except from "" to valid';
    errors.push(forbidden('spec.podCIDRs', message));
  }
  if (before.providerID && spec.providerID !== before.providerID) {
    const message = 'node updates may not change providerID except from "" to valid';
    errors.push(forbidden('spec.providerID', message));
  }
  return [...errors, ...validateTaints(spec.taints)];
}
