import { definition } from '../schema/schema.js';
import { type MessageField, messageFields } from './messages.js';
import { meaningfulEmpties, meaningfulZeros } from './pointers.js';
import { bytesOf, messageReaders, scalarReaders, textOf } from './scalars.js';
import { ProtobufError, readFields, type WireField } from './wire.js';

export { ProtobufError } from './wire.js';

type Value = WireField['value'];
type Target = Record<string, unknown>;

/** Four bytes that begin every object in Kubernetes' protobuf form (API concepts, "Kubernetes Protobuf encoding"). */
const magic = [0x6b, 0x38, 0x73, 0];

/** The object in an envelope of `application/vnd.kubernetes.protobuf`, still encoded. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/** Opens the envelope (`runtime.Unknown`); fails with a ProtobufError on anything else. */
export function readEnvelope(bytes: Uint8Array): Envelope {
  if (magic.some((byte, index) => bytes[index] !== byte))
    throw new ProtobufError('it does not begin with the four bytes of Kubernetes');
  const fields = new Map(readFields(bytes.subarray(4)).map(({ number, value }) => [number, value]));
  const type = new Map(
    readFields(bytesOf(fields.get(1) ?? new Uint8Array())).map(({ number, value }) => [number, value]),
  );
  const text = (value: Value | undefined): string => (value === undefined ? '' : textOf(value));
  return {
    apiVersion: text(type.get(1)),
    kind: text(type.get(2)),
    raw: bytesOf(fields.get(2) ?? new Uint8Array()),
  };
}

/**
 * Decodes a message of the schema, e.g. `apps-v1.Deployment`, to what its JSON would be. A field that is not known is an error: it
 * would be lost in silence. Fails with a ProtobufError.
 */
export function decodeMessage(message: string, bytes: Uint8Array): object {
  const target: Target = {};
  readInto(target, message, bytes);
  return target;
}

function readInto(target: Target, message: string, bytes: Uint8Array): void {
  const fields = messageFields(message);
  if (fields === undefined) throw new ProtobufError(`no numbers are known for ${message}`);
  const required = definition(message)?.required ?? [];
  for (const { number, value } of readFields(bytes)) {
    const field = fields.get(number);
    // Go writes numbers that nobody set as zeros: of a newer client they say nothing.
    if (field === undefined && value === 0n) continue;
    if (field === undefined)
      throw new ProtobufError(`field number ${number} of ${message} is not known here; send JSON`);
    if (field.name === undefined) readInto(target, field.type, bytesOf(value));
    else
      readField(target, { ...field, name: field.name }, { value, keepZero: required.includes(field.name) });
  }
}

function readField(
  target: Target,
  field: MessageField & { readonly name: string },
  { value, keepZero }: { readonly value: Value; readonly keepZero: boolean },
): void {
  const { name, shape, type } = field;
  if (shape === 'list') {
    const before = Object.hasOwn(target, name) ? target[name] : [];
    define(target, name, [...(Array.isArray(before) ? before : []), read(type, value)]);
    return;
  }
  if (shape === 'map') {
    const [key, inner] = readEntry(type, bytesOf(value));
    const before = Object.hasOwn(target, name) ? target[name] : {};
    const map: Target = { ...Object(before) };
    define(map, key, inner);
    define(target, name, map);
    return;
  }
  const found = read(type, value);
  if (found !== undefined && (keepZero || says(name, found))) define(target, name, found);
}

/** Keys come from the caller: `__proto__` is a key like any other. */
function define(target: Target, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function says(name: string, value: unknown): boolean {
  if (value === '') return meaningfulEmpties.has(name);
  return (value !== 0 && value !== false) || meaningfulZeros.has(name);
}

function read(type: string, value: Value): unknown {
  const reader = scalarReaders[type] ?? messageReaders[type];
  if (reader !== undefined) return reader(value);
  return decodeMessage(type, bytesOf(value));
}

function readEntry(type: string, bytes: Uint8Array): readonly [string, unknown] {
  const fields = new Map(readFields(bytes).map(({ number, value }) => [number, value]));
  const key = fields.get(1);
  const value = fields.get(2);
  const empty = type === 'string' || type === 'bytes' ? '' : {};
  return [key === undefined ? '' : textOf(key), value === undefined ? empty : read(type, value)];
}
