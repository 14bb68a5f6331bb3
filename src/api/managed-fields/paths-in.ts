import { isList } from '../deep.js';
import type { FieldSchema } from '../schema/types.js';
import { emptySet, type FieldPath, type FieldSet, nodeOf } from './field-set.js';
import { isHollow, isWhole, type Member, membersOf } from './members.js';

/**
 * The paths that a value sets: what an applier owns by applying it. Structs are owned by what is in them alone, keys of
 * maps and items of lists by themselves too. With `strict`, what the schema has no place for throws ShapeError.
 */
export function pathsIn(value: unknown, schema: FieldSchema, { strict = false } = {}): FieldSet {
  return below(value, schema, strict ? [] : undefined);
}

function below(value: unknown, schema: FieldSchema, at: FieldPath | undefined): FieldSet {
  const nodes: { [element: string]: FieldSet } = {};
  for (const [element, member] of membersOf(value, schema, at)) {
    const node = nodeAt(member, at && [...at, element]);
    if (node !== undefined) nodes[element] = node;
  }
  return nodes;
}

function nodeAt({ value, schema, declared }: Member, at: FieldPath | undefined): FieldSet | undefined {
  if (isWhole(schema)) return emptySet;
  const deeper = below(value, schema, at);
  const empty = value === null || (!isList(value) && isHollow(value));
  return nodeOf(empty || !declared, { ...deeper });
}
