import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { NamespaceAction } from './actions.js';
import { conditionsOf, refusedConditions } from './conditions.js';
import type { Content, NamespaceFacts } from './facts.js';

/** How soon a Namespace with contents on their way out is looked at again. */
const lookAgainAfterMs = 100;

/** Decides the next writes for a Namespace that is being deleted: first its contents go, then itself. */
export function planNamespace({ namespace, contents }: NamespaceFacts, now: Date): Plan<NamespaceAction> {
  if (!isTerminating(namespace)) return { actions: [] };
  const left = contents.filter(({ total }) => total > 0);
  const steps: NamespaceAction[] =
    namespace.status?.phase === 'Terminating' ? [] : [{ type: 'setTerminating', namespace }];
  if (left.length === 0) {
    const held = (namespace.spec?.finalizers ?? []).includes('kubernetes');
    return { actions: held ? [...steps, { type: 'finalize', namespace }] : steps };
  }
  const living = left.filter((content) => content.living > 0).map(({ kind }) => kind);
  if (living.length > 0) {
    const ifRefused = refusedConditions(namespace, left, now);
    steps.push({ type: 'deleteContents', namespace, kinds: living, ifRefused });
  }
  // Worth saying only of what does not go at once: what is still to be deleted comes first.
  const conditions = living.length === 0 ? conditionsOf(namespace, left, now) : undefined;
  if (conditions !== undefined) steps.push({ type: 'setConditions', namespace, conditions });
  const message = `Namespace ${namespace.metadata?.name} still has ${left.map(describe).join(', ')}`;
  return {
    actions: steps,
    waitingFor: { reason: 'NamespaceContentRemaining', message },
    lookAgainAfterMs,
  };
}

function describe({ kind, total, finalizers }: Content): string {
  const held = finalizers.size === 0 ? '' : ` held by ${[...finalizers.keys()].join(', ')}`;
  return `${total} ${kind.plural}${held}`;
}
