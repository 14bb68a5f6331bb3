import { deepEqual, isList, isObject } from '../deep.js';
import type { FieldSchema } from '../schema/types.js';
import { fieldElement } from './elements.js';
import { emptySet, type FieldSet, nodeOf } from './field-set.js';
import { isHollow, isWhole, type Member, type Members, membersOf, schemaOfField } from './members.js';

/** What is different between two versions of an object, as sets of paths. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

type Side = keyof Comparison;
type Below = { [element: string]: FieldSet };
type Found = { [side in Side]: Below };

const sides: readonly Side[] = ['added', 'modified', 'removed'];

/** Compares two versions of an object; a part that is the same JavaScript object on both sides costs nothing. */
export function compare(before: unknown, after: unknown, schema: FieldSchema): Comparison {
  return compareBelow(before, after, schema);
}

function compareBelow(before: unknown, after: unknown, schema: FieldSchema): Found {
  const found: Found = { added: {}, modified: {}, removed: {} };
  const old = membersOf(before, schema);
  const fresh = membersOf(after, schema);
  for (const element of elementsOfBoth(old, fresh)) {
    const pair = { before: old.get(element), after: fresh.get(element) };
    if (pair.before?.value !== pair.after?.value) comparePair(found, element, pair);
  }
  return found;
}

function elementsOfBoth(a: Members, b: Members): Iterable<string> {
  return a.size === 0 ? b.keys() : b.size === 0 ? a.keys() : new Set([...a.keys(), ...b.keys()]);
}

interface Pair {
  readonly before: Member | undefined;
  readonly after: Member | undefined;
}

function comparePair(found: Found, element: string, { before, after }: Pair): void {
  if (before === undefined) {
    if (after !== undefined) found.added[element] = allOf(after.value, after.schema);
    return;
  }
  if (after === undefined) {
    found.removed[element] = allOf(before.value, before.schema);
    return;
  }
  const { schema } = after;
  if (isWhole(schema) || (isHollow(before.value) && isHollow(after.value))) {
    if (!deepEqual(before.value, after.value)) found.modified[element] = emptySet;
    return;
  }
  const deeper = compareBelow(before.value, after.value, schema);
  for (const side of sides) {
    const node = nodeOf(false, deeper[side]);
    if (node !== undefined) found[side][element] = node;
  }
}

/** A part that is on one side only, with everything in it: most of a new object. */
function allOf(value: unknown, schema: FieldSchema): FieldSet {
  if (isWhole(schema) || isHollow(value)) return emptySet;
  const below: Below = {};
  if (isList(value)) {
    for (const [element, item] of membersOf(value, schema)) below[element] = allOf(item.value, item.schema);
  } else if (isObject(value)) {
    for (const name in value) {
      const field = value[name];
      if (field !== undefined) below[fieldElement(name)] = allOf(field, schemaOfField(schema, name));
    }
  }
  return nodeOf(true, below) ?? emptySet;
}
