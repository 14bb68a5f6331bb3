import type { KindRef } from '../../api/kube-object.js';
import type { UserInfo } from '../../api/resource-api.js';
import { forbidden, type StatusError } from '../../api/status-error.js';

/** What someone wants to do to objects. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly kind: Pick<KindRef, 'group' | 'kind' | 'plural'>;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** What someone wants to do to a path that is no object. */
export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

/** The resource as rules name it: `pods` or `pods/log`. */
export function resourceOf({ kind, subresource }: Pick<ResourceAttributes, 'kind' | 'subresource'>): string {
  return subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
}

/** 403 in Kubernetes' words. */
export function denied(user: UserInfo, attributes: ResourceAttributes): StatusError {
  const { verb, kind, namespace, name = '' } = attributes;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `User "${user.name}" cannot ${verb} resource "${resourceOf(attributes)}" in API group "${kind.group}" ${where}`;
  return forbidden(kind, name, what);
}
