import type { LabelSelector } from './generated/meta-v1.js';
import type { KubeObject } from './kube-object.js';
import { controllerOf } from './owner.js';
import { isTerminating } from './pods.js';
import { labelSelectorOf, matchesLabels } from './selectors.js';

/** How the objects in reach of a controller stand to it. */
export interface Claimed<T extends KubeObject> {
  /** Owned by it and matching its selector. */
  readonly owned: readonly T[];
  /** Owned by nobody, matching: to be taken over. */
  readonly adopt: readonly T[];
  /** Owned by it but no longer matching: to be let go. */
  readonly release: readonly T[];
}

/** What decides over ownership: the controller itself, its selector, and which names it takes over. */
export interface Claimant {
  readonly owner: KubeObject;
  readonly selector: LabelSelector;
  readonly mayAdopt?: (name: string) => boolean;
}

/** Sorts objects into owned, to adopt and to release, by the rules all Kubernetes controllers share. */
export function claimObjects<T extends KubeObject>(claimant: Claimant, objects: readonly T[]): Claimed<T> {
  const owned: T[] = [];
  const adopt: T[] = [];
  const release: T[] = [];
  const selector = labelSelectorOf(claimant.selector);
  const leaving = isTerminating(claimant.owner);
  for (const object of objects) {
    const controller = controllerOf(object);
    const matches = matchesLabels(selector, object.metadata?.labels ?? {});
    if (controller !== undefined) {
      if (controller.uid !== claimant.owner.metadata?.uid) continue;
      if (matches) owned.push(object);
      else if (!leaving) release.push(object);
    } else if (matches && !leaving && !isTerminating(object)) {
      if (claimant.mayAdopt?.(object.metadata?.name ?? '') ?? true) adopt.push(object);
    }
  }
  return { owned, adopt, release };
}
