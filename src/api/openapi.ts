import { fnv32a } from './hash.js';
import type { KindRow } from './kinds/row.js';
import { unwritableWhy } from './kinds/unserved.js';
import { kindRows } from './kinds.js';
import { apiVersionOf } from './kube-object.js';
import { pathsOf, rootPath } from './openapi/paths.js';
import { componentSchemas, type Json } from './openapi/schemas.js';
import { swaggerDocument } from './openapi/swagger.js';
import { swaggerWire } from './openapi/swagger-wire.js';
import { definitionKeyOf, officialName, schemaFingerprint } from './schema/schema.js';

/** The document at `/openapi/v3`: where the description of each group and version is. */
export interface OpenApiIndex {
  readonly paths: { readonly [groupVersion: string]: { readonly serverRelativeURL: string } };
}

/** Of kinds none of whose objects can be made nothing is described: clients that check a body by it would speak before the server does. */
function described(rows: readonly KindRow[]): readonly KindRow[] {
  return rows.filter((row) => unwritableWhy(row) === undefined);
}

/**
 * The index of the descriptions. The hash in each address changes with the schema and the kind table, so that clients may keep what
 * they have read.
 */
export function openApiV3Index(rows: readonly KindRow[] = kindRows): OpenApiIndex {
  const roots = [...new Set(described(rows).map((row) => rootPath(row).slice(1)))].sort();
  const hash = `${schemaFingerprint}${fnv32a(JSON.stringify(rows)).toString(16)}`;
  return {
    paths: Object.fromEntries(
      roots.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${hash}` }]),
    ),
  };
}

/**
 * The OpenAPI 3.0 description of a group and version (`v1`, `apps/v1`): what `kubectl explain` and the clients' own
 * validation read. Undefined when nothing is served under that name. Building it takes tens of milliseconds: keep it.
 */
export async function openApiV3Document(
  groupVersion: string,
  rows: readonly KindRow[] = kindRows,
): Promise<Json | undefined> {
  const own = described(rows).filter((row) => apiVersionOf(row) === groupVersion);
  if (own.length === 0) return undefined;
  const schemas = await componentSchemas(own.flatMap(rootsOf));
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.assign({}, ...own.map(pathsOf)),
    components: {
      schemas: {
        ...schemas,
        [officialName('meta-v1.Patch')]: {
          description: 'Patch is what a PATCH request may send.',
          type: 'object',
        },
      },
    },
  };
}

/**
 * The description of everything served, for clients older than OpenAPI 3.0 in Kubernetes (1.27): Swagger 2.0 as JSON, or in the binary
 * form that kubectl asks for first.
 */
export async function openApiV2Document(
  form: 'json' | 'protobuf',
  rows: readonly KindRow[] = kindRows,
): Promise<Uint8Array> {
  const shown = described(rows);
  const document = await swaggerDocument(shown, shown.flatMap(rootsOf));
  return form === 'json' ? new TextEncoder().encode(JSON.stringify(document)) : swaggerWire(document);
}

function rootsOf(row: KindRow): readonly string[] {
  const bodies = row.subresources.flatMap((sub) => definitionKeyOf(sub) ?? []);
  const lists = row.verbs.includes('list') ? [`${row.definition}List`] : [];
  return [
    row.definition,
    ...lists,
    ...bodies,
    'meta-v1.DeleteOptions',
    'meta-v1.Status',
    'meta-v1.WatchEvent',
  ];
}
