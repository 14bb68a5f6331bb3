import { semanticEqual } from '../../api/deep.js';
import type { Namespace, NamespaceCondition } from '../../api/generated/core-v1.js';
import type { Content } from './facts.js';

/** A condition as it is when nothing is wrong, in the words of Kubernetes. */
const fine: readonly Pick<NamespaceCondition, 'type' | 'reason' | 'message'>[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    reason: 'ResourcesDiscovered',
    message: 'All resources successfully discovered',
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    reason: 'ParsedGroupVersions',
    message: 'All legacy kube types successfully parsed',
  },
  {
    type: 'NamespaceDeletionContentFailure',
    reason: 'ContentDeleted',
    message: 'All content successfully deleted, may be waiting on finalization',
  },
  {
    type: 'NamespaceContentRemaining',
    reason: 'ContentRemoved',
    message: 'All content successfully removed',
  },
  {
    type: 'NamespaceFinalizersRemaining',
    reason: 'ContentHasNoFinalizers',
    message: 'All content-preserving finalizers finished',
  },
];

type Problem = Pick<NamespaceCondition, 'reason' | 'message'>;

function remaining(contents: readonly Content[]): Problem | undefined {
  const left = contents.filter(({ total }) => total > 0);
  if (left.length === 0) return undefined;
  const texts = left.map(({ kind, total }) => `${kind.plural}.${kind.group} has ${total} resource instances`);
  return {
    reason: 'SomeResourcesRemain',
    message: `Some resources are remaining: ${texts.sort().join(', ')}`,
  };
}

function held(contents: readonly Content[]): Problem | undefined {
  const counts = new Map<string, number>();
  for (const { finalizers } of contents)
    for (const [name, count] of finalizers) counts.set(name, (counts.get(name) ?? 0) + count);
  if (counts.size === 0) return undefined;
  const texts = [...counts].map(([name, count]) => `${name} in ${count} resource instances`);
  return {
    reason: 'SomeFinalizersRemain',
    message: `Some content in the namespace has finalizers remaining: ${texts.sort().join(', ')}`,
  };
}

const refused = 'NamespaceDeletionContentFailure';

/** What a Namespace on its way out has to say of what is left in it; undefined when it says so already. */
export function conditionsOf(
  namespace: Namespace,
  contents: readonly Content[],
  now: Date,
): readonly NamespaceCondition[] | undefined {
  const next = stated(namespace, problemsOf(contents), now);
  return semanticEqual(namespace.status?.conditions ?? [], next) ? undefined : next;
}

/** What it has to say when something in it cannot be deleted; why, is said by `withRefusals`. */
export function refusedConditions(
  namespace: Namespace,
  contents: readonly Content[],
  now: Date,
): readonly NamespaceCondition[] {
  const problem = { reason: 'ContentDeletionFailed', message: '' };
  return stated(namespace, new Map([...problemsOf(contents), [refused, problem]]), now);
}

/** The conditions with what was answered when contents were deleted. */
export function withRefusals(
  conditions: readonly NamespaceCondition[],
  answers: readonly string[],
): readonly NamespaceCondition[] {
  const texts = [...answers].sort().join(', ');
  const message = `Failed to delete all resource types, ${answers.length} remaining: ${texts}`;
  return conditions.map((condition) => (condition.type === refused ? { ...condition, message } : condition));
}

function problemsOf(contents: readonly Content[]): ReadonlyMap<string, Problem | undefined> {
  return new Map([
    ['NamespaceContentRemaining', remaining(contents)],
    ['NamespaceFinalizersRemaining', held(contents)],
  ]);
}

function stated(
  { status: given }: Namespace,
  problems: ReadonlyMap<string, Problem | undefined>,
  now: Date,
): readonly NamespaceCondition[] {
  return fine.map((condition): NamespaceCondition => {
    const problem = problems.get(condition.type);
    const status = problem === undefined ? 'False' : 'True';
    const old = given?.conditions?.find(({ type }) => type === condition.type);
    const lastTransitionTime =
      old?.status === status ? old.lastTransitionTime : `${now.toISOString().slice(0, 19)}Z`;
    return { ...condition, ...problem, status, lastTransitionTime };
  });
}
