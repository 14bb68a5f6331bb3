import type { KindRow, SubresourceRow, Verb } from '../kinds/row.js';
import { definitionKeyOf, officialName } from '../schema/schema.js';
import { verbRulesOf } from '../verb-rules.js';
import type { Json } from './schemas.js';

/** What the operations of a path speak: a kind, its body, and what a delete answers. */
export interface Spoken {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly body: string;
  readonly deleted: string;
}

const statusKey = 'meta-v1.Status';

const query = (type: string, ...names: readonly string[]): readonly Json[] =>
  names.map((name) => ({ in: 'query', name, schema: { type, uniqueItems: true } }));

/** A parameter that every operation of a path takes: a part of the path, or `pretty`. */
export function pathParameter(name: string): Json {
  if (name === 'pretty') return { in: 'query', name, schema: { type: 'string', uniqueItems: true } };
  return { in: 'path', name, required: true, schema: { type: 'string', uniqueItems: true } };
}

const ofWrites = query('string', 'dryRun', 'fieldManager', 'fieldValidation');
const ofPatches = [...ofWrites, ...query('boolean', 'force')];
const ofDeletes = [
  ...query('string', 'dryRun', 'propagationPolicy'),
  ...query('integer', 'gracePeriodSeconds'),
  ...query('boolean', 'orphanDependents'),
];
const selecting = [
  ...query('string', 'continue', 'fieldSelector', 'labelSelector', 'resourceVersion', 'resourceVersionMatch'),
  ...query('boolean', 'sendInitialEvents'),
  ...query('integer', 'limit', 'timeoutSeconds'),
];
const ofLists = [...selecting, ...query('boolean', 'allowWatchBookmarks', 'watch')];
const ofTerminals = [
  ...query('boolean', 'stderr', 'stdin', 'stdout', 'tty'),
  ...query('string', 'container'),
];

/** Paths that answer with bytes, and what may be asked of them. */
const byteStreams: { readonly [subresource: string]: readonly Json[] } = {
  attach: ofTerminals,
  exec: [...ofTerminals, ...query('string', 'command')],
  portforward: query('integer', 'ports'),
  log: [
    ...query('boolean', 'follow', 'insecureSkipTLSVerifyBackend', 'previous', 'timestamps'),
    ...query('integer', 'limitBytes', 'sinceSeconds', 'tailLines'),
    ...query('string', 'container', 'stream'),
  ],
};

/** Body types of a patch. */
const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

interface Operation {
  readonly method: string;
  readonly action: string;
  readonly parameters: readonly Json[];
  readonly codes: readonly number[];
}

type Operations = { readonly [verb in Verb]?: Operation };

const create: Operation = { method: 'post', action: 'post', parameters: ofWrites, codes: [200, 201, 202] };
const get: Operation = { method: 'get', action: 'get', parameters: [], codes: [200] };
const update: Operation = { method: 'put', action: 'put', parameters: ofWrites, codes: [200, 201] };
const patch: Operation = { method: 'patch', action: 'patch', parameters: ofPatches, codes: [200, 201] };

/** What can be done with a collection. */
export const ofCollection: Operations = {
  create,
  list: { method: 'get', action: 'list', parameters: ofLists, codes: [200] },
  deletecollection: {
    method: 'delete',
    action: 'deletecollection',
    parameters: [...ofDeletes, ...selecting],
    codes: [200],
  },
};

/** What can be done with the list of all namespaces. */
export const ofEverywhere: Operations = {
  list: { method: 'get', action: 'list', parameters: ofLists, codes: [200] },
};

/** What can be done with one object. */
export const ofItem: Operations = {
  get,
  update,
  patch,
  delete: { method: 'delete', action: 'delete', parameters: ofDeletes, codes: [200, 202] },
};

/** What can be done with a part of an object. */
export const ofPart: Operations = { get, create, update, patch };

/** The kind of a row, its definition, and what a delete of it answers. */
export function spokenBy(row: KindRow): Spoken {
  const deleted = verbRulesOf(row).deleteAnswersObject === true ? row.definition : statusKey;
  return { kind: kindOf(row), body: row.definition, deleted };
}

/** The same for a part of an object. */
export function spokenByPart(row: KindRow, sub: SubresourceRow): Spoken {
  return { kind: kindOf(sub), body: definitionKeyOf(sub) ?? row.definition, deleted: statusKey };
}

function kindOf({ group, version, kind }: Spoken['kind']): Spoken['kind'] {
  return { group, version, kind };
}

/** The operations that stand behind the verbs, by method. */
export function operations(verbs: readonly Verb[], known: Operations, spoken: Spoken): Json {
  const entries = verbs.flatMap((verb) => {
    const found = known[verb];
    if (found === undefined) return [];
    const answer = answerOf(verb, spoken);
    return [[found.method, { ...operation(found, answer, spoken), ...requestBody(found, spoken) }] as const];
  });
  return Object.fromEntries(entries);
}

/** The operations of a path that answers with bytes; undefined for all other subresources. */
export function byteOperations(sub: SubresourceRow): Json | undefined {
  const parameters = Object.hasOwn(byteStreams, sub.name) ? byteStreams[sub.name] : undefined;
  if (parameters === undefined) return undefined;
  const action = sub.name === 'log' ? 'get' : 'connect';
  const spoken = { kind: kindOf(sub), body: '', deleted: '' };
  const methods = sub.verbs.map((verb) => (verb === 'get' ? 'get' : 'post'));
  return Object.fromEntries(
    methods.map((method) => [
      method,
      operation({ method, action, parameters, codes: [200] }, { type: 'string' }, spoken),
    ]),
  );
}

function answerOf(verb: Verb, { body, deleted }: Spoken): Json {
  if (verb === 'deletecollection') return schemaRef(statusKey);
  if (verb === 'list') return schemaRef(`${body}List`);
  return schemaRef(verb === 'delete' ? deleted : body);
}

const descriptions: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [201, 'Created'],
  [202, 'Accepted'],
]);

function operation({ parameters, codes, action }: Operation, answer: Json, { kind }: Spoken): Json {
  const content = { 'application/json': { schema: answer } };
  const responses = codes.map((code) => [`${code}`, { description: descriptions.get(code), content }]);
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: { ...Object.fromEntries(responses), '401': { description: 'Unauthorized' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind,
  };
}

function requestBody({ method }: Operation, { body }: Spoken): Json {
  if (method === 'get') return {};
  const schema = schemaRef(
    method === 'patch' ? 'meta-v1.Patch' : method === 'delete' ? 'meta-v1.DeleteOptions' : body,
  );
  const types = method === 'patch' ? patchTypes : ['*/*'];
  const content = Object.fromEntries(types.map((type) => [type, { schema }]));
  return { requestBody: { content, ...(method !== 'delete' && { required: true }) } };
}

function schemaRef(key: string): Json {
  return { $ref: `#/components/schemas/${officialName(key)}` };
}
