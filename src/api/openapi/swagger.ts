import type { KindRow } from '../kinds/row.js';
import { officialName } from '../schema/schema.js';
import { pathsOf } from './paths.js';
import { componentSchemas, type Json } from './schemas.js';

/**
 * The description of everything served as one Swagger 2.0 document, as at `/openapi/v2` of Kubernetes: made from the same paths and
 * schemas as the OpenAPI 3.0 documents. Building it takes hundreds of milliseconds: keep it.
 */
export async function swaggerDocument(rows: readonly KindRow[], roots: readonly string[]): Promise<Json> {
  const schemas = await componentSchemas(roots);
  const patch = { description: 'Patch is what a PATCH request may send.', type: 'object' };
  const definitions = { ...schemas, [officialName('meta-v1.Patch')]: patch };
  const paths: Json = Object.assign({}, ...rows.map(pathsOf));
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.36.0' },
    paths: mapped(paths, pathItem),
    definitions: mapped(definitions, schemaOf),
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapped(table: unknown, change: (value: Json) => Json): Json {
  const entries = isObject(table) ? Object.entries(table) : [];
  return Object.fromEntries(entries.map(([key, value]) => [key, isObject(value) ? change(value) : value]));
}

function pathItem(item: Json): Json {
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => {
      if (key === 'parameters') return [key, parametersOf(value)];
      return [key, isObject(value) ? operation(value) : value];
    }),
  );
}

function operation({ requestBody, responses, parameters, ...rest }: Json): Json {
  const body = bodyOf(requestBody);
  const all = [...(body === undefined ? [] : [body.parameter]), ...parametersOf(parameters)];
  return {
    ...rest,
    ...(body === undefined ? {} : { consumes: body.types }),
    produces: ['application/json', 'application/yaml'],
    ...(all.length === 0 ? {} : { parameters: all }),
    responses: mapped(responses, ({ description, content }) => {
      const schema = contentSchema(content);
      return { description, ...(schema === undefined ? {} : { schema }) };
    }),
  };
}

function contentSchema(content: unknown): Json | undefined {
  const [first] = isObject(content) ? Object.values(content) : [];
  const schema = isObject(first) ? first['schema'] : undefined;
  return isObject(schema) ? schemaOf(schema) : undefined;
}

function bodyOf(value: unknown): { readonly parameter: Json; readonly types: readonly string[] } | undefined {
  if (!isObject(value)) return undefined;
  const { content } = value;
  const schema = contentSchema(content) ?? {};
  return {
    parameter: { in: 'body', name: 'body', ...(value['required'] === true && { required: true }), schema },
    types: isObject(content) ? Object.keys(content) : [],
  };
}

function parametersOf(value: unknown): readonly Json[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter(isObject)
    .map(({ schema, ...rest }) => ({ ...rest, ...(isObject(schema) ? schema : {}) }));
}

/** Swagger 2.0 lets a description stand beside a reference, and knows no choice of types: Kubernetes says `string` there. */
function schemaOf(schema: Json): Json {
  const { allOf, oneOf, items, additionalProperties, properties, $ref, ...rest } = schema;
  const [only]: readonly unknown[] = Array.isArray(allOf) ? allOf : [];
  const target = typeof $ref === 'string' ? $ref : isObject(only) ? only['$ref'] : undefined;
  return {
    ...rest,
    ...(typeof target === 'string' && { $ref: target.replace('#/components/schemas/', '#/definitions/') }),
    ...(oneOf !== undefined && { type: 'string' }),
    ...(isObject(items) && { items: schemaOf(items) }),
    ...(isObject(additionalProperties) && { additionalProperties: schemaOf(additionalProperties) }),
    ...(properties !== undefined && { properties: mapped(properties, schemaOf) }),
  };
}
