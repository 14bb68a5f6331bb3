import type { KindRef } from './kube-object.js';

/** What a path of the API names below its kind: nothing for the collection of all namespaces. */
export interface PathTarget {
  readonly namespace?: string | undefined;
  readonly name?: string;
  readonly subresource?: string;
}

/** The URL path of a collection, an object or a subresource; parts are percent-encoded where they must be. */
export function apiPath(
  kind: Pick<KindRef, 'group' | 'version' | 'plural' | 'namespaced'>,
  target: PathTarget = {},
): string {
  const parts = kind.group === '' ? ['api', kind.version] : ['apis', kind.group, kind.version];
  if (kind.namespaced && target.namespace !== undefined) parts.push('namespaces', target.namespace);
  parts.push(kind.plural);
  if (target.name !== undefined) parts.push(target.name);
  if (target.subresource !== undefined) parts.push(target.subresource);
  return `/${parts.map(encodeURIComponent).join('/')}`;
}
