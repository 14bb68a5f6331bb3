import type { KindRef, KubeObject, ObjectKey } from '../../api/kube-object.js';
import { badRequest } from '../../api/status-error.js';
import { decode } from '../registry/codec.js';
import { getEntry } from '../registry/read.js';
import type { Registry } from '../registry/registry.js';

/** An object that a request for a token names; 404 when it is not there. */
export function readForToken<T extends KubeObject>(registry: Registry, kind: KindRef<T>, key: ObjectKey): T {
  const resource = registry.resources.find(kind);
  if (resource === undefined) throw badRequest(`there is no ${kind.kind} here to bind a token to`);
  return decode<T>(getEntry(registry, resource, key));
}
