import { semanticEqual } from '../../api/deep.js';
import { kinds } from '../../api/kinds.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { messageOf } from '../../lib/errors.js';
import type { NamespaceAction } from './actions.js';
import { withRefusals } from './conditions.js';

/** Every kind is tried: what cannot be deleted is not to keep the rest. */
async function deleteContents(
  client: Client,
  { namespace, kinds: rows, ifRefused }: NamespaceAction & { readonly type: 'deleteContents' },
): Promise<void> {
  const results = await Promise.allSettled(
    rows.map((row) =>
      // Owners and dependents all go: there is nothing to spare one for the other.
      client.deleteCollection(row, namespace.metadata?.name, {}, { propagationPolicy: 'Background' }),
    ),
  );
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (reasons.length === 0) return;
  const conditions = withRefusals(ifRefused, reasons.map(messageOf));
  if (!semanticEqual(namespace.status?.conditions, conditions))
    await client.patchStatus(kinds.Namespace, namespace, { conditions });
  throw reasons[0];
}

/** Makes the one write of an action. */
export async function perform(client: Client, action: NamespaceAction): Promise<void> {
  const { namespace } = action;
  switch (action.type) {
    case 'deleteContents':
      return deleteContents(client, action);
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
