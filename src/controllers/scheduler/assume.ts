import type { Pod } from '../../api/generated/core-v1.js';
import type { SchedulerAction } from './actions.js';
import type { ClusterView } from './cluster-view.js';

/** What a Pod is once an action on it is written, as far as places go; undefined when the action moves nobody. */
function assumed(action: SchedulerAction): Pod | undefined {
  switch (action.type) {
    case 'bind': {
      const { pod, nodeName } = action;
      return { ...pod, spec: { containers: [], ...pod.spec, nodeName } };
    }
    case 'setStatus':
      return { ...action.pod, status: action.status };
    case 'unpromise':
      return { ...action.pod, status: { ...action.pod.status, nominatedNodeName: undefined } };
    default:
      return undefined;
  }
}

/** Lets the view show at once what was decided, so that the next Pod is placed while the writes are on their way. */
export function assume(view: ClusterView, actions: readonly SchedulerAction[]): void {
  for (const action of actions) {
    const pod = assumed(action);
    if (pod !== undefined) view.setPod(pod);
  }
}

/** Shows what is stored again, after a write has failed; `stored` is undefined for a Pod that is gone. */
export function retract(
  view: ClusterView,
  action: SchedulerAction,
  find: (pod: Pod) => Pod | undefined,
): void {
  if (assumed(action) === undefined || !('pod' in action)) return;
  const stored = find(action.pod);
  if (stored === undefined) view.removePod(`${action.pod.metadata?.namespace}/${action.pod.metadata?.name}`);
  else view.setPod(stored);
}
