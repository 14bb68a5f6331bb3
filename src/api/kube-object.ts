import type { ObjectMeta } from './generated/meta-v1.js';

/** What every stored object has. Objects are shared and frozen: build a new one to change one. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
}

/**
 * Names a kind to the client and the server. `T` is the object's type and exists for the compiler only.
 * `group` is '' for core; `apiVersion` is `version` or `group/version`.
 */
export interface KindRef<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly example?: T;
}

/** Identifies one object; `namespace` is undefined for cluster-scoped kinds. */
export interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** `group/version`, or just `version` for the core group. */
export function apiVersionOf(kind: Pick<KindRef, 'group' | 'version'>): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}
