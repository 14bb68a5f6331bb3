import { definition, descriptionsOf, officialName } from '../schema/schema.js';
import type { DefinitionSchema, DescriptionTable, FieldSchema } from '../schema/types.js';

/** A piece of an OpenAPI document. */
export type Json = { readonly [key: string]: unknown };

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Types that are scalars or free JSON, with the official names that clients show. */
const named: { readonly [type: string]: { readonly name: string; readonly schema: Json } } = {
  quantity: {
    name: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
    schema: {
      description: 'Quantity is a fixed-point number with a unit, such as 500m, 1.5Gi or 2.',
      oneOf: [{ type: 'string' }, { type: 'number' }],
    },
  },
  'int-or-string': {
    name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    schema: {
      description: 'IntOrString is an integer, or a string such as a name or a percentage.',
      format: 'int-or-string',
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    },
  },
  time: {
    name: `${meta}.Time`,
    schema: {
      description: 'Time is a moment in RFC 3339, to the second.',
      type: 'string',
      format: 'date-time',
    },
  },
  'micro-time': {
    name: `${meta}.MicroTime`,
    schema: {
      description: 'MicroTime is a moment in RFC 3339, to the microsecond.',
      type: 'string',
      format: 'date-time',
    },
  },
  any: {
    name: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
    schema: { description: 'RawExtension holds any object.', type: 'object' },
  },
};

const fieldsV1 = {
  name: `${meta}.FieldsV1`,
  schema: { description: 'FieldsV1 holds a set of fields as nested keys.', type: 'object' },
};

/** The schemas of some definitions and of everything they refer to, under their official names, with descriptions. */
export async function componentSchemas(roots: readonly string[]): Promise<Json> {
  const keys = closure(roots);
  const texts = await loadDescriptions(keys);
  const schemas = new Map<string, Json>();
  for (const key of keys) {
    const schema = definition(key);
    if (schema === undefined) continue;
    const [module = '', name = ''] = key.split('.');
    const used = (scalar: { readonly name: string; readonly schema: Json }): string => {
      schemas.set(scalar.name, scalar.schema);
      return scalar.name;
    };
    schemas.set(
      officialName(key),
      definitionSchema(schema, { texts: texts.get(module)?.[name] ?? {}, used }),
    );
  }
  return Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function closure(roots: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [...roots];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    for (const field of Object.values(definition(key)?.fields ?? {})) {
      const ref = refOf(field);
      if (ref !== undefined) queue.push(ref);
    }
  }
  return seen;
}

function refOf(field: FieldSchema): string | undefined {
  const inner = field.items ?? field.values;
  return field.ref ?? (inner === undefined ? undefined : refOf(inner));
}

async function loadDescriptions(keys: ReadonlySet<string>): Promise<ReadonlyMap<string, DescriptionTable>> {
  const modules = [...new Set([...keys].map((key) => key.slice(0, key.indexOf('.'))))];
  const tables = await Promise.all(modules.map(descriptionsOf));
  return new Map(modules.map((module, index) => [module, tables[index] ?? {}]));
}

interface Texts {
  readonly texts: { readonly [field: string]: string };
  /** Notes that a scalar with a name of its own is used, and gives the name. */
  readonly used: (scalar: { readonly name: string; readonly schema: Json }) => string;
}

function definitionSchema(schema: DefinitionSchema, { texts, used }: Texts): Json {
  // The lists of kinds are never merged, and Kubernetes says nothing of how they would be.
  const isList = schema.kind?.kind.endsWith('List') === true;
  const properties = Object.entries(schema.fields).map(([name, field]) => [
    name,
    {
      ...fieldSchema(isList && name === 'items' ? { ...field, list: undefined } : field, { name, used }),
      ...(texts[name] === undefined ? {} : { description: texts[name] }),
    },
  ]);
  return {
    ...(texts[''] === undefined || texts[''] === '' ? {} : { description: texts[''] }),
    type: 'object',
    ...(schema.required === undefined ? {} : { required: schema.required }),
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...(schema.map === undefined ? {} : { 'x-kubernetes-map-type': schema.map }),
    ...(schema.kind === undefined ? {} : { 'x-kubernetes-group-version-kind': [schema.kind] }),
  };
}

interface Place {
  readonly name: string;
  readonly used: Texts['used'];
}

function fieldSchema(field: FieldSchema, place: Place): Json {
  return { ...shapeOf(field, place), ...extensionsOf(field) };
}

function shapeOf(field: FieldSchema, { name, used }: Place): Json {
  const scalar = name === 'fieldsV1' && field.type === 'any' ? fieldsV1 : named[field.type];
  if (scalar !== undefined) return reference(used(scalar));
  switch (field.type) {
    case 'object':
      return reference(officialName(field.ref ?? ''));
    case 'array':
      return {
        type: 'array',
        items: field.items === undefined ? {} : fieldSchema(field.items, { name, used }),
      };
    case 'map':
      return {
        type: 'object',
        additionalProperties: field.values === undefined ? {} : fieldSchema(field.values, { name, used }),
      };
    default:
      return { type: field.type, ...(field.format === undefined ? {} : { format: field.format }) };
  }
}

/** In OpenAPI 3.0 nothing may stand beside `$ref`, so a field with a description of its own wraps it. */
function reference(name: string): Json {
  return { allOf: [{ $ref: `#/components/schemas/${name}` }] };
}

function extensionsOf(field: FieldSchema): Json {
  return {
    ...(field.list === undefined ? {} : { 'x-kubernetes-list-type': field.list }),
    ...(field.keys === undefined ? {} : { 'x-kubernetes-list-map-keys': field.keys }),
    ...(field.map === undefined ? {} : { 'x-kubernetes-map-type': field.map }),
    ...(field.strategy === undefined ? {} : { 'x-kubernetes-patch-strategy': field.strategy }),
    ...(field.mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': field.mergeKey }),
  };
}
