import type { KubeObject, ObjectKey } from '../api/kube-object.js';

/** The key of an object: `namespace/name`, or `name` where the kind has no namespace. */
export function keyOf(object: KubeObject): string {
  return keyFor({ namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' });
}

/** The key of what is named. */
export function keyFor(key: ObjectKey): string {
  return key.namespace === undefined || key.namespace === '' ? key.name : `${key.namespace}/${key.name}`;
}

/** Takes a key apart again. */
export function splitKey(key: string): ObjectKey {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
