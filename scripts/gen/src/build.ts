import type { DefinitionSchema, FieldSchema, ListType, SchemaModule } from '../../../src/api/schema/types.js';
import { type Directory, type DirectorySchema, refName } from './directory.js';
import { modules } from './groups.js';
import type { Model, ModelField } from './models.js';
import { classOf, type Place } from './names.js';
import { atomicTypes, metaKinds, overlay, sameTopologyAs } from './overlay.js';

/** A generated type: its structure for the server, and its texts for people. */
export interface BuiltType {
  readonly name: string;
  readonly schema: DefinitionSchema;
  readonly descriptions: { readonly [field: string]: string };
}

interface Context {
  readonly directory: Directory;
  readonly places: ReadonlyMap<string, Place>;
}

/** Builds every type of every module, sorted by name. */
export function buildTypes(
  models: ReadonlyMap<string, Model>,
  context: Context,
): ReadonlyMap<string, readonly BuiltType[]> {
  const built = new Map<string, BuiltType[]>(modules.map((module) => [module.id, []]));
  for (const [className, place] of context.places) {
    const model = models.get(className);
    if (model !== undefined) built.get(place.module)?.push(buildType(model, place, context));
  }
  for (const types of built.values()) types.sort((a, b) => (a.name < b.name ? -1 : 1));
  return built;
}

function buildType(model: Model, place: Place, context: Context): BuiltType {
  const module = modules.find((candidate) => candidate.id === place.module);
  if (module === undefined) throw new Error(`No module ${place.module} for ${model.className}`);
  const older = olderSchema(`${module.prefix}.${place.name}`, context.directory);
  const fields: Record<string, FieldSchema> = {};
  const descriptions: Record<string, string> = { '': model.description };
  for (const field of [...model.fields].sort((a, b) => (a.json < b.json ? -1 : 1))) {
    const hint = older?.properties?.[field.json];
    const correction = overlay[`${place.module}.${place.name}.${field.json}`];
    fields[field.json] = withoutUndefined({ ...buildField(field, hint, context), ...correction });
    if (field.description !== '') descriptions[field.json] = field.description;
  }
  const required = model.fields
    .filter((field) => field.required)
    .map((field) => field.json)
    .sort();
  const key = `${place.module}.${place.name}`;
  const schema: DefinitionSchema = {
    ...kindOf(module, place.name, fields),
    ...(required.length > 0 ? { required } : {}),
    ...(atomicTypes.includes(key) ? { map: 'atomic' } : mapTypeOf(older)),
    fields,
  };
  return { name: place.name, schema, descriptions };
}

function kindOf(
  module: SchemaModule,
  name: string,
  fields: DefinitionSchema['fields'],
): Pick<DefinitionSchema, 'kind'> {
  if (module.id === 'meta-v1')
    return metaKinds.includes(name) ? { kind: { group: '', version: 'v1', kind: name } } : {};
  const isKind = 'apiVersion' in fields && 'kind' in fields && 'metadata' in fields;
  return isKind ? { kind: { group: module.group, version: module.version, kind: name } } : {};
}

function olderSchema(name: string, directory: Directory): DirectorySchema | undefined {
  const exact = directory[name];
  if (exact !== undefined) return exact;
  const dot = name.lastIndexOf('.');
  const other = sameTopologyAs[name.slice(0, dot)];
  return other === undefined ? undefined : directory[`${other}${name.slice(dot)}`];
}

function buildField(field: ModelField, hint: DirectorySchema | undefined, context: Context): FieldSchema {
  return { ...shapeOf(field.type, field.format, { hint, context }), ...topologyOf(field.type, hint) };
}

interface ShapeOptions {
  readonly hint: DirectorySchema | undefined;
  readonly context: Context;
}

function shapeOf(type: string, format: string, options: ShapeOptions): FieldSchema {
  const { hint, context } = options;
  if (type.startsWith('Array<'))
    return { type: 'array', items: shapeOf(type.slice(6, -1), format, { hint: hint?.items, context }) };
  const value = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (value !== undefined) {
    return { type: 'map', values: shapeOf(value, format, { hint: hint?.additionalProperties, context }) };
  }
  return scalarOf(type, format, hint) ?? referenceOf(type, context);
}

function scalarOf(type: string, format: string, hint: DirectorySchema | undefined): FieldSchema | undefined {
  switch (type) {
    case 'string':
      if (refName(hint) === 'Quantity') return { type: 'quantity' };
      return format === '' ? { type: 'string' } : { type: 'string', format };
    case 'number':
      return format.startsWith('int') ? { type: 'integer', format } : { type: 'number', format };
    case 'boolean':
      return { type: 'boolean' };
    case 'any':
      return { type: 'any' };
    case 'Date':
      return { type: 'time' };
    case 'V1MicroTime':
      return { type: 'micro-time' };
    case 'IntOrString':
      return { type: 'int-or-string' };
    default:
      return undefined;
  }
}

function referenceOf(type: string, context: Context): FieldSchema {
  const place = context.places.get(classOf(type));
  if (place === undefined) throw new Error(`Type ${type} belongs to no generated module`);
  return { type: 'object', ref: `${place.module}.${place.name}` };
}

/** The rule of Kubernetes' own converter: list-type if given, else what the patch strategy implies, else atomic. */
function topologyOf(type: string, hint: DirectorySchema | undefined): Partial<FieldSchema> {
  const strategy = hint?.['x-kubernetes-patch-strategy'];
  const mergeKey = hint?.['x-kubernetes-patch-merge-key'];
  const patch: Partial<FieldSchema> = {
    ...(strategy ? { strategy } : {}),
    ...(mergeKey ? { mergeKey } : {}),
  };
  if (!type.startsWith('Array<')) return { ...patch, ...mapTypeOf(hint) };
  const listType = hint?.['x-kubernetes-list-type'];
  const merges = strategy?.split(',').includes('merge') === true;
  const list: ListType = isListType(listType)
    ? listType
    : merges
      ? mergeKey === undefined
        ? 'set'
        : 'map'
      : 'atomic';
  const keys = hint?.['x-kubernetes-list-map-keys'] ?? (mergeKey === undefined ? undefined : [mergeKey]);
  return { ...patch, list, ...(list === 'map' && keys !== undefined ? { keys } : {}) };
}

function isListType(text: string | undefined): text is ListType {
  return text === 'atomic' || text === 'set' || text === 'map';
}

function mapTypeOf(hint: DirectorySchema | undefined): Pick<FieldSchema, 'map'> {
  const map = hint?.['x-kubernetes-map-type'];
  return map === 'atomic' || map === 'granular' ? { map } : {};
}

function withoutUndefined(field: FieldSchema): FieldSchema {
  const result: FieldSchema = JSON.parse(JSON.stringify(field));
  return result;
}
