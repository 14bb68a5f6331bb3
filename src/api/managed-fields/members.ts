import { isList, isObject } from '../deep.js';
import { definition, fieldOf } from '../schema/schema.js';
import type { FieldSchema } from '../schema/types.js';
import { fieldElement, itemElement, nameIn, pathText } from './elements.js';
import type { FieldPath } from './field-set.js';

/** One part of a value: where the schema says it may be owned by itself. */
export interface Member {
  readonly value: unknown;
  readonly schema: FieldSchema;
  /** A field that the type declares, as opposed to a key of a map or an item of a list. */
  readonly declared: boolean;
}

/** The parts of a value by their path elements. */
export type Members = ReadonlyMap<string, Member>;

const anything: FieldSchema = { type: 'any' };
const none: Members = new Map();

/** Whether a value of this schema is owned as a whole: scalars, atomic lists and maps, and what has no schema. */
export function isWhole(schema: FieldSchema): boolean {
  switch (schema.type) {
    case 'array':
      return schema.items === undefined || (schema.list !== 'map' && schema.list !== 'set');
    case 'map':
      return schema.map === 'atomic';
    case 'object':
      return schema.map === 'atomic' || isWholeDefinition(schema.ref);
    default:
      return true;
  }
}

function isWholeDefinition(ref: string | undefined): boolean {
  const found = definition(ref ?? '');
  if (found === undefined || found.map === 'atomic') return true;
  for (const _ in found.fields) return false;
  return true;
}

/** Whether a value holds nothing; Kubernetes' merge treats null, absent, and empty maps and lists alike there. */
export function isHollow(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (isList(value)) return value.length === 0;
  if (!isObject(value)) return false;
  for (const _ in value) return false;
  return true;
}

/** The schema of what an element leads to, and whether the type declares it. */
export function schemaBelow(schema: FieldSchema, element: string): Omit<Member, 'value'> {
  const name = nameIn(element);
  if (name === undefined) return { schema: schemaOfItems(schema), declared: false };
  const field = schemaOfField(schema, name);
  return { schema: field, declared: field !== anything && schema.type === 'object' };
}

/** The schema of the items of a list. */
export function schemaOfItems(schema: FieldSchema): FieldSchema {
  return schema.items ?? anything;
}

/** The schema of a field of a struct or of a value of a map. */
export function schemaOfField(schema: FieldSchema, name: string): FieldSchema {
  if (schema.type !== 'object') return schema.values ?? anything;
  const found = definition(schema.ref ?? '');
  return (found && fieldOf(found, name)) ?? anything;
}

/** Thrown where a value that is being applied cannot be placed in its schema. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/**
 * The parts of a value whose schema is not whole. Unknown fields, nameless and doubled items have no place of their own:
 * what is stored may have such, what is applied (`strictAt`: its path, for the message) may not, and throws ShapeError.
 */
export function membersOf(value: unknown, schema: FieldSchema, strictAt?: FieldPath): Members {
  if (isList(value)) return itemsOf(value, schema, strictAt);
  if (!isObject(value)) return none;
  const members = new Map<string, Member>();
  for (const name in value) {
    const member = value[name];
    if (member === undefined) continue;
    const element = fieldElement(name);
    const field = schemaOfField(schema, name);
    const declared = field !== anything && schema.type === 'object';
    if (strictAt !== undefined && schema.type === 'object' && !declared) {
      throw new ShapeError(`${pathText([...strictAt, element])}: field not declared in schema`);
    }
    members.set(element, { value: member, schema: field, declared });
  }
  return members;
}

function itemsOf(list: readonly unknown[], schema: FieldSchema, strictAt?: FieldPath): Members {
  const members = new Map<string, Member>();
  const below = { schema: schemaOfItems(schema), declared: false };
  for (const item of list) {
    const element = nameOf(item, schema, strictAt);
    if (element === undefined) continue;
    const before = members.get(element);
    if (before !== undefined && strictAt !== undefined) {
      throw new ShapeError(`${pathText(strictAt)}: duplicate entries for key ${pathText([element])}`);
    }
    // Items under one key cannot be told apart, and so are owned together.
    if (before === undefined) members.set(element, { value: item, ...below });
    else members.set(element, { value: [before.value, item], schema: anything, declared: false });
  }
  return members;
}

function nameOf(item: unknown, schema: FieldSchema, strictAt?: FieldPath): string | undefined {
  const element = itemElement(schema, item);
  if (element.name !== undefined) return element.name;
  if (strictAt !== undefined) throw new ShapeError(`${pathText(strictAt)}: ${element.why}`);
  return undefined;
}
