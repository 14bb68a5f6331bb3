import { invalidValue } from '../../api/field-error.js';
import type { ObjectMeta } from '../../api/generated/meta-v1.js';
import type { KindRow } from '../../api/kinds.js';
import type { KubeObject, ObjectKey } from '../../api/kube-object.js';
import { badRequest, conflict, invalid } from '../../api/status-error.js';
import { allowsUnconditional } from './strategy.js';

/** Refuses an object whose type is not the one that was asked for. */
export function checkType(kind: KindRow, object: KubeObject): void {
  const expected = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const { apiVersion = expected, kind: given = kind.kind } = object;
  if (apiVersion === expected && given === kind.kind) return;
  throw badRequest(
    `${given} in version "${apiVersion}" cannot be handled as a ${kind.kind} in version "${expected}"`,
  );
}

/** The namespace of a new object, which has to be there exactly when the kind has one. */
export function namespaceFor(kind: KindRow, metadata: ObjectMeta | undefined): string | undefined {
  if (!kind.namespaced) return undefined;
  if (metadata?.namespace) return metadata.namespace;
  throw badRequest('an empty namespace may not be set during creation');
}

/** A new object has no version yet. */
export function checkNew(metadata: ObjectMeta | undefined): void {
  if (metadata?.resourceVersion)
    throw badRequest('resourceVersion should not be set on objects to be created');
}

/** An apply that names a version or a uid means an object that is there. */
export function checkAbsent(kind: KindRow, object: KubeObject, { name }: ObjectKey): void {
  const { uid, resourceVersion } = object.metadata ?? {};
  if (uid) {
    throw conflict(
      kind,
      name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  }
  if (resourceVersion) throw conflict(kind, name);
}

/** What a writer believes it overwrites must be what stands there. */
export function checkVersion(kind: KindRow, current: KubeObject, next: KubeObject): void {
  const name = current.metadata?.name ?? '';
  const { uid, resourceVersion } = next.metadata ?? {};
  if (uid !== undefined && uid !== '' && uid !== current.metadata?.uid) {
    throw conflict(kind, name, uidMismatch(uid, current.metadata?.uid));
  }
  if (resourceVersion) {
    if (resourceVersion !== current.metadata?.resourceVersion) throw conflict(kind, name);
  } else if (!allowsUnconditional(kind)) {
    const detail = 'must be specified for an update';
    // Kubernetes names the resource here, where all other refusals of this kind name the kind.
    const resource = { group: kind.group, kind: kind.plural };
    throw invalid(resource, name, [invalidValue('metadata.resourceVersion', 0, detail)]);
  }
}

/** How Kubernetes says that a write was meant for another object of the same name. */
export function uidMismatch(wanted: string, found: string | undefined): string {
  return `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found ?? ''}`;
}
