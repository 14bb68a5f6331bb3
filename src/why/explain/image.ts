import type { Pod } from '../../api/generated/core-v1.js';
import { everyContainer, everyContainerStatus } from '../../api/pods.js';
import { normalizeReference } from '../../node/images/reference.js';
import type { Link, Subject } from '../link.js';
import type { EventSubject, Reader } from '../reader.js';
import type { Reason } from '../reasons.js';

/** What the node tells of images. */
const imageEvents = ['BuildingImage', 'ImageStandIn', 'Pulling', 'Pulled', 'Failed'];

/** The names of images that a Holdfast machine makes itself. */
const madeHere = 'holdfast.local/';

/** Which images of the Pod are others than it asks for, by its status: that lasts longer than any Event. */
export function standInText(pod: Pod): string | undefined {
  const wanted = new Map(
    everyContainer(pod).map(({ name, image = '' }) => [name, normalizeReference(image)]),
  );
  const texts = everyContainerStatus(pod).flatMap(({ name, image }) => {
    const asked = wanted.get(name) ?? image;
    if (!image.startsWith(madeHere) || asked.startsWith(madeHere)) return [];
    return [`no registry supplied ${asked}: ${image}, made on this machine, stands in for it`];
  });
  return texts.length === 0 ? undefined : [...new Set(texts)].join('; ');
}

/** The image is not there yet, since it is being made here: the newest Event about images says how far that is. */
export async function explainBuild(
  about: Subject,
  own: EventSubject,
  reader: Reader,
): Promise<(Pick<Link, 'message' | 'unblockedBy'> & { readonly reason: Reason }) | undefined> {
  const latest = (await reader.events(own, ...imageEvents)).at(-1);
  if (latest?.reason !== 'BuildingImage') return undefined;
  const events = `kubectl get events -n ${about.namespace} --field-selector involvedObject.name=${about.name} --watch`;
  return {
    reason: 'ImageBeingBuilt',
    message: `its image is being made on this machine: ${latest.message}`,
    unblockedBy: `the build ends by itself; ${events} shows its steps`,
  };
}
