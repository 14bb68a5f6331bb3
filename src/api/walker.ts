import type { FieldError } from './field-error.js';
import { definition, fieldOf } from './schema/schema.js';
import type { DefinitionSchema, FieldSchema } from './schema/types.js';
import { Findings } from './walker/findings.js';
import { checkScalar, zeroOf } from './walker/scalars.js';

type Json = { readonly [key: string]: unknown };

/** What became of an object that was held against its schema. */
export interface FieldCheck {
  /**
   * The object without unknown fields, nulls, and empty lists and maps that say nothing; quantities and times in their
   * canonical form; the same object when nothing changed.
   */
  readonly object: unknown;
  /** Paths of the fields that were left out because their types do not have them. */
  readonly unknown: readonly string[];
  /** Values that cannot be read, in the words of Kubernetes' decoder. */
  readonly errors: readonly string[];
  /** Required fields that are absent; lists, maps and everything below `status` are left to validation. */
  readonly missing: readonly FieldError[];
}

/** Holds an object against a definition of the schema, e.g. `apps-v1.StatefulSet`. */
export function checkFields(key: string, object: unknown): FieldCheck {
  const findings = new Findings();
  const checked = checkValue(object, { type: 'object', ref: key }, findings);
  const { unknown, errors, missing } = findings;
  return { object: checked, unknown, errors, missing };
}

function checkValue(value: unknown, field: FieldSchema, findings: Findings): unknown {
  switch (field.type) {
    case 'object':
      return checkObject(value, field, findings);
    case 'array':
      return checkList(value, field, findings);
    case 'map':
      return checkMap(value, field, findings);
    default:
      return checkScalar(value, field, findings);
  }
}

function checkObject(value: unknown, field: FieldSchema, findings: Findings): unknown {
  const schema = definition(field.ref ?? '');
  if (schema === undefined) return value;
  if (!isJson(value)) {
    findings.wrongType(value, field);
    return value;
  }
  findings.structs.push(shortName(field.ref));
  const result = checkMembers(value, { schema, key: field.ref ?? '' }, findings);
  checkRequired(result, schema, findings);
  findings.structs.pop();
  return result;
}

interface Definition {
  readonly schema: DefinitionSchema;
  readonly key: string;
}

function checkMembers(value: Json, { schema, key }: Definition, findings: Findings): Json {
  // Copied only at the first difference, since most objects are right.
  let copy: Record<string, unknown> | undefined;
  for (const name in value) {
    const member = value[name];
    const field = fieldOf(schema, name);
    const drop =
      field === undefined ||
      member === null ||
      (saysNothing(schema, name, member) && !alwaysWritten.has(`${key}.${name}`));
    if (field === undefined) findings.unknownField(name);
    const checked = drop ? undefined : checkMember(member, field, { name, findings });
    if (!drop && checked === member) continue;
    copy ??= { ...value };
    if (drop) delete copy[name];
    else copy[name] = checked;
  }
  return copy ?? value;
}

/** Optional lists that Kubernetes writes although they are empty (its types lack `omitempty` there). */
const alwaysWritten: ReadonlySet<string> = new Set([
  'autoscaling-v2.HorizontalPodAutoscalerStatus.currentMetrics',
  'discovery-v1.EndpointSlice.ports',
  'rbac-v1.ClusterRole.rules',
  'rbac-v1.Role.rules',
]);

/** To Kubernetes an optional list or map that is empty is one that is not there: it never comes back. */
function saysNothing({ fields, required }: DefinitionSchema, name: string, value: unknown): boolean {
  const type = fields[name]?.type;
  if (type === 'array') return Array.isArray(value) && value.length === 0 && !required?.includes(name);
  if (type !== 'map' || required?.includes(name)) return false;
  return isJson(value) && Object.keys(value).length === 0;
}

interface Step {
  readonly name: string | number;
  readonly findings: Findings;
}

function checkMember(value: unknown, field: FieldSchema, { name, findings }: Step): unknown {
  findings.path.push(name);
  const checked = checkValue(value, field, findings);
  findings.path.pop();
  return checked;
}

function checkRequired(value: Json, schema: DefinitionSchema, findings: Findings): void {
  if (schema.required === undefined || findings.path[0] === 'status') return;
  for (const name of schema.required) {
    const type = schema.fields[name]?.type;
    if (value[name] === undefined && type !== 'array' && type !== 'map') findings.missingField(name);
  }
}

function checkList(value: unknown, field: FieldSchema, findings: Findings): unknown {
  const { items } = field;
  if (!Array.isArray(value)) {
    findings.wrongType(value, field);
    return value;
  }
  if (items === undefined) return value;
  let copy: unknown[] | undefined;
  for (const [index, item] of value.entries()) {
    const checked = item === null ? zeroOf(items) : checkMember(item, items, { name: index, findings });
    if (checked === item) continue;
    copy ??= [...value];
    copy[index] = checked;
  }
  return copy ?? value;
}

function checkMap(value: unknown, field: FieldSchema, findings: Findings): unknown {
  const { values } = field;
  if (!isJson(value)) {
    findings.wrongType(value, field);
    return value;
  }
  if (values === undefined) return value;
  let copy: Record<string, unknown> | undefined;
  for (const name in value) {
    const item = value[name];
    const checked =
      item === null ? zeroOf(values) : checkMember(item, values, { name: `[${name}]`, findings });
    if (checked === item) continue;
    copy ??= { ...value };
    copy[name] = checked;
  }
  return copy ?? value;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortName(key: string | undefined): string {
  return key?.slice(key.indexOf('.') + 1) ?? '';
}
