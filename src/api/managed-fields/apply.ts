import { deepEqual, isObject, type JsonObject, valueAt } from '../deep.js';
import { lastAppliedAnnotation, lastAppliedOf, withLastApplied } from '../patch/last-applied.js';
import type { FieldSchema } from '../schema/types.js';
import { blankObject } from './blank.js';
import { compare } from './compare.js';
import { difference, emptySet, type FieldSet, intersection, isEmptySet, union } from './field-set.js';
import { type Owners, type Ownership, type Writer, withOwner, writerId } from './managers.js';
import { mergeOver } from './merge.js';
import { pathsIn } from './paths-in.js';
import { removePaths, withDeclaredFields } from './remove.js';
import { afterChange, type Clashes, clashesOf, owned, type TrackedWrite, trackUpdate } from './tracked.js';

/** A configuration that is applied, and how. */
export interface Application extends TrackedWrite {
  readonly config: JsonObject;
  /** Take over what others own instead of failing. */
  readonly force: boolean;
}

/** The object that a configuration is applied to; a blank one for an object that is not there yet. */
export interface LiveObject {
  readonly object: JsonObject;
  readonly owners: Owners;
  readonly exists: boolean;
}

/** What came of applying: the object and its owners, or what others own and do not give up. */
export type Applied =
  | { readonly object: JsonObject; readonly owners: Owners; readonly clashes?: undefined }
  | { readonly clashes: Clashes };

/** The manager of `kubectl apply --server-side`, for which what client-side apply left is taken over. */
const kubectl = 'kubectl';

/**
 * Applies a configuration by the rules of server-side apply: what it says is set, what it said last time and no longer
 * does is removed unless another applier still says it, and what others own is theirs unless `force` is set.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function applyConfiguration(application: Application, live: LiveObject): Applied {
  const applied = applyOrClash(application, live);
  if (applied.clashes !== undefined || application.writer.manager !== kubectl) return applied;
  return { ...applied, object: withAnnotationInStep(applied.object, application.config) };
}

/** Client-side apply, should it be used again, has to know what was applied last; only where it was used before. */
function withAnnotationInStep(object: JsonObject, config: JsonObject): JsonObject {
  const { metadata } = object;
  if (lastAppliedOf(object) === undefined || !isObject(metadata)) return object;
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {};
  const last = valueAt(withLastApplied(config), 'metadata', 'annotations', lastAppliedAnnotation);
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...annotations, [lastAppliedAnnotation]: last } },
  };
}

function applyOrClash(application: Application, live: LiveObject): Applied {
  const known = { ...live, owners: ownersBefore(application, live) };
  const applied = applyOnce(application, known);
  if (applied.clashes === undefined || application.writer.manager !== kubectl) return applied;
  const given = fieldsOfClientSideApply(known, application);
  const left = [...applied.clashes].filter(([, { fields }]) => !isEmptySet(difference(fields, given)));
  if (left.length === 0) return applyOnce({ ...application, force: true }, known);
  const clashes = left.map(([id, clash]): [string, Ownership] => [
    id,
    { ...clash, fields: difference(clash.fields, given) },
  ]);
  return { clashes: new Map(clashes) };
}

/** What stands in an object that nobody owns yet belongs to whoever wrote it before the first apply. */
function ownersBefore({ writer, time, schema }: Application, { object, owners, exists }: LiveObject): Owners {
  if (!exists || owners.size > 0) return owners;
  const before: Writer = { ...writer, manager: 'before-first-apply', operation: 'Update', subresource: '' };
  const versions = { owners, before: blankObject(schema.ref ?? ''), after: object };
  return trackUpdate({ writer: before, time, schema }, versions, { fresh: true });
}

function applyOnce({ config, writer, time, schema, force }: Application, live: LiveObject): Applied {
  const id = writerId(writer);
  const last = live.owners.get(id);
  const fields = owned(pathsIn(config, schema, { strict: true }));
  const owners = withOwner(live.owners, { writer, time: last?.time ?? time, fields });
  const merged = asObject(mergeOver(live.object, config, schema));
  // Laid over once more: an empty struct such as `emptyDir: {}` goes with the last field in it, and is said all the same.
  const object =
    last === undefined
      ? merged
      : asObject(mergeOver(pruned(merged, { last: last.fields, owners, schema }), config, schema));
  const comparison = compare(live.object, object, schema);
  const clashes = clashesOf(owners, comparison, id);
  if (clashes.size > 0 && !force) return { clashes };
  const after = afterChange(owners, comparison, { clashes, except: id });
  const unchanged = deepEqual(live.object, object) && deepEqual(last?.fields, fields);
  const own = after.get(id);
  if (unchanged || own === undefined) return { object, owners: after };
  return { object, owners: withOwner(after, { ...own, time }) };
}

interface Pruning {
  /** What the applier owned until now. */
  readonly last: FieldSet;
  /** Everyone, with what the applier says now. */
  readonly owners: Owners;
  readonly schema: FieldSchema;
}

/**
 * The merged object without what its applier said last time and nobody applies any more. What lies below a removed item
 * and is not the applier's stays, and keeps the way to it.
 */
function pruned(merged: JsonObject, { last, owners, schema }: Pruning): JsonObject {
  const declared = (set: FieldSet): FieldSet => withDeclaredFields(set, schema);
  const applied = [...owners.values()]
    .filter(({ writer }) => writer.operation === 'Apply')
    .reduce((all, { fields }) => union(all, fields), emptySet);
  const all = declared(pathsIn(merged, schema));
  const withoutLast = removePaths(merged, declared(last), schema);
  const kept = union(declared(pathsIn(withoutLast, schema)), declared(applied));
  const withOwned = removePaths(merged, difference(all, kept), schema);
  const lost = difference(all, declared(pathsIn(withOwned, schema)));
  return asObject(removePaths(merged, intersection(lost, declared(last)), schema));
}

/** What client-side apply said and still holds: kubectl may take it over without being forced to. */
function fieldsOfClientSideApply({ object }: LiveObject, { schema, writer }: Application): FieldSet {
  const last = lastAppliedOf(object);
  if (last === undefined || last['apiVersion'] !== writer.apiVersion) return emptySet;
  const { added, modified, removed } = compare(last, object, schema);
  return [modified, added, removed].reduce(difference, pathsIn(last, schema));
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
