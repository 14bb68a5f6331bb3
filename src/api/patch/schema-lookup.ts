import { structures } from '../schema/generated/index.js';
import type { DefinitionTable, FieldSchema } from '../schema/types.js';
import { type FieldStrategy, plainField, type StrategyLookup } from './lookup.js';

const tables = new Map<string, DefinitionTable>();

function tableOf(id: string): DefinitionTable {
  const known = tables.get(id);
  if (known !== undefined) return known;
  const table = structures[id]?.() ?? {};
  tables.set(id, table);
  return table;
}

function fieldOf(definition: string, field: string): FieldSchema | undefined {
  const dot = definition.indexOf('.');
  return tableOf(definition.slice(0, dot))[definition.slice(dot + 1)]?.fields[field];
}

/** How a list (or map) field of a definition is merged, as the generated schema says. */
export function listStrategy(definition: string, field: string): FieldStrategy {
  const schema = fieldOf(definition, field);
  if (schema === undefined) return plainField;
  const strategies = (schema.strategy ?? '').split(',');
  const inner = schema.ref ?? schema.items?.ref ?? schema.values?.ref;
  return {
    merge: strategies.includes('merge'),
    replace: strategies.includes('replace'),
    retainKeys: strategies.includes('retainKeys'),
    ...(schema.mergeKey !== undefined && { mergeKey: schema.mergeKey }),
    ...(inner !== undefined && { definition: inner }),
  };
}

/** The lookup over the generated schema. */
export const schemaLookup: StrategyLookup = (definition, field) =>
  definition === undefined ? plainField : listStrategy(definition, field);
