import type { Json } from './schemas.js';

/**
 * A Swagger 2.0 document in the binary form (gnostic's OpenAPIv2.proto) which kubectl before 1.31 insists on for its own
 * validation and for `explain --output=plaintext-openapiv2`. What our documents do not use has no number here.
 */
export function swaggerWire(document: Json): Uint8Array {
  return join([
    text(1, document['swagger']),
    message(2, join([text(1, at(document, 'info', 'title')), text(2, at(document, 'info', 'version'))])),
    message(8, named(2, document['paths'], pathItem)),
    message(9, named(1, document['definitions'], schema)),
  ]);
}

const encoder = new TextEncoder();

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(document: Json, key: string, inner: string): unknown {
  const value = document[key];
  return isObject(value) ? value[inner] : undefined;
}

function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : [];
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}

/** A field of length-delimited bytes. */
function message(number: number, bytes: Uint8Array): Uint8Array {
  return join([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

const nothing = new Uint8Array();

function text(number: number, value: unknown): Uint8Array {
  return typeof value === 'string' ? message(number, encoder.encode(value)) : nothing;
}

function texts(number: number, value: unknown): Uint8Array {
  return Array.isArray(value) ? join(value.map((one) => text(number, one))) : nothing;
}

function flag(number: number, value: unknown): Uint8Array {
  return value === true ? Uint8Array.from([...varint(number * 8), 1]) : nothing;
}

/** Named messages: pairs of a key and what `encode` makes of its value. */
function named(number: number, value: unknown, encode: (value: Json) => Uint8Array): Uint8Array {
  const pairs = entries(value).flatMap(([key, inner]) =>
    isObject(inner) ? [message(number, join([text(1, key), message(2, encode(inner))]))] : [],
  );
  return join(pairs);
}

/** `x-...` extensions travel as YAML, and JSON is YAML. */
function extensions(number: number, value: Json): Uint8Array {
  const pairs = Object.entries(value)
    .filter(([key]) => key.startsWith('x-'))
    .map(([key, inner]) => message(number, join([text(1, key), message(2, text(2, JSON.stringify(inner)))])));
  return join(pairs);
}

const methods = [
  ['get', 2],
  ['put', 3],
  ['post', 4],
  ['delete', 5],
  ['patch', 8],
] as const;

function pathItem(value: Json): Uint8Array {
  const operations = methods.map(([method, number]) => {
    const one = value[method];
    return isObject(one) ? message(number, operation(one)) : nothing;
  });
  return join([...operations, parameters(9, value['parameters']), extensions(10, value)]);
}

function operation(value: Json): Uint8Array {
  return join([
    texts(1, value['tags']),
    text(3, value['description']),
    text(5, value['operationId']),
    texts(6, value['produces']),
    texts(7, value['consumes']),
    parameters(8, value['parameters']),
    message(
      9,
      named(1, value['responses'], (one) => message(1, response(one))),
    ),
    extensions(13, value),
  ]);
}

function response(value: Json): Uint8Array {
  const body = value['schema'];
  return join([
    text(1, value['description']),
    isObject(body) ? message(2, message(1, schema(body))) : nothing,
  ]);
}

function parameters(number: number, value: unknown): Uint8Array {
  return join(objects(value).map((one) => message(number, message(1, parameter(one)))));
}

function parameter(value: Json): Uint8Array {
  const { in: place, schema: body } = value;
  if (place === 'body') {
    return message(
      1,
      join([
        text(1, value['description']),
        text(2, value['name']),
        text(3, place),
        flag(4, value['required']),
        isObject(body) ? message(5, schema(body)) : nothing,
      ]),
    );
  }
  // The two kinds of parameter differ in where the type stands.
  const typeNumber = place === 'query' ? 6 : 5;
  const fields = join([
    flag(1, value['required']),
    text(2, place),
    text(3, value['description']),
    text(4, value['name']),
    text(typeNumber, value['type']),
  ]);
  return message(2, message(place === 'query' ? 3 : 4, fields));
}

function schema(value: Json): Uint8Array {
  const { additionalProperties, items, type } = value;
  return join([
    text(1, value['$ref']),
    text(2, value['format']),
    text(4, value['description']),
    texts(19, value['required']),
    additional(additionalProperties),
    typeof type === 'string' ? message(22, text(1, type)) : nothing,
    isObject(items) ? message(23, message(1, schema(items))) : nothing,
    join(objects(value['allOf']).map((one) => message(24, schema(one)))),
    isObject(value['properties']) ? message(25, named(1, value['properties'], schema)) : nothing,
    extensions(31, value),
  ]);
}

function additional(value: unknown): Uint8Array {
  if (isObject(value)) return message(21, message(1, schema(value)));
  return value === true ? message(21, flag(2, true)) : nothing;
}
