import type { Namespace, NamespaceCondition } from '../../api/generated/core-v1.js';
import type { KindRow } from '../../api/kinds.js';

/** One write of the Namespace controller. */
export type NamespaceAction =
  | { readonly type: 'deleteContents'; readonly namespace: Namespace; readonly kind: KindRow }
  | { readonly type: 'setTerminating'; readonly namespace: Namespace }
  | {
      readonly type: 'setConditions';
      readonly namespace: Namespace;
      readonly conditions: readonly NamespaceCondition[];
    }
  | { readonly type: 'finalize'; readonly namespace: Namespace };

/** Names an action in a log line or an error. */
export function describeAction(action: NamespaceAction): string {
  const what = action.type === 'deleteContents' ? ` (${action.kind.plural})` : '';
  return `${action.type}${what} of Namespace ${action.namespace.metadata?.name}`;
}
