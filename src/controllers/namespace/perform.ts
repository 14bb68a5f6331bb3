import { kinds } from '../../api/kinds.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { NamespaceAction } from './actions.js';

/** Makes the one write of an action. */
export async function perform(client: Client, action: NamespaceAction): Promise<void> {
  const { namespace } = action;
  switch (action.type) {
    case 'deleteContents':
      // Owners and dependents all go: there is nothing to spare one for the other.
      await client.deleteCollection(
        action.kind,
        namespace.metadata?.name,
        {},
        { propagationPolicy: 'Background' },
      );
      return;
    case 'setTerminating':
      await client.patchStatus(kinds.Namespace, namespace, { phase: 'Terminating' });
      return;
    case 'setConditions':
      await client.patchStatus(kinds.Namespace, namespace, { conditions: action.conditions });
      return;
    case 'finalize': {
      const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes');
      try {
        await client.updateSub(
          kinds.Namespace,
          { ...namespace, spec: { ...namespace.spec, finalizers } },
          'finalize',
        );
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }
}
