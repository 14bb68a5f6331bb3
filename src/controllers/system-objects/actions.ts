import type { SystemObject } from './facts.js';

/** The one write of this controller. */
export interface SystemObjectAction {
  readonly type: 'create';
  readonly wanted: SystemObject;
}

/** Names an action in a log line or an error. */
export function describeAction({ wanted }: SystemObjectAction): string {
  const { namespace, name } = wanted.object.metadata ?? {};
  return `create ${wanted.kind.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
