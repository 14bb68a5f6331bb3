import type {
  Node,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
} from './generated/core-v1.js';

/** Whether a node is one that a node selector allows: any of its terms, all of a term's requirements. */
export function selectsNode(selector: NodeSelector, node: Node): boolean {
  return selector.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

/** Whether a Pod's `nodeSelector` and required node affinity allow a node. */
export function allowsNode(pod: Pod, node: Node): boolean {
  const labels = node.metadata?.labels ?? {};
  const wanted = pod.spec?.nodeSelector;
  for (const key in wanted) if (labels[key] !== wanted[key]) return false;
  const required = requiredOf(pod);
  return required === undefined || selectsNode(required, node);
}

function requiredOf(pod: Pod): NodeSelector | undefined {
  return pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
}

/**
 * The nodes that a Pod names one by one, as Pods of a DaemonSet do (`matchFields` on `metadata.name` in every term);
 * undefined when it does not. Kubernetes looks at no other node for such a Pod.
 */
export function namedNodes(pod: Pod): ReadonlySet<string> | undefined {
  const terms = requiredOf(pod)?.nodeSelectorTerms ?? [];
  if (terms.length === 0) return undefined;
  const names = new Set<string>();
  for (const { matchFields = [] } of terms) {
    const lists = matchFields
      .filter(({ key, operator }) => key === 'metadata.name' && operator === 'In')
      .map(({ values = [] }) => values);
    const [first, ...others] = lists;
    if (first === undefined) return undefined;
    for (const name of first) if (others.every((list) => list.includes(name))) names.add(name);
  }
  return names;
}

/** The weights of a Pod's preferred node affinity that a node earns. */
export function preferredWeight(pod: Pod, node: Node): number {
  const preferred = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  let sum = 0;
  for (const { weight, preference } of preferred) {
    if (weight !== 0 && (isBlank(preference) || matchesTerm(preference, node))) sum += weight;
  }
  return sum;
}

function isBlank({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean {
  return matchExpressions.length === 0 && matchFields.length === 0;
}

function matchesTerm(term: NodeSelectorTerm, node: Node): boolean {
  if (isBlank(term)) return false;
  const { matchExpressions = [], matchFields = [] } = term;
  const labels = node.metadata?.labels ?? {};
  const fields: Readonly<Record<string, string>> = { 'metadata.name': node.metadata?.name ?? '' };
  return (
    matchExpressions.every((requirement) => matchesRequirement(requirement, labels[requirement.key])) &&
    matchFields.every((requirement) => matchesRequirement(requirement, fields[requirement.key]))
  );
}

const whole = /^[+-]?\d+$/;

function matchesRequirement(
  { operator, values = [] }: NodeSelectorRequirement,
  value: string | undefined,
): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return compare(value, values[0]) > 0;
    case 'Lt':
      return compare(value, values[0]) < 0;
    default:
      return false;
  }
}

/** 0, which satisfies neither `Gt` nor `Lt`, when one of the two is no whole number. */
function compare(value: string | undefined, bound: string | undefined): number {
  if (value === undefined || bound === undefined || !whole.test(value) || !whole.test(bound)) return 0;
  const difference = BigInt(value) - BigInt(bound);
  if (difference === 0n) return 0;
  return difference > 0n ? 1 : -1;
}
