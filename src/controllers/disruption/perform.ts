import { kinds } from '../../api/kinds.js';
import { labelSelectorOf, selectorText } from '../../api/selectors.js';
import type { Client } from '../../client/client.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { DisruptionAction } from './actions.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

/** Makes the one write of an action. */
export async function perform({ client, events }: PerformDeps, action: DisruptionAction): Promise<void> {
  const { budget } = action;
  const { namespace, name } = budget.metadata ?? {};
  switch (action.type) {
    case 'updateStatus':
      // By resourceVersion: an eviction that was taken meanwhile must not be given again.
      await client.updateSub(kinds.PodDisruptionBudget, { ...budget, status: action.status }, 'status');
      return;
    case 'tellNotDeleted': {
      const message = `Pod was expected by PDB ${namespace}/${name} to be deleted but it wasn't`;
      events.event(referenceTo(kinds.Pod, action.pod), 'Warning', 'NotDeleted', message);
      return;
    }
    case 'tellUnmanaged': {
      const selector = selectorText(labelSelectorOf(budget.spec?.selector));
      const message = `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
      events.event(referenceTo(kinds.PodDisruptionBudget, budget), 'Warning', 'UnmanagedPods', message);
    }
  }
}
