import { ProtobufError, readFields, type WireField } from './wire.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A field's bytes; an error when a number was sent in their place. */
export function bytesOf(value: WireField['value']): Uint8Array {
  if (typeof value === 'bigint') throw new ProtobufError('a number stands where bytes belong');
  return value;
}

/** Text in UTF-8. */
export function textOf(value: WireField['value']): string {
  try {
    return decoder.decode(bytesOf(value));
  } catch (error) {
    throw new ProtobufError('a text is not UTF-8', { cause: error });
  }
}

/** A signed number of 64 bits; what JSON cannot hold exactly is refused. */
export function intOf(value: WireField['value']): number {
  if (typeof value !== 'bigint') throw new ProtobufError('bytes stand where a number belongs');
  const signed = BigInt.asIntN(64, value);
  const number = Number(signed);
  if (!Number.isSafeInteger(number)) throw new ProtobufError(`the number ${signed} is too large`);
  return number;
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function double(value: WireField['value']): number {
  const bytes = bytesOf(value);
  if (bytes.length !== 8) throw new ProtobufError('a fraction has eight bytes');
  return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
}

/** What each scalar of the field table becomes in JSON. */
export const scalarReaders: { readonly [type: string]: (value: WireField['value']) => unknown } = {
  string: textOf,
  bytes: (value) => base64(bytesOf(value)),
  bool: (value) => intOf(value) !== 0,
  int: intOf,
  double,
};

function byNumber(value: WireField['value']): ReadonlyMap<number, WireField['value']> {
  return new Map(readFields(bytesOf(value)).map((field) => [field.number, field.value]));
}

/** RFC 3339 from seconds and nanoseconds; undefined for Go's zero time, which JSON writes as null. */
function time(digits: number): (value: WireField['value']) => unknown {
  return (value) => {
    const fields = byNumber(value);
    if (fields.size === 0) return undefined;
    const seconds = intOf(fields.get(1) ?? 0n);
    const moment = new Date(seconds * 1000);
    if (Number.isNaN(moment.getTime())) throw new ProtobufError(`second ${seconds} is no moment`);
    const whole = moment.toISOString().slice(0, 19);
    const nanos = intOf(fields.get(2) ?? 0n);
    return digits === 0 ? `${whole}Z` : `${whole}.${String(nanos).padStart(9, '0').slice(0, digits)}Z`;
  };
}

function intOrString(value: WireField['value']): unknown {
  const fields = byNumber(value);
  return intOf(fields.get(1) ?? 0n) === 1
    ? textOf(fields.get(3) ?? new Uint8Array())
    : intOf(fields.get(2) ?? 0n);
}

function json(value: WireField['value']): unknown {
  const raw = byNumber(value).get(1);
  if (raw === undefined) return undefined;
  try {
    return JSON.parse(textOf(raw));
  } catch (error) {
    throw new ProtobufError('an embedded object is not JSON', { cause: error });
  }
}

function firstText(value: WireField['value']): unknown {
  const text = byNumber(value).get(1);
  return text === undefined ? undefined : textOf(text);
}

/** `ExtraValue` is a list of texts by itself. */
function texts(value: WireField['value']): unknown {
  return readFields(bytesOf(value)).map((field) => textOf(field.value));
}

/** Messages that JSON writes as something else than an object. */
export const messageReaders: { readonly [message: string]: (value: WireField['value']) => unknown } = {
  'meta-v1.Time': time(0),
  'meta-v1.MicroTime': time(6),
  'meta-v1.FieldsV1': json,
  'k8s.io.apimachinery.pkg.runtime.RawExtension': json,
  'k8s.io.apimachinery.pkg.api.resource.Quantity': firstText,
  'k8s.io.apimachinery.pkg.util.intstr.IntOrString': intOrString,
  'authorization-v1.ExtraValue': texts,
  'authentication-v1.ExtraValue': texts,
};
