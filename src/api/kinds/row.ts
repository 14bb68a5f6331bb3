import type { KindRef, KubeObject } from '../kube-object.js';

/** The verbs of the Kubernetes API. */
export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** A path below an object, and the kind that it speaks. */
export interface SubresourceRow {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly Verb[];
}

/** Everything that routing, discovery and storage need to know of a kind. */
export interface KindRow<T extends KubeObject = KubeObject> extends KindRef<T> {
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly Verb[];
  readonly subresources: readonly SubresourceRow[];
  /** Key of its definition in the schema, e.g. `apps-v1.StatefulSet`. */
  readonly definition: string;
  /** False for kinds that are answers only: reviews, bindings, the state of components. */
  readonly stored: boolean;
  /** The form in which it is stored; differs from the kind itself for a second face of the same objects. */
  readonly storage: StoredForm;
  /** What every client that uses it is told. */
  readonly deprecation: string | undefined;
}

/** The kind, by group, version and plural, in whose form objects are stored. */
export type StoredForm = Pick<KindRef, 'group' | 'version' | 'plural'>;

/** What is not the same for most kinds. */
export interface RowOptions {
  readonly plural: string;
  readonly clusterWide?: boolean;
  readonly shortNames?: readonly string[];
  readonly inAll?: boolean;
  readonly subresources?: readonly SubresourceRow[];
  readonly without?: readonly Verb[];
  readonly createOnly?: boolean;
  /** Made when asked for, and never written. */
  readonly readOnly?: boolean;
  readonly storage?: StoredForm;
  readonly deprecation?: string;
}

/** A group and version, and the file of the schema that holds its definitions. */
export interface RowGroup {
  readonly group: string;
  readonly version: string;
  readonly module: string;
}

const every: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
const ofObject: readonly Verb[] = ['get', 'patch', 'update'];

function verbsOf({ createOnly, readOnly, without }: RowOptions): readonly Verb[] {
  if (createOnly === true) return ['create'];
  return readOnly === true ? ['get', 'list'] : every.filter((verb) => !without?.includes(verb));
}

/** True for the form in which objects are stored, false for another face of them. */
export function isStoredForm({ group, version, plural, stored, storage }: KindRow): boolean {
  return stored && storage.group === group && storage.version === version && storage.plural === plural;
}

/** Makes the row of one kind. */
export function row<T extends KubeObject>(of: RowGroup, kind: string, options: RowOptions): KindRow<T> {
  return Object.freeze({
    group: of.group,
    version: of.version,
    kind,
    plural: options.plural,
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    namespaced: options.clusterWide !== true,
    shortNames: options.shortNames ?? [],
    categories: options.inAll === true ? ['all'] : [],
    verbs: verbsOf(options),
    subresources: options.subresources ?? [],
    definition: `${of.module}.${kind}`,
    stored: options.createOnly !== true && options.readOnly !== true,
    storage: options.storage ?? { group: of.group, version: of.version, plural: options.plural },
    deprecation: options.deprecation,
  });
}

/** The status of a kind, written apart from its spec. */
export function status(of: RowGroup, kind: string): SubresourceRow {
  return { name: 'status', group: of.group, version: of.version, kind, verbs: ofObject };
}

/** The number of replicas of a kind, as autoscaling/v1 Scale. */
export const scale: SubresourceRow = {
  name: 'scale',
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  verbs: ofObject,
};

/** Any other path below an object of core/v1. */
export function subresource(name: string, kind: string, verbs: readonly Verb[]): SubresourceRow {
  return { name, group: '', version: 'v1', kind, verbs };
}
