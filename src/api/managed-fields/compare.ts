import { deepEqual, isList, isObject } from '../deep.js';
import type { FieldSchema } from '../schema/types.js';
import { fieldElement, itemElement } from './elements.js';
import { emptySet, type FieldSet, nodeOf } from './field-set.js';
import { isHollow, isWhole, type Member, membersOf, schemaOfField, schemaOfItems } from './members.js';

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
  if (isHollow(before)) return { added: allBelow(after, schema), modified: {}, removed: {} };
  const found: Found = { added: {}, modified: {}, removed: {} };
  const old = membersOf(before, schema);
  const fresh = membersOf(after, schema);
  for (const [element, member] of old) {
    const after = fresh.get(element);
    if (after?.value !== member.value) comparePair(found, element, { before: member, after });
  }
  for (const [element, after] of fresh) {
    if (!old.has(element)) comparePair(found, element, { before: undefined, after });
  }
  return found;
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
  return nodeOf(true, allBelow(value, schema)) ?? emptySet;
}

function allBelow(value: unknown, schema: FieldSchema): Below {
  const below: Below = {};
  if (isList(value)) addItems(below, value, schema);
  else if (isObject(value)) {
    for (const name in value) {
      const field = value[name];
      if (field !== undefined) below[fieldElement(name)] = allOf(field, schemaOfField(schema, name));
    }
  }
  return below;
}

/** Items under one key cannot be told apart, and so are owned together. */
function addItems(below: Below, list: readonly unknown[], schema: FieldSchema): void {
  for (const item of list) {
    const { name } = itemElement(schema, item);
    if (name === undefined) continue;
    below[name] = Object.hasOwn(below, name) ? emptySet : allOf(item, schemaOfItems(schema));
  }
}
