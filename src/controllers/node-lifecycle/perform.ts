import { kinds } from '../../api/kinds.js';
import { setPodCondition } from '../../api/pods.js';
import type { Client } from '../../client/client.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import type { NodeLifecycleAction } from './actions.js';

/** What writing needs. */
export interface PerformDeps {
  readonly client: Client;
  readonly events: EventRecorder;
}

/** Makes the one write of an action, guarded by uid or resourceVersion. */
export async function perform(deps: PerformDeps, action: NodeLifecycleAction): Promise<void> {
  const { client, events } = deps;
  switch (action.type) {
    case 'giveUp': {
      const { node, conditions } = action;
      await client.updateSub(kinds.Node, { ...node, status: { ...node.status, conditions } }, 'status');
      const name = node.metadata?.name ?? '';
      const message = `Node ${name} status is now: NodeNotReady`;
      events.event(referenceTo(kinds.Node, node), 'Normal', 'NodeNotReady', message);
      return;
    }
    case 'setTaints': {
      const { node, taints } = action;
      await client.update(kinds.Node, { ...node, spec: { ...node.spec, taints } });
      return;
    }
    case 'markNotReady': {
      const { pod, at } = action;
      const { conditions } = setPodCondition(pod.status ?? {}, {
        type: 'Ready',
        status: 'False',
        lastTransitionTime: at,
      });
      await client.patchStatus(kinds.Pod, pod, { conditions });
      events.event(referenceTo(kinds.Pod, pod), 'Warning', 'NodeNotReady', 'Node is not ready');
    }
  }
}
