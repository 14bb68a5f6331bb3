/**
 * Writes src/api/protobuf/generated/numbers.ts: the numbers of the fields in Kubernetes' protobuf form. No npm package holds the
 * .proto files, but the kubectl binary does, as compressed descriptors beside its generated Go code.
 *
 *   npx tsx scripts/gen/src/field-numbers.ts test/tools/node_modules/.holdfast-bin/kubectl-1.32
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { constants, gunzipSync } from 'node:zlib';
import { definition, schemaModules } from '../../../src/api/schema/schema.js';

interface Wire {
  readonly number: number;
  readonly value: number;
  readonly bytes: Buffer;
}

interface Message {
  readonly name: string;
  readonly fields: readonly Wire[][];
  readonly nested: readonly Message[];
}

const none = Buffer.alloc(0);

function* wires(buffer: Buffer): Generator<Wire> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = buffer[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < buffer.length) {
    const key = varint();
    const value = varint();
    const isBytes = (key & 7) === 2;
    yield { number: key >> 3, value, bytes: isBytes ? buffer.subarray(at, at + value) : none };
    if (isBytes) at += value;
  }
}

const textOf = (parts: readonly Wire[], number: number): string =>
  parts.find((wire) => wire.number === number)?.bytes.toString() ?? '';
const numberOf = (parts: readonly Wire[], number: number): number =>
  parts.find((wire) => wire.number === number)?.value ?? 0;

function messageOf(bytes: Buffer): Message {
  const parts = [...wires(bytes)];
  const each = (number: number): Buffer[] =>
    parts.filter((wire) => wire.number === number).map((wire) => wire.bytes);
  return {
    name: textOf(parts, 1),
    fields: each(2).map((field) => [...wires(field)]),
    nested: each(3).map(messageOf),
  };
}

/** The descriptors in a Go binary: gzip streams that begin with the name of a .proto file. */
function* descriptors(binary: Buffer): Generator<readonly Wire[]> {
  const magic = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff]);
  for (let at = binary.indexOf(magic); at >= 0; at = binary.indexOf(magic, at + 1)) {
    try {
      const end = { finishFlush: constants.Z_SYNC_FLUSH };
      const content = gunzipSync(binary.subarray(at, at + 400_000), end);
      if (/^.{1,4}[\w./-]*k8s\.io[\w./-]*generated\.proto/s.test(content.toString('latin1', 0, 160)))
        yield [...wires(content)];
    } catch {
      // Bytes that look like the head of a gzip stream and are none.
    }
  }
}

const scalars: { readonly [type: number]: string } = {
  1: 'double',
  3: 'int',
  5: 'int',
  8: 'bool',
  9: 'string',
  12: 'bytes',
};

/** `.k8s.io.api.core.v1.Pod` as the schema calls it, `core-v1.Pod`; other types keep their name. */
function keyOf(typeName: string): string {
  const dot = typeName.lastIndexOf('.');
  const official = typeName.slice(1, dot).replace(/^k8s\.io\./, 'io.k8s.');
  const id = schemaModules.find(({ prefix }) => prefix === official)?.id ?? typeName.slice(1, dot);
  return `${id}.${typeName.slice(dot + 1)}`;
}

/** A field as JSON calls it: the descriptors write some names as Go does, `uID` for `uid`. */
function jsonName(owner: string, name: string): string {
  const known = Object.keys(definition(owner)?.fields ?? {});
  if (known.includes(name)) return name;
  return known.find((field) => field.toLowerCase() === name.toLowerCase()) ?? name;
}

function fieldText(owner: string, message: Message, field: readonly Wire[]): string {
  const typeName = textOf(field, 6);
  const own = message.nested.find(({ name }) => name.endsWith('Entry') && typeName.endsWith(`.${name}`));
  const scalar = scalars[numberOf(field, 5)];
  const name = jsonName(owner, textOf(field, 1));
  const type = (parts: readonly Wire[]): string => scalars[numberOf(parts, 5)] ?? keyOf(textOf(parts, 6));
  const value = own?.fields.find((parts) => numberOf(parts, 3) === 2);
  if (value !== undefined) return `${numberOf(field, 3)} ${name} map:${type(value)}`;
  const known = definition(owner);
  const inline = scalar === undefined && known !== undefined && known.fields[name] === undefined;
  const repeated = numberOf(field, 4) === 3 ? '[]' : '';
  return `${numberOf(field, 3)} ${inline ? '-' : name} ${repeated}${type(field)}`;
}

const [binary = ''] = process.argv.slice(2);
const table = new Map<string, string>();
for (const file of descriptors(readFileSync(binary))) {
  const packageName = textOf(file, 2);
  // Nobody serves certificates here, and their v1 refers to types of the beta.
  if (/v\d+(alpha|beta)\d+$|certificates/.test(packageName)) continue;
  for (const { bytes } of file.filter(({ number }) => number === 4)) {
    const message = messageOf(bytes);
    const key = keyOf(`.${packageName}.${message.name}`);
    table.set(key, message.fields.map((field) => fieldText(key, message, field)).join('|'));
  }
}
const lines = [...table].sort(([a], [b]) => (a < b ? -1 : 1));
const quote = (text: string): string => `'${text}'`;
const body = lines.map(([key, fields]) => `  ${quote(key)}: ${quote(fields)},`).join('\n');
const output = fileURLToPath(new URL('../../../src/api/protobuf/generated/numbers.ts', import.meta.url));
writeFileSync(
  output,
  `/* Written by scripts/gen/src/field-numbers.ts; do not edit. */\n\n/** Fields of each message as \`number name type\`; the name \`-\` stands for fields that JSON holds in the object itself. */\nexport const fieldNumbers: { readonly [message: string]: string } = {\n${body}\n};\n`,
);
