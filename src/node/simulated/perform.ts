import type { Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { isAlreadyExists, isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import type { Clock } from '../../lib/clock.js';
import { type EventRecorder, referenceTo } from '../../reconcile/events.js';
import { keyOf } from '../../reconcile/keys.js';
import { renewLease } from '../lease.js';
import type { SimulatedAction } from './actions.js';
import type { PaperRuntime } from './paper-runtime.js';

/** What the deeds need. */
export interface PerformDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly runtime: PaperRuntime;
}

/** Does one deed: on paper, or as one guarded write. */
export async function perform(deps: PerformDeps, action: SimulatedAction): Promise<void> {
  const { client, clock, runtime } = deps;
  switch (action.type) {
    case 'register':
      try {
        await client.create(kinds.Node, action.node);
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
      }
      return;
    case 'renewLease':
      await renewLease(client, action.node.metadata?.name ?? '', clock.now());
      runtime.renewedMs = clock.now();
      return;
    case 'setNodeStatus':
      await client.patchStatus(kinds.Node, action.node, action.status);
      return;
    case 'startSandbox':
      runtime.start(action.pod.metadata?.uid ?? '', {
        podKey: keyOf(action.pod),
        nowMs: clock.now(),
        ...(action.pod.spec?.hostNetwork === true
          ? { sharedIP: action.hostIP }
          : { ip: action.pod.status?.podIP }),
        life: action.life,
      });
      return;
    case 'restart':
      runtime.restart(action.pod.metadata?.uid ?? '', action.life);
      return;
    case 'tellBackOff':
      deps.events.event(referenceTo(kinds.Pod, action.pod), 'Warning', 'BackOff', action.message);
      return;
    case 'setStatus':
      await client.patchStatus(kinds.Pod, action.pod, action.status);
      return;
    case 'stop':
      runtime.stop(action.pod.metadata?.uid ?? '', clock.now());
      deps.events.event(
        referenceTo(kinds.Pod, action.pod),
        'Normal',
        'Killing',
        'Stopping the Pod (simulated)',
      );
      return;
    case 'remove':
      return remove(deps, action.pod);
  }
}

async function remove({ client, runtime }: PerformDeps, pod: Pod): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata ?? {};
  runtime.remove(uid ?? '');
  try {
    await client.delete(kinds.Pod, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
