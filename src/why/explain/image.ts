import type { Pod } from '../../api/generated/core-v1.js';
import { everyContainer, everyContainerStatus } from '../../api/pods.js';
import { normalizeReference } from '../../node/images/reference.js';

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
