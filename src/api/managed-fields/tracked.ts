import type { FieldSchema } from '../schema/types.js';
import { type Comparison, compare } from './compare.js';
import { difference, emptySet, type FieldSet, intersection, isEmptySet, setOf, union } from './field-set.js';
import {
  capUpdaters,
  mapFields,
  noOwners,
  type Owners,
  type Ownership,
  type Writer,
  withOwner,
  writerId,
} from './managers.js';

/** What the server keeps for itself and nobody owns. */
const serversOwn: FieldSet = setOf([
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => ['f:metadata', `f:${name}`]),
]);

/** A set without what the server keeps for itself. */
export function owned(set: FieldSet): FieldSet {
  return difference(set, serversOwn);
}

/** One write as ownership sees it. */
export interface TrackedWrite {
  readonly writer: Writer;
  /** RFC 3339, whole seconds. */
  readonly time: string;
  readonly schema: FieldSchema;
}

/** Who owned what before, and what a write makes of the object. */
export interface Versions {
  readonly owners: Owners;
  readonly before: unknown;
  readonly after: unknown;
}

/** Paths that others own and a write changes, by who owns them. */
export type Clashes = ReadonlyMap<string, Ownership>;

/** What a change touches of what others than `except` own. */
export function clashesOf(owners: Owners, { added, modified }: Comparison, except?: string): Clashes {
  const touched = union(added, modified);
  const clashes = new Map<string, Ownership>();
  for (const [id, ownership] of owners) {
    if (id === except) continue;
    const fields = intersection(ownership.fields, touched);
    if (!isEmptySet(fields)) clashes.set(id, { ...ownership, fields });
  }
  return clashes;
}

interface Losses {
  readonly clashes: Clashes;
  /** Who loses nothing, by `writerId`. */
  readonly except?: string;
}

/** The owners after a change: what was removed is nobody's, and what clashed is no longer theirs. */
export function afterChange(owners: Owners, { removed }: Comparison, { clashes, except }: Losses): Owners {
  return mapFields(owners, ({ writer, fields }) => {
    const id = writerId(writer);
    if (id === except) return fields;
    const clash = clashes.get(id);
    const left = clash === undefined ? fields : difference(fields, clash.fields);
    return isEmptySet(removed) ? left : difference(left, removed);
  });
}

/**
 * The owners after an ordinary write: the writer owns what it changed, and nobody else does any longer. Objects that
 * nobody ever owned stay so, as in Kubernetes; `fresh` says that the object is new.
 */
export function trackUpdate(
  { writer, time, schema }: TrackedWrite,
  { owners, before, after }: Versions,
  { fresh = false } = {},
): Owners {
  if (owners.size === 0 && !fresh) return noOwners;
  const comparison = compare(before, after, schema);
  const taken = owned(union(comparison.modified, comparison.added));
  const left = afterChange(owners, comparison, { clashes: clashesOf(owners, comparison) });
  if (isEmptySet(taken)) return left;
  const own = left.get(writerId(writer))?.fields ?? emptySet;
  return capUpdaters(withOwner(left, { writer, time, fields: union(own, taken) }));
}
