import { isList, isObject } from '../deep.js';
import type { FieldSchema } from '../schema/types.js';
import { fieldElement, itemElement } from './elements.js';
import { elementsOf, type FieldSet, isEmptySet, nodeOf, stepInto } from './field-set.js';
import { isHollow, isWhole, schemaBelow } from './members.js';

/** The value without what stands at the paths of the set; a list or map that is emptied by it goes as well. */
export function removePaths(value: unknown, paths: FieldSet, schema: FieldSchema): unknown {
  if (isEmptySet(paths) || isWhole(schema) || isHollow(value)) return value;
  const kept = isList(value) ? withoutItems(value, paths, schema) : withoutFields(value, paths, schema);
  return isHollow(kept) ? undefined : kept;
}

function withoutItems(list: readonly unknown[], paths: FieldSet, schema: FieldSchema): unknown[] {
  return list.flatMap((item) => {
    const { name } = itemElement(schema, item);
    if (name === undefined) return [item];
    const { member, below } = stepInto(paths, name);
    const kept = member ? undefined : removePaths(item, below, schema.items ?? { type: 'any' });
    return kept === undefined ? [] : [kept];
  });
}

function withoutFields(value: unknown, paths: FieldSet, schema: FieldSchema): unknown {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([name, field]) => {
    const element = fieldElement(name);
    const { member, below } = stepInto(paths, element);
    if (member) return [];
    const next = removePaths(field, below, schemaBelow(schema, element).schema);
    return next === undefined ? [] : [[name, next]];
  });
  return Object.fromEntries(kept);
}

/** The set with every declared field that leads to one of its paths as a path itself. */
export function withDeclaredFields(set: FieldSet, schema: FieldSchema): FieldSet {
  const nodes: { [element: string]: FieldSet } = {};
  for (const element of elementsOf(set)) {
    const { member, below } = stepInto(set, element);
    const next = schemaBelow(schema, element);
    const node = nodeOf(member || next.declared, { ...withDeclaredFields(below, next.schema) });
    if (node !== undefined) nodes[element] = node;
  }
  return nodes;
}
