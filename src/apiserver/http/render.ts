import { apiVersionOf, type KubeObject } from '../../api/kube-object.js';
import { type Column, tableFor } from '../../api/tables/index.js';
import type { Entry } from '../../store/store.js';
import { decode } from '../registry/codec.js';
import type { EntryList } from '../registry/read.js';
import type { Resource } from '../registry/resources.js';
import type { Reply } from './exchange.js';
import type { Wanted } from './negotiate.js';

const comma = Buffer.from(',');
const listEnd = Buffer.from(']}\n');
const newline = Buffer.from('\n');

/** What of each object a table carries along: its metadata unless the client says otherwise. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** How something is shown. `now` is in milliseconds since the epoch. */
export interface View {
  readonly wanted: Wanted;
  readonly includeObject: IncludeObject;
  readonly now: number;
}

/** JSON bytes in the format that is wanted. */
export async function reply(code: number, bytes: Uint8Array, format: Wanted['format']): Promise<Reply> {
  if (format === 'json') return { code, type: 'application/json', body: bytes };
  const { stringify } = await import('yaml');
  const text = stringify(JSON.parse(Buffer.from(bytes).toString('utf8')), { lineWidth: 0 });
  return { code, type: 'application/yaml', body: Buffer.from(text) };
}

/** Any value as an answer. */
export function replyValue(code: number, value: unknown, format: Wanted['format'] = 'json'): Promise<Reply> {
  return reply(code, Buffer.from(`${JSON.stringify(value)}\n`), format);
}

function metadataOnly(object: KubeObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata ?? {} };
}

function rowObject(object: KubeObject, include: IncludeObject): object {
  if (include === 'None') return {};
  return { object: include === 'Object' ? object : metadataOnly(object) };
}

interface TableParts {
  readonly columnDefinitions: readonly Column[];
  readonly rows: readonly object[];
}

function tableParts(resource: Resource, objects: readonly KubeObject[], view: View): TableParts {
  const { storedAs, conversion, kind } = resource;
  const printed = conversion === undefined ? objects : objects.map((object) => conversion.toStored(object));
  const table = tableFor(storedAs?.kind ?? kind, printed, view.now);
  const rows = table.rows.map((row, index) => ({
    ...row,
    ...rowObject(objects[index] ?? {}, view.includeObject),
  }));
  return { columnDefinitions: table.columnDefinitions, rows };
}

function tableOf(metadata: object, { columnDefinitions, rows }: TableParts): object {
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions, rows };
}

/** The bytes of one object in the form that is wanted. */
export function objectBytes(resource: Resource, entry: Entry, view: View): Uint8Array {
  if (view.wanted.as === 'object') return entry.value;
  const object = decode(entry);
  const { resourceVersion } = object.metadata ?? {};
  const shown =
    view.wanted.as === 'metadata'
      ? metadataOnly(object)
      : tableOf({ resourceVersion }, tableParts(resource, [object], view));
  return Buffer.from(JSON.stringify(shown));
}

/** The bytes of one object, or of what a subresource shows of it: Scale has a table of its own, and a token is itself. */
export function shownBytes(
  {
    resource,
    path,
  }: { readonly resource: Resource; readonly path: { readonly subresource?: string | undefined } },
  entry: Entry,
  view: View,
): Uint8Array {
  if (path.subresource === 'token') return entry.value;
  if (path.subresource !== 'scale') return objectBytes(resource, entry, view);
  const kind = { ...resource.kind, group: 'autoscaling', version: 'v1', kind: 'Scale' };
  return objectBytes({ ...resource, kind, conversion: undefined, storedAs: undefined }, entry, view);
}

/** The object of a watch event; columns stand in the first table only. */
export function eventBytes(
  resource: Resource,
  entry: Entry,
  view: View & { readonly first: boolean; readonly bookmark: boolean },
): Uint8Array {
  if (view.wanted.as !== 'table') return objectBytes(resource, entry, view);
  const object = decode(entry);
  const parts = view.bookmark
    ? { columnDefinitions: [], rows: [{ cells: [], object: metadataOnly(object) }] }
    : tableParts(resource, [object], view);
  const columnDefinitions = view.first && !view.bookmark ? parts.columnDefinitions : [];
  const { resourceVersion, annotations } = object.metadata ?? {};
  const metadata = view.bookmark ? { resourceVersion, annotations } : { resourceVersion };
  return Buffer.from(JSON.stringify(tableOf(metadata, { ...parts, columnDefinitions })));
}

function listMetadata(list: EntryList): object {
  return {
    resourceVersion: String(list.revision),
    ...(list.continue !== undefined && { continue: list.continue }),
    ...(list.remainingItemCount !== undefined && { remainingItemCount: list.remainingItemCount }),
  };
}

/** A list whose items are bytes already. */
function joined(head: object, items: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`)];
  for (const [index, item] of items.entries()) {
    if (index > 0) parts.push(comma);
    parts.push(item);
  }
  parts.push(listEnd);
  return Buffer.concat(parts);
}

/** The bytes of a list in the form that is wanted. */
export function listBytes(resource: Resource, list: EntryList, view: View): Uint8Array {
  const metadata = listMetadata(list);
  const { kind } = resource;
  if (view.wanted.as === 'object') {
    const items = list.entries.map(({ value }) => value);
    return joined({ kind: kind.listKind, apiVersion: apiVersionOf(kind), metadata }, items);
  }
  const objects = list.entries.map((entry) => decode(entry));
  if (view.wanted.as === 'metadata') {
    const shown = {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: objects.map(metadataOnly),
    };
    return Buffer.from(`${JSON.stringify(shown)}\n`);
  }
  return Buffer.from(`${JSON.stringify(tableOf(metadata, tableParts(resource, objects, view)))}\n`);
}

/** Bytes with the line end that clients print. */
export function line(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, newline]);
}
