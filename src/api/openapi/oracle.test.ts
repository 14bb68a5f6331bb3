import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isObject } from '../deep.js';
import { openApiV2Document } from '../openapi.js';

type Json = { readonly [key: string]: unknown };

const file = fileURLToPath(new URL('../../../../shared/kubernetes/openapi-v2-1.36.json', import.meta.url));
const mustBePresent = process.env['CI'] === 'true';

/** Parameters and paths of 1.36 that are not offered here: an alpha and a rescue option of etcd, and proxying to nodes. */
const notOffered = new Set(['shardSelector', 'ignoreStoreReadErrorWithClusterBreakingPotential']);
const elsewhere = /\/proxy(\/|$)|\/watch\//;

if (existsSync(file)) describe('the served description against the official one of 1.36', compareAll);
else
  it('HAD NO ORACLE: nothing was compared with the official description', () =>
    expect(mustBePresent, file).toBe(false));

function compareAll(): void {
  const theirs: Json = JSON.parse(readFileSync(file, 'utf8'));
  let served: Promise<Json> | undefined;
  const read = (): Promise<Json> => {
    served ??= openApiV2Document('json').then((bytes) => JSON.parse(Buffer.from(bytes).toString()));
    return served;
  };

  it('has every path of the served kinds, and no other', async () => {
    const paths = Object.keys(at(await read(), 'paths'));
    const resources = new Set(paths.map(resourceOf));
    const wanted = Object.keys(at(theirs, 'paths')).filter(
      (path) => resources.has(resourceOf(path)) && !elsewhere.test(path),
    );
    expect(paths.sort()).toEqual(wanted.sort());
    expect(paths.length).toBeGreaterThan(140);
  });

  it('has the same methods, actions, parameters and answers', async () => {
    for (const [path, item] of Object.entries(at(await read(), 'paths')))
      expect(shapeOf(item), path).toEqual(shapeOf(at(theirs, 'paths')[path]));
  });

  it('has the same definitions', async () => {
    const definitions = at(theirs, 'definitions');
    for (const [name, definition] of Object.entries(at(await read(), 'definitions')))
      expect(bare(definition), name).toEqual(bare(definitions[name]));
  });
}

function at(value: Json, key: string): Json {
  const found = value[key];
  return isObject(found) ? found : {};
}

/** `/apis/apps/v1/statefulsets`: what a path is about. */
function resourceOf(path: string): string {
  const parts = path.replace(/\/namespaces\/\{namespace\}/, '').split('/');
  return parts.slice(0, parts[1] === 'api' ? 4 : 5).join('/');
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The official document keeps its parameters apart, under names with a hash behind. */
function namesOf(parameters: unknown): readonly string[] {
  const names = list(parameters).map(({ name, $ref }) =>
    typeof name === 'string' ? name : String($ref).replace(/^.*\//, '').replace(/-.*$/, ''),
  );
  return names.filter((name) => !notOffered.has(name));
}

/** Some parameters stand with the path and some with the operation; what counts is which an operation takes. */
function shapeOf(item: unknown): unknown {
  const { parameters, ...methods } = isObject(item) ? item : {};
  const shared = namesOf(parameters);
  return Object.fromEntries(
    Object.entries(methods).map(([method, value]) => {
      const operation = isObject(value) ? value : {};
      const answers = Object.entries(at(operation, 'responses')).map(([code, answer]) => [
        code,
        isObject(answer) ? answer['schema'] : undefined,
      ]);
      return [
        method,
        {
          action: operation['x-kubernetes-action'],
          kind: operation['x-kubernetes-group-version-kind'],
          parameters: [...new Set([...shared, ...namesOf(operation['parameters'])])].sort(),
          answers: Object.fromEntries(answers),
        },
      ];
    }),
  );
}

/** Without texts and without the notes on unions, which no client reads; lists of names in order; of the many kinds of DeleteOptions the first. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries
      .filter(([key, inner]) => key !== 'description' || typeof inner !== 'string')
      .filter(([key]) => key !== 'x-kubernetes-unions')
      .map(([key, inner]) => {
        if (key === 'required' && Array.isArray(inner)) return [key, [...inner].sort()];
        if (key === 'x-kubernetes-group-version-kind' && Array.isArray(inner))
          return [key, inner.slice(0, 1)];
        return [key, bare(inner)];
      }),
  );
}
