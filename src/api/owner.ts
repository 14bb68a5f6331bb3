import type { ObjectMeta, OwnerReference } from './generated/meta-v1.js';
import { apiVersionOf, type KindRef, type KubeObject } from './kube-object.js';

/** The reference to the object's controller, if it has one. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find((reference) => reference.controller === true);
}

/** True when `owner` is the controller of the object, by uid. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  const controller = controllerOf(object);
  return controller !== undefined && controller.uid === owner.metadata?.uid;
}

/** How an owner reference binds; both are true unless said otherwise. */
export interface OwnerOptions {
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** A reference to `owner`; by default as its controller that blocks the owner's foreground deletion. */
export function ownerReferenceTo(
  kind: Pick<KindRef, 'group' | 'version' | 'kind'>,
  owner: KubeObject,
  options: OwnerOptions = {},
): OwnerReference {
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name: owner.metadata?.name ?? '',
    uid: owner.metadata?.uid ?? '',
    controller: options.controller ?? true,
    blockOwnerDeletion: options.blockOwnerDeletion ?? true,
  };
}

/** The metadata with an owner reference added, or put in place of one with the same uid. */
export function withOwnerReference(metadata: ObjectMeta, reference: OwnerReference): ObjectMeta {
  const references = metadata.ownerReferences ?? [];
  const known = references.some((other) => other.uid === reference.uid);
  const ownerReferences = known
    ? references.map((other) => (other.uid === reference.uid ? reference : other))
    : [...references, reference];
  return { ...metadata, ownerReferences };
}

/** The metadata without any owner reference to this uid. */
export function withoutOwnerReference(metadata: ObjectMeta, uid: string): ObjectMeta {
  const ownerReferences = (metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uid);
  return { ...metadata, ownerReferences };
}
