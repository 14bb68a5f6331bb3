import { isObject } from '../../api/deep.js';
import { checkBody } from '../../api/field-validation.js';
import { decodeJson } from '../../api/json.js';
import type { KindRow } from '../../api/kinds.js';
import type { KubeObject } from '../../api/kube-object.js';
import { decodeMessage, ProtobufError, readEnvelope } from '../../api/protobuf/decode.js';
import { definitionKeyOf } from '../../api/schema/schema.js';
import { badRequest, unsupportedMediaType } from '../../api/status-error.js';
import { messageOf } from '../../lib/errors.js';
import type { Registry, Write } from '../registry/registry.js';
import { type Exchange, readBody } from './exchange.js';
import { writeOf } from './write-options.js';

const protobuf = 'application/vnd.kubernetes.protobuf';
const taken = ['application/json', 'application/yaml', protobuf];

/** A document, and the fields that stood in it twice. */
export interface Document {
  readonly value: unknown;
  readonly duplicates: readonly string[];
}

/** The media type of a body, without parameters. */
export function contentType({ request }: Exchange): string {
  return (request.headers['content-type'] ?? 'application/json').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

async function fromYaml(text: string): Promise<Document> {
  const { parse } = await import('yaml');
  try {
    return { value: parse(text), duplicates: [] };
  } catch (error) {
    throw badRequest(`error parsing YAML: ${messageOf(error)}`, error);
  }
}

/** Objects say in their envelope what they are; the schema gives the fields that their numbers stand for. */
function fromProtobuf(bytes: Uint8Array): Document {
  if (bytes.length === 0) return { value: undefined, duplicates: [] };
  try {
    const { apiVersion, kind, raw } = readEnvelope(bytes);
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
    // Every group has its own name for DeleteOptions, which is always the one of meta/v1.
    const key =
      kind === 'DeleteOptions'
        ? 'meta-v1.DeleteOptions'
        : definitionKeyOf({ group: group ?? '', version: version ?? '', kind });
    if (key === undefined) throw new ProtobufError(`${apiVersion} ${kind} is not a kind that is served here`);
    return { value: { apiVersion, kind, ...decodeMessage(key, raw) }, duplicates: [] };
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw badRequest(`the protobuf body of the request could not be read: ${error.message}`, error);
  }
}

/** Decodes a body of JSON, YAML or protobuf; empty bodies are undefined. */
export async function readDocument(exchange: Exchange): Promise<Document> {
  const type = contentType(exchange);
  if (type === protobuf) return fromProtobuf(await readBody(exchange));
  const yaml = type === 'application/yaml' || type === 'application/x-yaml' || type === 'text/yaml';
  if (!yaml && type !== 'application/json' && type !== 'text/plain') throw unsupportedMediaType(taken);
  const bytes = await readBody(exchange);
  if (bytes.length === 0) return { value: undefined, duplicates: [] };
  const text = bytes.toString('utf8');
  return yaml ? fromYaml(text) : decodeJson(text);
}

/** Decodes the body of a patch, which is JSON; that of server-side apply may be YAML. */
export async function readPatch(exchange: Exchange): Promise<unknown> {
  const text = (await readBody(exchange)).toString('utf8');
  if (!contentType(exchange).endsWith('yaml')) return decodeJson(text).value;
  return text.trimStart().startsWith('{') ? decodeJson(text).value : (await fromYaml(text)).value;
}

/** An object that a client sent, checked against its schema, and the write that carries what it lacks. */
export interface SentObject {
  readonly object: KubeObject;
  readonly write: Write;
}

type BodyKind = Pick<KindRow, 'group' | 'version' | 'kind' | 'definition'>;

/** Reads the object in a body. */
export async function readObject(
  registry: Registry,
  exchange: Exchange,
  kind: BodyKind,
): Promise<SentObject> {
  const { value, duplicates } = await readDocument(exchange);
  const write = writeOf(registry, exchange);
  const mode = write.fieldValidation ?? 'Warn';
  if (!isObject(value)) throw badRequest(`the body of the request is no ${kind.kind}: an object is expected`);
  checkSaid(kind, value);
  const { object, warnings, missing } = checkBody(kind, value, { mode, duplicates });
  for (const warning of warnings) write.warn(warning);
  if (!isObject(object))
    throw badRequest(`the body of the request is no ${kind.kind}: an object is expected`);
  return { object, write: { ...write, missing } };
}

function checkSaid(kind: BodyKind, value: { readonly [key: string]: unknown }): void {
  const expected = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const { apiVersion = expected, kind: said = kind.kind } = value;
  if (said === kind.kind && apiVersion === expected) return;
  throw badRequest(
    `the API version in the data (${String(apiVersion)}, Kind=${String(said)}) does not match the expected API version (${expected}, Kind=${kind.kind})`,
  );
}
