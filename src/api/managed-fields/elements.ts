import { canonicalJson, isObject } from '../deep.js';
import type { FieldSchema } from '../schema/types.js';
import type { FieldPath } from './field-set.js';

/** Values that an item's key has when the item leaves it out (`x-kubernetes-list-map-keys` with a default). */
const keyDefaults: { readonly [key: string]: unknown } = { protocol: 'TCP' };

/** Elements that were made before: names of fields are few, and a bound keeps labels of strangers from filling the memory. */
const made = new Map<string, string>();
const madeLimit = 4096;

/** The element of a field of a struct, or of a key of a map. */
export function fieldElement(name: string): string {
  const known = made.get(name);
  if (known !== undefined) return known;
  const element = `f:${name}`;
  if (made.size >= madeLimit) made.clear();
  made.set(name, element);
  return element;
}

/** The name in an element that `fieldElement` made; undefined for elements of lists. */
export function nameIn(element: string): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

/** The element of an item, or why it has none. */
export type ItemElement =
  | { readonly name: string; readonly why?: undefined }
  | { readonly name?: undefined; readonly why: string };

/** The element of an item of a list of type `map` or `set`. */
export function itemElement(list: FieldSchema, item: unknown): ItemElement {
  if (list.list === 'set') return { name: `v:${JSON.stringify(item)}` };
  if (!isObject(item)) return { why: 'associative list with keys may not have non-map elements' };
  const fields: string[] = [];
  for (const name of list.keys ?? []) {
    const value = item[name] ?? keyDefaults[name];
    if (value === undefined) {
      return {
        why: `associative list with keys has an element that omits key field "${name}" (and doesn't have default value)`,
      };
    }
    fields.push(`${JSON.stringify(name)}:${canonicalJson(value)}`);
  }
  return { name: `k:{${fields.sort().join(',')}}` };
}

function shown(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const key: unknown = JSON.parse(rest);
  const pairs = Object.entries(isObject(key) ? key : {});
  return `[${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}

/** A path as Kubernetes prints it: `.spec.containers[name="web"].image`. */
export function pathText(path: FieldPath): string {
  return path.map(shown).join('');
}
