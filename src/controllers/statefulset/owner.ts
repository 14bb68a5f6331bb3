import type { StatefulSet } from '../../api/generated/apps-v1.js';
import type { OwnerReference } from '../../api/generated/meta-v1.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo } from '../../api/owner.js';

/** The owner reference by which a set controls what it makes. */
export function setReference(set: StatefulSet): OwnerReference {
  return ownerReferenceTo(kinds.StatefulSet, set);
}
