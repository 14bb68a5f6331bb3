import type { PodAction } from './actions.js';
import type { NodeContext } from './context.js';
import { ensureImage } from './performing/images.js';
import { deletePod, startProbes, tellEvent, writeStatus } from './performing/report.js';
import { removeSandbox, runSandbox, stopSandbox } from './performing/sandbox.js';
import { startContainer } from './performing/start.js';
import { removeContainer, stopContainer } from './performing/stop.js';
import { beginVolumes, releasePod } from './performing/volumes.js';

/** Takes one step. Those that the runtime or the disk take time for are only begun here: the Pod is looked at again when they are over. */
export async function performPodAction(context: NodeContext, action: PodAction): Promise<void> {
  switch (action.type) {
    case 'prepareVolumes':
      return beginVolumes(context, action);
    case 'ensureImage':
      return ensureImage(context, action);
    case 'runSandbox':
      return runSandbox(context, action);
    case 'startContainer':
      return startContainer(context, action);
    case 'stopContainer':
      return stopContainer(context, action);
    case 'removeContainer':
      return removeContainer(context, action);
    case 'stopSandbox':
      return stopSandbox(context, action);
    case 'removeSandbox':
      return removeSandbox(context, action);
    case 'releasePod':
      return releasePod(context, action);
    case 'startProbes':
      return startProbes(context, action);
    case 'stopProbes':
      for (const id of action.ids) context.prober.stop(id);
      return;
    case 'writeStatus':
      return writeStatus(context, action);
    case 'tellEvent':
      return tellEvent(context, action);
    case 'callOff':
      return context.memories.callOff(action.pod.metadata?.uid ?? '', action.operation);
    case 'deletePod':
      return deletePod(context, action);
  }
}
