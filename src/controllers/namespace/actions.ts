import type { Namespace, NamespaceCondition } from '../../api/generated/core-v1.js';
import type { KindRow } from '../../api/kinds.js';

/** One write of the Namespace controller. */
export type NamespaceAction =
  /** Deletes what is left of these kinds; `ifRefused` is what the Namespace has to say when some of it cannot be. */
  | {
      readonly type: 'deleteContents';
      readonly namespace: Namespace;
      readonly kinds: readonly KindRow[];
      readonly ifRefused: readonly NamespaceCondition[];
    }
  | { readonly type: 'setTerminating'; readonly namespace: Namespace }
  | {
      readonly type: 'setConditions';
      readonly namespace: Namespace;
      readonly conditions: readonly NamespaceCondition[];
    }
  | { readonly type: 'finalize'; readonly namespace: Namespace };

/** Names an action in a log line or an error. */
export function describeAction(action: NamespaceAction): string {
  const what =
    action.type === 'deleteContents' ? ` (${action.kinds.map(({ plural }) => plural).join(', ')})` : '';
  return `${action.type}${what} of Namespace ${action.namespace.metadata?.name}`;
}
