import { type FieldError, required } from '../field-error.js';
import type { FieldSchema } from '../schema/types.js';

/** Collects what is wrong with an object while its schema is walked. */
export class Findings {
  readonly unknown: string[] = [];
  readonly errors: string[] = [];
  readonly missing: FieldError[] = [];
  /** Where the walk is: field names, list indices as numbers, map keys as `[key]`. */
  readonly path: (string | number)[] = [];
  /** The type that the innermost object follows, as Go names it. */
  readonly structs: string[] = [];

  /** A field that its type does not have. */
  unknownField(name: string): void {
    this.unknown.push(pathText([...this.path, name]));
  }

  /** A field that its type requires and the object does not give. */
  missingField(name: string): void {
    this.missing.push(required(pathText([...this.path, name])));
  }

  /** A value of another JSON type than the field has. Go names the path without list indices. */
  wrongType(value: unknown, field: FieldSchema): void {
    const names = this.path.filter((part) => typeof part === 'string' && !part.startsWith('['));
    const struct = this.structs.at(-1) ?? '';
    this.errors.push(
      `json: cannot unmarshal ${jsonTypeOf(value)} into Go struct field ${struct}.${names.join('.')} of type ${goType(field)}`,
    );
  }

  /** A value of the right JSON type whose text cannot be read. */
  malformed(text: string): void {
    this.errors.push(`${pathText(this.path)}: ${text}`);
  }
}

/** `spec.containers[0].name`, and `metadata.labels[app]` for map keys. */
export function pathText(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (part.startsWith('[') || text === '') text += part;
    else text += `.${part}`;
  }
  return text;
}

function jsonTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value !== 'number') return typeof value;
  return Number.isSafeInteger(value) ? 'number' : `number ${value}`;
}

const goScalars: { readonly [type: string]: string } = {
  string: 'string',
  boolean: 'bool',
  number: 'float64',
  quantity: 'resource.Quantity',
  'int-or-string': 'intstr.IntOrString',
  time: 'v1.Time',
  'micro-time': 'v1.MicroTime',
  any: 'runtime.RawExtension',
};

/** The type as Go's decoder names it: `int32`, `[]v1.Container`, `map[string]string`. */
export function goType(field: FieldSchema): string {
  switch (field.type) {
    case 'integer':
      return field.format ?? 'int64';
    case 'array':
      return `[]${field.items === undefined ? 'interface {}' : goType(field.items)}`;
    case 'map':
      return `map[string]${field.values === undefined ? 'interface {}' : goType(field.values)}`;
    case 'object':
      return goStruct(field.ref ?? '');
    default:
      return field.format === 'byte' ? '[]uint8' : (goScalars[field.type] ?? field.type);
  }
}

function goStruct(key: string): string {
  const [module = '', name = ''] = key.split('.');
  return `${module.slice(module.lastIndexOf('-') + 1)}.${name}`;
}
