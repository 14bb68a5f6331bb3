import type { LabelSelector } from './generated/meta-v1.js';
import type { KubeObject } from './kube-object.js';
import { controllerOf } from './owner.js';
import { isTerminating } from './pods.js';
import { labelSelectorOf, matchesLabels, type Selector } from './selectors.js';

/** How the objects in reach of a controller stand to it. */
export interface Claimed<T extends KubeObject> {
  /** Owned by it and matching its selector. */
  readonly owned: readonly T[];
  /** Owned by nobody, matching: to be taken over. */
  readonly adopt: readonly T[];
  /** Owned by it but no longer matching: to be let go. */
  readonly release: readonly T[];
}

/** What decides over ownership: the controller itself and its selector. */
export interface Claimant {
  readonly owner: KubeObject;
  readonly selector: LabelSelector;
}

type Standing = 'owned' | 'adopt' | 'release' | 'foreign';

/** Sorts objects into owned, to adopt and to release, by the rules all Kubernetes controllers share. */
export function claimObjects<T extends KubeObject>(claimant: Claimant, objects: readonly T[]): Claimed<T> {
  const selector = labelSelectorOf(claimant.selector);
  const sorted: Record<Standing, T[]> = { owned: [], adopt: [], release: [], foreign: [] };
  for (const object of objects) sorted[standingOf(claimant, selector, object)].push(object);
  return sorted;
}

function standingOf({ owner }: Claimant, selector: Selector, object: KubeObject): Standing {
  const controller = controllerOf(object);
  const matches = matchesLabels(selector, object.metadata?.labels);
  const leaving = isTerminating(owner);
  if (controller !== undefined) {
    if (controller.uid !== owner.metadata?.uid) return 'foreign';
    if (matches) return 'owned';
    return leaving ? 'foreign' : 'release';
  }
  if (!matches || leaving || isTerminating(object)) return 'foreign';
  return 'adopt';
}
