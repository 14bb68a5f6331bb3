/** A protobufjs namespace in JSON, as far as our protocol files need it. */
export interface ProtoNamespace {
  nested: Record<string, ProtoNode>;
}

type ProtoNode = ProtoNamespace | ProtoMessage | ProtoEnum | ProtoService;
interface ProtoMessage {
  fields: Record<string, ProtoField>;
}
interface ProtoField {
  id: number;
  type: string;
  rule?: 'repeated';
  keyType?: string;
}
interface ProtoEnum {
  values: Record<string, number>;
}
interface ProtoService {
  methods: Record<
    string,
    { requestType: string; responseType: string; responseStream: boolean; comment: string }
  >;
}

const blockPattern = /\b(message|enum|service)\s+(\w+)\s*\{((?:[^{}]|\{\s*\})*)\}/g;
const fieldPattern = /(repeated\s+)?(?:map<(\w+),\s*(\w+)>|(\w+))\s+(\w+)\s*=\s*(\d+);/g;
const valuePattern = /(\w+)\s*=\s*(\d+);/g;
const methodPattern = /rpc\s+(\w+)\((\w+)\)\s+returns\s+\((stream\s+)?(\w+)\)/g;

/** Reads the plain subset of the .proto language that our two files are written in: no imports, no nesting, no options. */
export function readProto(text: string): ProtoNamespace {
  const packageName = /package\s+([\w.]+);/.exec(text)?.[1] ?? '';
  const nested: Record<string, ProtoNode> = {};
  for (const [, kind, name = '', body = ''] of text.matchAll(blockPattern))
    nested[name] = readBlock(kind, body);
  return packageName
    .split('.')
    .reduceRight<ProtoNamespace>((inner, part) => ({ nested: { [part]: inner } }), { nested });
}

function readBlock(kind: string | undefined, body: string): ProtoNode {
  if (kind === 'message') return { fields: readFields(body) };
  if (kind === 'enum') return { values: readValues(body) };
  return { methods: readMethods(body) };
}

function readFields(body: string): Record<string, ProtoField> {
  const fields: Record<string, ProtoField> = {};
  for (const [, repeated, keyType, valueType, type, name = '', id] of body.matchAll(fieldPattern)) {
    const field: ProtoField = { id: Number(id), type: valueType ?? type ?? '' };
    if (repeated !== undefined) field.rule = 'repeated';
    if (keyType !== undefined) field.keyType = keyType;
    fields[name] = field;
  }
  return fields;
}

function readValues(body: string): Record<string, number> {
  return Object.fromEntries([...body.matchAll(valuePattern)].map(([, name = '', id]) => [name, Number(id)]));
}

function readMethods(body: string): ProtoService['methods'] {
  const methods: ProtoService['methods'] = {};
  for (const [, name = '', requestType = '', stream, responseType = ''] of body.matchAll(methodPattern)) {
    methods[name] = { requestType, responseType, responseStream: stream !== undefined, comment: '' };
  }
  return methods;
}
