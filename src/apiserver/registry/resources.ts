import { isStoredForm } from '../../api/kinds/row.js';
import { type KindRow, kinds } from '../../api/kinds.js';
import type { KindRef } from '../../api/kube-object.js';
import { autoscalerConversion } from './autoscaler-conversion.js';
import type { Conversion } from './conversion.js';
import { eventConversion } from './event-conversion.js';

/** A kind as it is served: where it lies in the store, and what belongs to it. */
export interface Resource {
  readonly kind: KindRow;
  /** Where all its objects lie, with a slash at the end. */
  readonly prefix: string;
  /** Set when the store holds its objects under another group or version, as `storedAs`. */
  readonly conversion: Conversion | undefined;
  readonly storedAs: Resource | undefined;
}

/** Finds resources by what a path or a kind says. */
export interface ResourceTable {
  readonly all: readonly Resource[];
  find(kind: Pick<KindRef, 'group' | 'version' | 'plural'>): Resource | undefined;
}

/** Where the objects of a resource lie: all of them, or those of one namespace. */
export function prefixOf(resource: Resource, namespace?: string): string {
  return namespace === undefined || !resource.kind.namespaced
    ? resource.prefix
    : `${resource.prefix}${namespace}/`;
}

/** Where one object lies. */
export function keyOf(resource: Resource, namespace: string | undefined, name: string): string {
  return resource.kind.namespaced
    ? `${resource.prefix}${namespace ?? ''}/${name}`
    : `${resource.prefix}${name}`;
}

function indexKey({ group, version, plural }: Pick<KindRef, 'group' | 'version' | 'plural'>): string {
  return `${group}/${version}/${plural}`;
}

/** How the second faces of kinds are made from what is stored. */
const conversions: ReadonlyMap<string, Conversion> = new Map([
  [indexKey(kinds.EventV1), eventConversion],
  [indexKey(kinds.HorizontalPodAutoscalerV1), autoscalerConversion],
]);

/** Makes the table from the rows of all kinds. */
export function resourceTable(rows: readonly KindRow[]): ResourceTable {
  const index = new Map<string, Resource>();
  for (const kind of rows) {
    const { group, plural } = kind.storage;
    const prefix = `/registry/${group === '' ? 'core' : group}/${plural}/`;
    index.set(indexKey(kind), { kind, prefix, conversion: undefined, storedAs: undefined });
  }
  for (const [key, resource] of index) {
    const { kind } = resource;
    if (!kind.stored || isStoredForm(kind)) continue;
    const storedAs = index.get(indexKey(kind.storage));
    const conversion = conversions.get(key);
    if (storedAs === undefined || conversion === undefined) {
      throw new Error(`${key} is stored as another kind, but nothing says how to convert it`);
    }
    index.set(key, { ...resource, conversion, storedAs });
  }
  return { all: [...index.values()], find: (kind) => index.get(indexKey(kind)) };
}
