import type { Pod } from '../../api/generated/core-v1.js';
import type { NodeApi } from '../../api/node-api.js';
import { notImplemented, type StatusError } from '../../api/status-error.js';

/** The sentence that says why something cannot be done with a Pod that is simulated. */
export function simulatedRefusal(pod: Pod, what: string): StatusError {
  const { name = '' } = pod.metadata ?? {};
  const on = pod.spec?.nodeName ? ` on node ${pod.spec.nodeName}` : '';
  return notImplemented(`pod ${name} is simulated${on}: no container runs in it, so ${what}`);
}

/** What a simulated node answers where one that runs containers would open a stream: that there is nothing behind it. */
export const simulatedNodeApi: NodeApi = {
  logs: (pod) => {
    throw simulatedRefusal(pod, 'it has no logs');
  },
  exec: async (pod) => {
    throw simulatedRefusal(pod, 'no command can be run in it');
  },
  attach: async (pod) => {
    throw simulatedRefusal(pod, 'there is nothing to attach to');
  },
  portForward: async (pod) => {
    throw simulatedRefusal(pod, 'no port of it can be reached');
  },
};
