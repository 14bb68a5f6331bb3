/** What a field holds; the named scalars are Kubernetes types that look like others in JSON. */
export type FieldType =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'object'
  | 'map'
  | 'array'
  | 'quantity'
  | 'int-or-string'
  | 'time'
  | 'micro-time'
  | 'any';

/** How server-side apply owns a list: whole, by value, or by the keys of its items. */
export type ListType = 'atomic' | 'set' | 'map';

/** One field of a definition, or the items of a list, or the values of a map. */
export interface FieldSchema {
  readonly type: FieldType;
  /** `int32`, `int64`, `double` or `byte` (base64 in JSON). */
  readonly format?: string;
  /** Key of the definition that an `object` follows. */
  readonly ref?: string;
  readonly items?: FieldSchema;
  readonly values?: FieldSchema;
  readonly list?: ListType;
  /** The fields that name an item of a list of type `map`. */
  readonly keys?: readonly string[];
  /** `merge`, `replace`, `retainKeys` or `merge,retainKeys`, as strategic merge patches read it. */
  readonly strategy?: string;
  readonly mergeKey?: string;
  readonly map?: 'atomic' | 'granular';
}

/** A definition: the fields of one Kubernetes type. */
export interface DefinitionSchema {
  readonly fields: { readonly [name: string]: FieldSchema };
  readonly required?: readonly string[];
  /** Set on types that are objects of the API by themselves. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  readonly map?: 'atomic' | 'granular';
}

/** The definitions of one group and version by their short names. */
export type DefinitionTable = { readonly [name: string]: DefinitionSchema };

/** The descriptions of one group and version: of each type under `''`, of its fields by name. */
export type DescriptionTable = { readonly [name: string]: { readonly [field: string]: string } };

/** One file of the schema: a group and version, and the prefix of its official definition names. */
export interface SchemaModule {
  /** Name of the file and first part of definition keys, e.g. `apps-v1`. */
  readonly id: string;
  readonly group: string;
  readonly version: string;
  /** E.g. `io.k8s.api.apps.v1`. */
  readonly prefix: string;
}
