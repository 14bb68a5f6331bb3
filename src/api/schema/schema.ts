import { descriptions, fingerprint, modules, structures } from './generated/index.js';
import type {
  DefinitionSchema,
  DefinitionTable,
  DescriptionTable,
  FieldSchema,
  SchemaModule,
} from './types.js';

export type { DefinitionSchema, DescriptionTable, FieldSchema, SchemaModule } from './types.js';

/** Every group and version of the schema. */
export const schemaModules: readonly SchemaModule[] = modules;

/** Changes whenever the schema does; clients may keep what they read under it. */
export const schemaFingerprint: string = fingerprint;

const tables = new Map<string, DefinitionTable>();

/** The definitions of one file of the schema, e.g. `apps-v1`; built when first asked for. */
export function definitionsOf(module: string): DefinitionTable {
  const known = tables.get(module);
  if (known !== undefined) return known;
  const table = structures[module]?.() ?? {};
  tables.set(module, table);
  return table;
}

/** What was found under each key: walkers ask for the same few definitions again and again. */
const found = new Map<string, DefinitionSchema>();

/** Finds a definition by its key, e.g. `apps-v1.StatefulSet`. */
export function definition(key: string): DefinitionSchema | undefined {
  const known = found.get(key);
  if (known !== undefined) return known;
  const schema = lookUp(key);
  if (schema !== undefined) found.set(key, schema);
  return schema;
}

function lookUp(key: string): DefinitionSchema | undefined {
  const dot = key.indexOf('.');
  const table = definitionsOf(key.slice(0, dot));
  const name = key.slice(dot + 1);
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Finds a field of a definition; undefined when the type has no such field. */
export function fieldOf(schema: DefinitionSchema, name: string): FieldSchema | undefined {
  const field = schema.fields[name];
  // What every JavaScript object inherits (`constructor`) has no type; asking so costs less than asking whether it is the object's own.
  return field?.type === undefined ? undefined : field;
}

/** The descriptions of one file of the schema; loaded when first asked for, since they are its larger part. */
export async function descriptionsOf(module: string): Promise<DescriptionTable> {
  return (await descriptions[module]?.()) ?? {};
}

/** Official name of a definition, e.g. `io.k8s.api.apps.v1.StatefulSet`. */
export function officialName(key: string): string {
  const dot = key.indexOf('.');
  const module = modules.find(({ id }) => id === key.slice(0, dot));
  return `${module?.prefix ?? key.slice(0, dot)}${key.slice(dot)}`;
}

/** Key of the definition that a group, version and kind stand for; undefined when the schema does not hold it. */
export function definitionKeyOf(kind: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}): string | undefined {
  const module = modules.find(({ group, version }) => group === kind.group && version === kind.version);
  const key = `${module?.id}.${kind.kind}`;
  return module !== undefined && definition(key) !== undefined ? key : undefined;
}
