import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { unwritableWhy } from '../kinds/unserved.js';
import { type KindRow, kindRows, type Verb } from '../kinds.js';
import { apiVersionOf, type KindRef } from '../kube-object.js';
import { definitionsOf, officialName, schemaModules } from './schema.js';
import type { DefinitionSchema, FieldSchema } from './types.js';

interface OracleSchema {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly items?: OracleSchema;
  readonly additionalProperties?: OracleSchema;
  readonly properties?: { readonly [name: string]: OracleSchema };
  readonly required?: readonly string[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
}

interface Oracle {
  readonly definitions: { readonly [name: string]: OracleSchema };
  readonly paths: {
    readonly [path: string]: { readonly [method: string]: { readonly 'x-kubernetes-action'?: string } };
  };
}

const file = fileURLToPath(new URL('../../../../shared/kubernetes/openapi-v2-1.36.json', import.meta.url));
const present = existsSync(file);
const mustBePresent = process.env['CI'] === 'true';
/** Definitions that are scalars or free JSON; here they are types of fields. */
const scalars: { readonly [name: string]: string } = {
  Quantity: 'quantity',
  IntOrString: 'int-or-string',
  Time: 'time',
  MicroTime: 'micro-time',
  RawExtension: 'any',
  FieldsV1: 'any',
  JSON: 'any',
  JSONSchemaPropsOrArray: 'any',
  JSONSchemaPropsOrBool: 'any',
  JSONSchemaPropsOrStringArray: 'any',
  CustomResourceSubresourceStatus: 'any',
  Patch: 'any',
};

const reading: readonly Verb[] = ['get', 'list'];

/** Definitions of the oracle that no served type uses. */
const unused = new Set(['GroupResource']);

if (present) describe('the schema against the official description of 1.36', compareAll);
else
  it('HAD NO ORACLE: nothing was compared with the official description', () =>
    expect(mustBePresent, file).toBe(false));

function compareAll(): void {
  const oracle: Oracle = JSON.parse(readFileSync(file, 'utf8'));
  const ours = allDefinitions();

  it('has every definition of the served group-versions, and no other', () => {
    const theirs = Object.keys(oracle.definitions).filter((name) => {
      const dot = name.lastIndexOf('.');
      const last = name.slice(dot + 1);
      return (
        schemaModules.some(({ prefix }) => prefix === name.slice(0, dot)) &&
        !(last in scalars) &&
        !unused.has(last)
      );
    });
    const names = [...ours.keys()].filter((name) => !name.endsWith('.VersionInfo'));
    expect(names.sort()).toEqual(theirs.sort());
    process.stdout.write(`oracle: ${names.length} definitions compared\n`);
  });

  it('has the same fields, types, required fields and topology', () => {
    let fields = 0;
    for (const [name, schema] of ours) {
      const theirs = oracle.definitions[name];
      if (theirs === undefined) continue;
      fields += Object.keys(schema.fields).length;
      expect(normalizedOurs(schema), name).toEqual(normalizedTheirs(theirs));
    }
    expect(fields).toBeGreaterThan(2000);
    process.stdout.write(
      `oracle: ${fields} fields compared (type, required, list type, keys, merge strategy and key)\n`,
    );
  });

  it('has the same group, version and kind', () => {
    let kinds = 0;
    for (const [name, schema] of ours) {
      const theirs = oracle.definitions[name]?.['x-kubernetes-group-version-kind'];
      expect(schema.kind, name).toEqual(theirs?.[0]);
      if (theirs !== undefined) kinds++;
    }
    process.stdout.write(`oracle: ${kinds} kinds compared\n`);
  });

  it.each(kindRows)('serves $kind of $group/$version as the official paths do', (row) =>
    expectSamePaths(row, oracle),
  );
}

function expectSamePaths(row: KindRow, oracle: Oracle): void {
  const group = row.group === '' ? `/api/${row.version}` : `/apis/${apiVersionOf(row)}`;
  const collection = `${group}/${row.namespaced ? 'namespaces/{namespace}/' : ''}${row.plural}`;
  const official = [...verbsOf(oracle, collection, row)];
  // Kinds none of whose objects can be made are read only here.
  const offered = official.filter((verb) => unwritableWhy(row) === undefined || reading.includes(verb));
  expect(new Set(row.verbs)).toEqual(new Set(offered));
  for (const sub of row.subresources) {
    expect(oracle.paths, `${row.kind}/${sub.name}`).toHaveProperty([`${collection}/{name}/${sub.name}`]);
  }
}

function allDefinitions(): ReadonlyMap<string, DefinitionSchema> {
  const entries = schemaModules.flatMap(({ id }) =>
    Object.entries(definitionsOf(id)).map(([name, schema]): [string, DefinitionSchema] => [
      officialName(`${id}.${name}`),
      schema,
    ]),
  );
  return new Map(entries);
}

function normalizedOurs(schema: DefinitionSchema): unknown {
  const fields = Object.entries(schema.fields).map(([name, field]) => [
    name,
    {
      shape: ourShape(field),
      strategy: field.strategy,
      mergeKey: field.mergeKey,
      list: field.list,
      keys: field.keys,
      map: field.map,
    },
  ]);
  return {
    fields: Object.fromEntries(fields),
    required: [...(schema.required ?? [])].sort(),
    map: schema.map,
  };
}

function normalizedTheirs(schema: OracleSchema): unknown {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, theirField(field)]);
  return {
    fields: Object.fromEntries(fields),
    required: [...(schema.required ?? [])].sort(),
    map: schema['x-kubernetes-map-type'],
  };
}

function theirField(field: OracleSchema): unknown {
  const strategy = field['x-kubernetes-patch-strategy'];
  const mergeKey = field['x-kubernetes-patch-merge-key'];
  const implied = strategy?.split(',').includes('merge')
    ? mergeKey === undefined
      ? 'set'
      : 'map'
    : 'atomic';
  const list = field.type === 'array' ? (field['x-kubernetes-list-type'] ?? implied) : undefined;
  const keys = list === 'map' ? (field['x-kubernetes-list-map-keys'] ?? [mergeKey]) : undefined;
  return { shape: theirShape(field), strategy, mergeKey, list, keys, map: field['x-kubernetes-map-type'] };
}

function ourShape(field: FieldSchema | undefined): unknown {
  if (field === undefined) return undefined;
  if (field.type === 'array') return ['array', ourShape(field.items)];
  if (field.type === 'map') return ['map', ourShape(field.values)];
  if (field.type === 'object') return officialName(field.ref ?? '');
  return field.format === undefined ? field.type : `${field.type} ${field.format}`;
}

function theirShape(field: OracleSchema | undefined): unknown {
  if (field === undefined) return undefined;
  if (field.$ref !== undefined) {
    const name = field.$ref.slice('#/definitions/'.length);
    return scalars[name.slice(name.lastIndexOf('.') + 1)] ?? name;
  }
  if (field.type === 'array') return ['array', theirShape(field.items)];
  if (field.type === 'object')
    return field.additionalProperties ? ['map', theirShape(field.additionalProperties)] : 'any';
  return field.format === undefined ? field.type : `${field.type} ${field.format}`;
}

const verbOfAction: { readonly [action: string]: Verb } = {
  post: 'create',
  delete: 'delete',
  deletecollection: 'deletecollection',
  get: 'get',
  list: 'list',
  patch: 'patch',
  put: 'update',
};

function verbsOf(oracle: Oracle, collection: string, kind: KindRef): ReadonlySet<Verb> {
  const verbs = new Set<Verb>();
  for (const path of [collection, `${collection}/{name}`]) {
    for (const operation of Object.values(oracle.paths[path] ?? {})) {
      const verb = verbOfAction[operation['x-kubernetes-action'] ?? ''];
      if (verb !== undefined) verbs.add(verb);
    }
  }
  if (verbs.size === 0) throw new Error(`${kind.kind} has no path ${collection}`);
  return verbs.has('list') && verbs.has('create') ? verbs.add('watch') : verbs;
}
