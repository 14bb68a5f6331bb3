import { isObject } from '../../api/deep.js';
import { checkBody } from '../../api/field-validation.js';
import { decodeJson, type Refusal } from '../../api/json.js';
import type { KindRow } from '../../api/kinds.js';
import { apiVersionOf, type KubeObject } from '../../api/kube-object.js';
import { decodeMessage, ProtobufError, readEnvelope } from '../../api/protobuf/decode.js';
import { definitionKeyOf } from '../../api/schema/schema.js';
import { badRequest, type StatusError, unsupportedMediaType } from '../../api/status-error.js';
import type { Registry, Write } from '../registry/registry.js';
import type { Exchange } from './exchange.js';
import { readBody } from './read-body.js';
import { writeOf } from './write-options.js';
import { parseYaml } from './yaml.js';

const protobuf = 'application/vnd.kubernetes.protobuf';
const taken = ['application/json', 'application/yaml', protobuf];

/** A document, and what strict reading finds wrong with it. */
export interface Document {
  readonly value: unknown;
  /** Fields that stood there twice. */
  readonly duplicates: readonly string[];
  /** The same of YAML, as whole sentences. */
  readonly strict?: readonly string[];
}

/** The media type of a body, without parameters. */
export function contentType({ request }: Exchange): string {
  return (request.headers['content-type'] ?? 'application/json').split(';', 1)[0]?.trim().toLowerCase() ?? '';
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

/** The beginning of a body that is no object, as Kubernetes shows it: JSON as it is, all else in hexadecimal. */
function summary(text: string): string {
  if (text === '') return '<empty>';
  const start = text.startsWith('{') ? text.slice(0, 30) : Buffer.from(text).subarray(0, 30).toString('hex');
  return Buffer.byteLength(text) > 30 ? `${start} ...` : start;
}

function unrecognized(kind: string, text: string): Refusal {
  return (why) =>
    badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${summary(text)})`,
    );
}

const yamlTypes = new Set(['application/yaml', 'application/x-yaml', 'text/yaml']);

/** Decodes a body of JSON, YAML or protobuf that should hold this kind; empty bodies are undefined. */
export async function readDocument(exchange: Exchange, kind: string): Promise<Document> {
  const type = contentType(exchange);
  if (type === protobuf) return fromProtobuf(await readBody(exchange));
  const yaml = yamlTypes.has(type);
  if (!yaml && type !== 'application/json' && type !== 'text/plain') throw unsupportedMediaType(taken);
  const bytes = await readBody(exchange);
  if (bytes.length === 0) return { value: undefined, duplicates: [] };
  const text = bytes.toString('utf8');
  if (yaml) return { duplicates: [], ...(await parseYaml(text)) };
  return decodeJson(text, unrecognized(kind, text));
}

const brokenPatch: Refusal = (why) => badRequest(`error decoding patch: ${why}`);

/** Decodes the body of a patch, which is JSON; that of server-side apply may be YAML. */
export async function readPatch(exchange: Exchange): Promise<Document> {
  const text = (await readBody(exchange)).toString('utf8');
  const json = !contentType(exchange).endsWith('yaml') || text.trimStart().startsWith('{');
  return json ? decodeJson(text, brokenPatch) : { duplicates: [], ...(await parseYaml(text)) };
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
  const { value, duplicates, strict } = await readDocument(exchange, kind.kind);
  const write = writeOf(registry, exchange);
  const mode = write.fieldValidation ?? 'Warn';
  if (value === undefined) throw unrecognized(kind.kind, '')('unexpected end of JSON input');
  if (!isObject(value)) throw noObject(kind, value);
  checkSaid(kind, value);
  const { object, warnings, missing } = checkBody(kind, value, { mode, duplicates, strict });
  for (const warning of warnings) write.warn(warning);
  if (!isObject(object)) throw noObject(kind, object);
  return { object, write: { ...write, missing } };
}

function noObject({ kind }: BodyKind, value: unknown): StatusError {
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const why = `json: cannot unmarshal ${type} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;
  return unrecognized(kind, JSON.stringify(value))(why);
}

/** What a body says it is has to be what is written here. */
function checkSaid(kind: BodyKind, value: { readonly [key: string]: unknown }): void {
  const expected = apiVersionOf(kind);
  const { apiVersion, kind: said } = value;
  if (apiVersion && apiVersion !== expected)
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`,
    );
  if (!said || said === kind.kind) return;
  const group = kind.group === '' ? 'core' : (kind.group.split('.', 1)[0] ?? '');
  throw badRequest(
    `${String(said)} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: converting (${kind.version}.${String(said)}) to (${group}.${kind.kind}): unknown conversion`,
  );
}
