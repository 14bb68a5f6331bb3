import { unservedWhy } from '../../api/kinds/unserved.js';
import type { Verb } from '../../api/kinds.js';
import { methodNotSupported, notImplemented, pathNotFound } from '../../api/status-error.js';
import type { Resource } from '../registry/resources.js';
import type { Exchange } from './exchange.js';
import type { ResourcePath } from './request-info.js';

/** A resource, and a path to it or to an object of it. */
interface Place {
  readonly verb: string;
  readonly resource: Resource;
  readonly path: ResourcePath;
}

/** What may be done at a path; fails when there is no such path. */
function verbsAt({ resource: { kind }, path }: Omit<Place, 'verb'>): readonly Verb[] {
  if (path.subresource === undefined) return kind.verbs;
  const why = unservedWhy(kind, path.subresource);
  if (why !== undefined) throw notImplemented(why);
  const row = kind.subresources.find(({ name }) => name === path.subresource);
  if (row === undefined) throw pathNotFound();
  return row.verbs;
}

/** Refuses what is not offered at a path, and says when the kind itself is of the past. */
export function checkServed({ warnings }: Pick<Exchange, 'warnings'>, place: Place): void {
  const { kind } = place.resource;
  if (kind.deprecation !== undefined) warnings.push(kind.deprecation);
  if (!verbsAt(place).some((verb) => verb === place.verb)) throw methodNotSupported(kind, place.verb);
}
