import type { KubeObject } from '../../api/kube-object.js';

/** Turns what is stored into what another group or version shows, and back. */
export interface Conversion {
  fromStored(object: KubeObject): KubeObject;
  toStored(object: KubeObject): KubeObject;
}

/** The object without the fields that are undefined. */
export function defined<T extends object>(object: T): T {
  const copy = { ...object };
  for (const key of Object.keys(copy))
    if (Reflect.get(copy, key) === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}
