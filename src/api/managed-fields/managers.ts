import { deepFreeze } from '../../lib/deep-freeze.js';
import { isObject } from '../deep.js';
import type { ManagedFieldsEntry } from '../generated/meta-v1.js';
import { emptySet, type FieldSet, isEmptySet, readSet, union } from './field-set.js';

/** Who writes, and through what: what tells one entry of `metadata.managedFields` from another. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  /** The version that the fields are spelled in, e.g. `apps/v1`. */
  readonly apiVersion: string;
  /** Empty for writes to the object itself. */
  readonly subresource: string;
}

/** What one writer owns, and since when (RFC 3339). */
export interface Ownership {
  readonly writer: Writer;
  readonly fields: FieldSet;
  readonly time: string | undefined;
}

/** All owners of an object's fields, by `writerId`. */
export type Owners = ReadonlyMap<string, Ownership>;

/** Owners of nothing. */
export const noOwners: Owners = new Map();

/** Update entries beyond this many are joined into one, oldest first, as in Kubernetes. */
const maxUpdaters = 10;
const joined = 'ancient-changes';

/** What two writes must have in common to share an entry: an applier stays the same one in every version. */
export function writerId({ manager, operation, apiVersion, subresource }: Writer): string {
  return JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource]);
}

/**
 * Sets that were written before: the objects of one controller have the same, and share one in memory. A bound keeps
 * strangers from filling it.
 */
const shared = new Map<string, FieldSet>();
const sharedLimit = 1000;
/** All that were ever shared and are still in use: frozen, and so known to be well formed and to stay so. */
const everShared = new WeakSet<object>();

/** A set as it is read: one that is shared need not be looked through again. */
function knownSet(value: unknown): FieldSet | undefined {
  return isShared(value) ? value : readSet(value);
}

function isShared(value: unknown): value is FieldSet {
  return isObject(value) && everShared.has(value);
}

function readEntry(entry: ManagedFieldsEntry): Ownership | undefined {
  const { operation, manager = '', apiVersion = '', subresource = '', time } = entry;
  const fields = knownSet(entry.fieldsV1 ?? {});
  if ((operation !== 'Apply' && operation !== 'Update') || apiVersion === '' || fields === undefined)
    return undefined;
  if (entry.fieldsType !== 'FieldsV1') return undefined;
  return { writer: { manager, operation, apiVersion, subresource }, fields, time };
}

/** Reads `metadata.managedFields`; undefined when an entry cannot be read. */
export function readOwners(entries: readonly ManagedFieldsEntry[] | undefined): Owners | undefined {
  const owners = new Map<string, Ownership>();
  for (const entry of entries ?? []) {
    const ownership = readEntry(entry);
    if (ownership === undefined) return undefined;
    owners.set(writerId(ownership.writer), ownership);
  }
  return owners;
}

/** Whether a writer asks for all ownership to be forgotten, which it does by a list of one empty entry. */
export function isReset(entries: readonly ManagedFieldsEntry[] | undefined): boolean {
  const [only] = entries ?? [];
  return entries?.length === 1 && only !== undefined && Object.keys(only).length === 0;
}

function byAge(a: Ownership, b: Ownership): number {
  return (
    compareText(a.writer.operation, b.writer.operation) ||
    compareText(a.time ?? '', b.time ?? '') ||
    compareText(writerId(a.writer), writerId(b.writer))
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sharedSet(fields: FieldSet): FieldSet {
  if (everShared.has(fields)) return fields;
  const text = JSON.stringify(fields);
  const known = shared.get(text);
  if (known !== undefined) return known;
  if (shared.size >= sharedLimit) shared.clear();
  shared.set(text, deepFreeze(fields));
  everShared.add(fields);
  return fields;
}

function writeEntry({ writer, fields, time }: Ownership): ManagedFieldsEntry {
  const { manager, operation, apiVersion, subresource } = writer;
  return {
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: sharedSet(fields),
    ...(subresource !== '' && { subresource }),
  };
}

/** The list as it is stored: appliers first, then by age; undefined when nobody owns anything. */
export function writeOwners(owners: Owners): readonly ManagedFieldsEntry[] | undefined {
  const entries = [...owners.values()].sort(byAge).map(writeEntry);
  return entries.length === 0 ? undefined : entries;
}

/** The owners with one of them put in, or taken out when it owns nothing any more. */
export function withOwner(owners: Owners, ownership: Ownership): Owners {
  const next = new Map(owners);
  const id = writerId(ownership.writer);
  if (isEmptySet(ownership.fields)) next.delete(id);
  else next.set(id, ownership);
  return next;
}

/** The owners with `change` made to the fields of each; who is left with nothing goes. */
export function mapFields(owners: Owners, change: (ownership: Ownership) => FieldSet): Owners {
  const next = new Map<string, Ownership>();
  for (const [id, ownership] of owners) {
    const fields = change(ownership);
    if (fields === ownership.fields) next.set(id, ownership);
    else if (!isEmptySet(fields)) next.set(id, { ...ownership, fields });
  }
  return next;
}

/** The owners with the oldest updaters joined when there are too many; a `joined` entry keeps their fields by version. */
export function capUpdaters(owners: Owners): Owners {
  const updaters = [...owners.values()].filter(({ writer }) => writer.operation === 'Update').sort(byAge);
  if (updaters.length <= maxUpdaters) return owners;
  const next = new Map(owners);
  let count = updaters.length;
  for (const old of updaters) {
    if (count <= maxUpdaters) break;
    const writer: Writer = {
      manager: joined,
      operation: 'Update',
      apiVersion: old.writer.apiVersion,
      subresource: '',
    };
    if (writerId(writer) === writerId(old.writer)) continue;
    const bucket = next.get(writerId(writer));
    next.delete(writerId(old.writer));
    next.set(writerId(writer), {
      writer,
      time: old.time,
      fields: union(bucket?.fields ?? emptySet, old.fields),
    });
    if (bucket !== undefined) count -= 1;
  }
  return next;
}
