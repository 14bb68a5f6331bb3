import type { KindRow, SubresourceRow, Verb } from '../kinds/row.js';
import { apiVersionOf } from '../kube-object.js';
import { definitionKeyOf, officialName } from '../schema/schema.js';
import type { Json } from './schemas.js';

/** What an operation speaks: a kind, and the definition of its body. */
interface Spoken {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly body: string;
}

const query = (type: string, ...names: readonly string[]): readonly Json[] =>
  names.map((name) => ({ in: 'query', name, schema: { type, uniqueItems: true } }));

const ofPath = (name: string): Json => ({
  in: 'path',
  name,
  required: true,
  schema: { type: 'string', uniqueItems: true },
});

const ofWrites = query('string', 'dryRun', 'fieldManager', 'fieldValidation');
const ofPatches = [...ofWrites, ...query('boolean', 'force')];
const ofDeletes = [
  ...query('string', 'dryRun', 'propagationPolicy'),
  ...query('integer', 'gracePeriodSeconds'),
];
const ofLists = [
  ...query('string', 'continue', 'fieldSelector', 'labelSelector', 'resourceVersion', 'resourceVersionMatch'),
  ...query('boolean', 'allowWatchBookmarks', 'sendInitialEvents', 'watch'),
  ...query('integer', 'limit', 'timeoutSeconds'),
];

/** Body types of a patch. */
const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

/** Root of a group and version below the server: `/api/v1`, `/apis/apps/v1`. */
export function rootPath(row: Pick<KindRow, 'group' | 'version'>): string {
  return row.group === '' ? `/api/${row.version}` : `/apis/${apiVersionOf(row)}`;
}

/** The paths of a kind with their operations; what kubectl asks of them is which parameters a write takes. */
export function pathsOf(row: KindRow): Json {
  const root = rootPath(row);
  const collection = `${root}${row.namespaced ? '/namespaces/{namespace}' : ''}/${row.plural}`;
  const item = `${collection}/{name}`;
  const own: Spoken = { kind: kindOf(row), body: row.definition };
  const list: Spoken = { kind: kindOf(row), body: `${row.definition}List` };
  const subresources = row.subresources.map((sub) => [`${item}/${sub.name}`, subresourcePath(row, sub)]);
  return {
    [collection]: withPathParameters(collection, {
      ...operations(row.verbs, collectionMethods, own),
      ...lists(row, list),
    }),
    ...(row.verbs.includes('get')
      ? { [item]: withPathParameters(item, operations(row.verbs, itemMethods, own)) }
      : {}),
    ...(row.namespaced && row.verbs.includes('list') ? { [`${root}/${row.plural}`]: lists(row, list) } : {}),
    ...Object.fromEntries(subresources),
  };
}

function kindOf({ group, version, kind }: Pick<KindRow, 'group' | 'version' | 'kind'>): Spoken['kind'] {
  return { group, version, kind };
}

function subresourcePath(row: KindRow, sub: SubresourceRow): Json {
  const body = definitionKeyOf(sub) ?? row.definition;
  const spoken: Spoken = { kind: kindOf(sub), body };
  return withPathParameters(
    row.namespaced ? '{namespace}{name}' : '{name}',
    operations(sub.verbs, subresourceMethods, spoken),
  );
}

function withPathParameters(path: string, item: Json): Json {
  const names = ['name', 'namespace'].filter((name) => path.includes(`{${name}}`));
  return names.length === 0 ? item : { ...item, parameters: names.map(ofPath) };
}

type Methods = {
  readonly [verb in Verb]?: {
    readonly method: string;
    readonly action: string;
    readonly parameters: readonly Json[];
  };
};

const collectionMethods: Methods = {
  create: { method: 'post', action: 'post', parameters: ofWrites },
  deletecollection: { method: 'delete', action: 'deletecollection', parameters: [...ofDeletes, ...ofLists] },
};

const itemMethods: Methods = {
  get: { method: 'get', action: 'get', parameters: [] },
  update: { method: 'put', action: 'put', parameters: ofWrites },
  patch: { method: 'patch', action: 'patch', parameters: ofPatches },
  delete: { method: 'delete', action: 'delete', parameters: ofDeletes },
};

const subresourceMethods: Methods = {
  get: { method: 'get', action: 'get', parameters: [] },
  create: { method: 'post', action: 'post', parameters: ofWrites },
  update: { method: 'put', action: 'put', parameters: ofWrites },
  patch: { method: 'patch', action: 'patch', parameters: ofPatches },
};

function operations(verbs: readonly Verb[], methods: Methods, spoken: Spoken): Json {
  const entries = verbs.flatMap((verb) => {
    const found = methods[verb];
    if (found === undefined) return [];
    const { method, action, parameters } = found;
    return [[method, { ...operation(action, parameters, spoken), ...requestBody(method, spoken) }] as const];
  });
  return Object.fromEntries(entries);
}

function lists(row: KindRow, list: Spoken): Json {
  return row.verbs.includes('list') ? { get: operation('list', ofLists, list) } : {};
}

function operation(action: string, parameters: readonly Json[], { kind, body }: Spoken): Json {
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: { '200': { description: 'OK', content: { 'application/json': { schema: schemaRef(body) } } } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  };
}

function requestBody(method: string, { body }: Spoken): Json {
  if (method === 'get' || method === 'delete') return {};
  const patch = schemaRef('meta-v1.Patch');
  const content =
    method === 'patch'
      ? patchTypes.map((type) => [type, { schema: patch }])
      : [['*/*', { schema: schemaRef(body) }]];
  return { requestBody: { content: Object.fromEntries(content), required: true } };
}

function schemaRef(key: string): Json {
  return { $ref: `#/components/schemas/${officialName(key)}` };
}
