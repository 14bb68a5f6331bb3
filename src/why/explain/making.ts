import type { Link } from '../link.js';
import type { EventSubject, Reader } from '../reader.js';
import type { Reason } from '../reasons.js';

type Told = Pick<Link, 'message' | 'unblockedBy'> & { readonly reason: Reason };

/** What the node tells while it makes the containers of a Pod: of its volumes, which come first, and of its images. */
const steps = [
  'FailedMount',
  'FailedAttachVolume',
  'BuildingImage',
  'ImageStandIn',
  'Pulling',
  'Pulled',
  'Failed',
] as const;

/** What the node is at that makes the containers of a Pod. The newest Event says it: those before tell of what is over. */
export async function explainMaking(pod: EventSubject, reader: Reader): Promise<Told> {
  const latest = (await reader.events(pod, ...steps)).at(-1);
  const message = latest?.message?.trim() ?? '';
  switch (latest?.reason) {
    case 'FailedMount':
    case 'FailedAttachVolume':
      return {
        reason: 'VolumeNotMounted',
        message: `a volume is not there: ${message}`,
        unblockedBy: 'mend what the message names; the mount is tried again by itself',
      };
    case 'BuildingImage':
      return {
        reason: 'ImageBeingBuilt',
        message: `its image is being made on this machine: ${message}`,
        unblockedBy: `the build ends by itself; ${eventsOf(pod)} shows its steps`,
      };
    case 'Pulling':
      return { reason: 'ContainerStarting', message: `the node is making its containers: ${message}` };
    default:
      return { reason: 'ContainerStarting', message: 'the node is making its containers' };
  }
}

function eventsOf({ namespace, name }: EventSubject): string {
  return `kubectl get events -n ${namespace} --field-selector involvedObject.name=${name} --watch`;
}
