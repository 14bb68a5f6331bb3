import type { KindRow, SubresourceRow } from '../kinds/row.js';
import { apiVersionOf } from '../kube-object.js';
import {
  byteOperations,
  ofCollection,
  ofEverywhere,
  ofItem,
  ofPart,
  operations,
  pathParameter,
  spokenBy,
  spokenByPart,
} from './operations.js';
import type { Json } from './schemas.js';

/** Root of a group and version below the server: `/api/v1`, `/apis/apps/v1`. */
export function rootPath(row: Pick<KindRow, 'group' | 'version'>): string {
  return row.group === '' ? `/api/${row.version}` : `/apis/${apiVersionOf(row)}`;
}

/** The paths of a kind with their operations; what kubectl asks of them is which parameters a write takes. */
export function pathsOf(row: KindRow): Json {
  const root = rootPath(row);
  const collection = `${root}${row.namespaced ? '/namespaces/{namespace}' : ''}/${row.plural}`;
  const item = `${collection}/{name}`;
  const spoken = spokenBy(row);
  const everywhere = `${root}/${row.plural}`;
  return Object.fromEntries([
    at(collection, operations(row.verbs, ofCollection, spoken)),
    ...(row.verbs.includes('get') ? [at(item, operations(row.verbs, ofItem, spoken))] : []),
    ...(row.namespaced && row.verbs.includes('list')
      ? [at(everywhere, operations(row.verbs, ofEverywhere, spoken))]
      : []),
    ...row.subresources.map((sub) => at(`${item}/${sub.name}`, part(row, sub))),
  ]);
}

function part(row: KindRow, sub: SubresourceRow): Json {
  return byteOperations(sub) ?? operations(sub.verbs, ofPart, spokenByPart(row, sub));
}

/** Streams are no JSON: nothing of theirs can be made pretty. */
const streams = /\/(attach|exec|portforward)$/;

function at(path: string, methods: Json): readonly [string, Json] {
  const names = ['name', 'namespace'].filter((name) => path.includes(`{${name}}`));
  const all = streams.test(path) ? names : [...names, 'pretty'];
  return [path, { ...methods, parameters: all.map(pathParameter) }];
}
