import { semanticEqual } from '../deep.js';
import { type FieldError, forbidden } from '../field-error.js';
import type { EphemeralContainer, Pod } from '../generated/core-v1.js';
import { validateEphemeralContainers } from './ephemeral-container.js';

const path = 'spec.ephemeralContainers';

/** A change of a Pod through its subresource `ephemeralcontainers`: some may be added, and those there stay as they are. */
export function validateEphemeralUpdate(pod: Pod, old: Pod): FieldError[] {
  const spec = pod.spec ?? { containers: [] };
  const list = spec.ephemeralContainers ?? [];
  return [
    ...validateEphemeralContainers(path, list, spec),
    ...validateKept(list, old.spec?.ephemeralContainers ?? []),
  ];
}

function validateKept(
  list: readonly EphemeralContainer[],
  before: readonly EphemeralContainer[],
): FieldError[] {
  const now = new Map(list.map((container) => [container.name, container]));
  return before.flatMap((old) => {
    const kept = now.get(old.name);
    if (kept !== undefined && semanticEqual(kept, old)) return [];
    const done = kept === undefined ? 'removed' : 'changed';
    return [forbidden(path, `existing ephemeral containers "${old.name}" may not be ${done}\n`)];
  });
}
