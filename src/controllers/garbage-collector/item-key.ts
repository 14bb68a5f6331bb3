import type { Item } from './facts.js';

/** Names an object in messages. */
export function keyOfItem({ kind, object }: Item): string {
  const { namespace, name } = object.metadata ?? {};
  return namespace === undefined ? `${kind.kind} ${name}` : `${kind.kind} ${namespace}/${name}`;
}
