import type { Binding } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Client } from '../../client/client.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { SchedulerAction } from './actions.js';
import { selectedNode } from './volumes.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

/** Makes the one write of an action, guarded by uid or resourceVersion. */
export async function perform(deps: PerformDeps, action: SchedulerAction): Promise<void> {
  const { client, events } = deps;
  switch (action.type) {
    case 'bind': {
      const { pod, nodeName } = action;
      const { namespace, name = '', uid } = pod.metadata ?? {};
      const body: Binding = {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { namespace, name, uid },
        target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
      };
      await client.createSub(kinds.Pod, { namespace, name }, 'binding', body);
      const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
      events.event(referenceTo(kinds.Pod, pod), 'Normal', 'Scheduled', message);
      return;
    }
    case 'selectNode': {
      const { claim, nodeName } = action;
      const annotations = { ...claim.metadata?.annotations, [selectedNode]: nodeName };
      await client.update(kinds.PersistentVolumeClaim, {
        ...claim,
        metadata: { ...claim.metadata, annotations },
      });
      return;
    }
    case 'setStatus':
      await client.patchStatus(kinds.Pod, action.pod, { conditions: action.status.conditions });
  }
}
