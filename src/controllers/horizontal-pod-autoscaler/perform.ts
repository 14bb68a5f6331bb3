import { kinds } from '../../api/kinds.js';
import type { Client } from '../../client/client.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { AutoscalerAction } from './actions.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

/** Makes the one write of an action. */
export async function perform({ client, events }: PerformDeps, action: AutoscalerAction): Promise<void> {
  const { autoscaler } = action;
  if (action.type === 'updateStatus') {
    await client.patchStatus(kinds.HorizontalPodAutoscaler, autoscaler, action.status);
    return;
  }
  const about = referenceTo(kinds.HorizontalPodAutoscaler, autoscaler);
  events.event(about, 'Warning', action.reason, action.message);
}
