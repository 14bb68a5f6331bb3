import { type FieldError, forbidden, invalidValue, required } from '../field-error.js';
import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from '../generated/core-v1.js';
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../names.js';
import { checkName, each, validateSelector } from './common.js';
import { validateLabelKeys } from './label-keys.js';

const notOperator = 'not a valid selector operator';

function validateValues(path: string, { operator, values = [] }: NodeSelectorRequirement): FieldError[] {
  const at = `${path}.values`;
  switch (operator) {
    case 'In':
    case 'NotIn': {
      const message = "must be specified when `operator` is 'In' or 'NotIn'";
      return values.length === 0 ? [required(at, message)] : [];
    }
    case 'Exists':
    case 'DoesNotExist': {
      const message = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      return values.length > 0 ? [forbidden(at, message)] : [];
    }
    case 'Gt':
    case 'Lt': {
      const message = "must be specified single value when `operator` is 'Lt' or 'Gt'";
      return values.length === 1 ? [] : [required(at, message)];
    }
    default:
      return [invalidValue(`${path}.operator`, operator ?? '', notOperator)];
  }
}

function validateExpression(at: string, requirement: NodeSelectorRequirement): FieldError[] {
  return [
    ...validateValues(at, requirement),
    ...checkName(`${at}.key`, requirement.key ?? '', qualifiedName),
  ];
}

function validateField(at: string, { key, operator, values = [] }: NodeSelectorRequirement): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalidValue(`${at}.operator`, operator ?? '', notOperator));
  else if (values.length !== 1) {
    const message = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${at}.values`, message));
  }
  if (key !== 'metadata.name')
    return [...errors, invalidValue(`${at}.key`, key ?? '', 'not a valid field selector key')];
  return [
    ...errors,
    ...each(`${at}.values`, values, (place, value) => checkName(place, value, dns1123Subdomain)),
  ];
}

function validateTerm(at: string, term: NodeSelectorTerm | undefined): FieldError[] {
  return [
    ...each(`${at}.matchExpressions`, term?.matchExpressions, validateExpression),
    ...each(`${at}.matchFields`, term?.matchFields, validateField),
  ];
}

/** The nodes that will do; at least one term. */
export function validateNodeSelector(path: string, selector: NodeSelector): FieldError[] {
  const terms = `${path}.nodeSelectorTerms`;
  if ((selector.nodeSelectorTerms ?? []).length === 0)
    return [required(terms, 'must have at least one node selector term')];
  return each(terms, selector.nodeSelectorTerms, validateTerm);
}

function validateWeight(at: string, weight: number | undefined): FieldError[] {
  const value = weight ?? 0;
  return value >= 1 && value <= 100
    ? []
    : [invalidValue(`${at}.weight`, value, 'must be in the range 1-100')];
}

function validateNodeAffinity(path: string, affinity: NodeAffinity): FieldError[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: needed,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  } = affinity;
  return [
    ...(needed ? validateNodeSelector(`${path}.requiredDuringSchedulingIgnoredDuringExecution`, needed) : []),
    ...each(`${path}.preferredDuringSchedulingIgnoredDuringExecution`, preferred, (at, term) => [
      ...validateWeight(at, term.weight),
      ...validateTerm(`${at}.preference`, term.preference),
    ]),
  ];
}

function validatePodTerm(at: string, term: PodAffinityTerm): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term;
  return [
    ...validateSelector(`${at}.labelSelector`, labelSelector),
    ...validateSelector(`${at}.namespaceSelector`, namespaceSelector),
    ...namespaces.flatMap((name) => checkName(`${at}.namespace`, name, dns1123Label)),
    ...validateLabelKeys(at, term),
    ...(topologyKey === '' ? [required(`${at}.topologyKey`, 'can not be empty')] : []),
    ...checkName(`${at}.topologyKey`, topologyKey, qualifiedName),
  ];
}

function validatePodAffinity(path: string, affinity: PodAffinity): FieldError[] {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: needed,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  } = affinity;
  return [
    ...each(`${path}.requiredDuringSchedulingIgnoredDuringExecution`, needed, validatePodTerm),
    ...each(`${path}.preferredDuringSchedulingIgnoredDuringExecution`, preferred, (at, term) => [
      ...validateWeight(at, term.weight),
      ...validatePodTerm(`${at}.podAffinityTerm`, term.podAffinityTerm ?? { topologyKey: '' }),
    ]),
  ];
}

/** Which nodes, and which other Pods, a Pod wants to be near or far from. */
export function validateAffinity(path: string, affinity: Affinity | undefined): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  return [
    ...(nodeAffinity ? validateNodeAffinity(`${path}.nodeAffinity`, nodeAffinity) : []),
    ...(podAffinity ? validatePodAffinity(`${path}.podAffinity`, podAffinity) : []),
    ...(podAntiAffinity ? validatePodAffinity(`${path}.podAntiAffinity`, podAntiAffinity) : []),
  ];
}
