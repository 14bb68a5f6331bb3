import { isList, isObject } from '../deep.js';
import type { FieldSchema } from '../schema/types.js';
import { fieldElement, itemElement } from './elements.js';
import { isHollow, isWhole, schemaBelow } from './members.js';

/**
 * The live value with what a configuration says laid over it: structs and maps key by key, associative lists item by
 * item, everything else as a whole. Nothing of the live value is taken out.
 */
export function mergeOver(live: unknown, config: unknown, schema: FieldSchema): unknown {
  if (config === undefined) return live;
  if (live === undefined || isWhole(schema) || (isHollow(live) && isHollow(config))) return config;
  if (schema.type === 'array') return mergeLists(live, config, schema);
  return mergeMaps(live, config, schema);
}

function mergeMaps(live: unknown, config: unknown, schema: FieldSchema): unknown {
  const merged: { [name: string]: unknown } = isObject(live) ? { ...live } : {};
  if (!isObject(config)) return merged;
  for (const [name, value] of Object.entries(config)) {
    const before = Object.hasOwn(merged, name) ? merged[name] : undefined;
    const next = mergeOver(before, value, schemaBelow(schema, fieldElement(name)).schema);
    // A key such as `__proto__` is data, too.
    Object.defineProperty(merged, name, {
      value: next,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return merged;
}

interface Item {
  readonly value: unknown;
  /** Undefined for a live item without a key, which nothing can be merged into. */
  readonly name: string | undefined;
}

function itemsOf(list: unknown, schema: FieldSchema): readonly Item[] {
  return isList(list) ? list.map((value) => ({ value, name: itemElement(schema, value).name })) : [];
}

/**
 * Items that both have stand in the configuration's order. What only the live list has stays before the shared item that
 * it stood before; a shared item that comes too early in the live list is taken where the configuration has it.
 */
function mergeLists(live: unknown, config: unknown, schema: FieldSchema): unknown[] {
  const old = itemsOf(live, schema);
  const wanted = itemsOf(config, schema);
  const wantedNames = new Set(wanted.map(({ name }) => name));
  const oldByName = new Map(old.map(({ name, value }) => [name, value]));
  const shared = wanted.map(({ name }) => name).filter((name) => oldByName.has(name));
  const merged: unknown[] = [];
  let next = 0;
  const takeLiveBefore = (name: string | undefined): void => {
    for (let item = old[next]; item !== undefined; item = old[next]) {
      const liveOnly = item.name === undefined || !wantedNames.has(item.name);
      if (!liveOnly && item.name === shared[0] && item.name !== name) return;
      next += 1;
      if (liveOnly) merged.push(item.value);
      else if (item.name === name) return;
    }
  };
  for (const { name, value } of wanted) {
    takeLiveBefore(name);
    if (shared[0] === name) shared.shift();
    merged.push(mergeOver(oldByName.get(name), value, schema.items ?? { type: 'any' }));
  }
  takeLiveBefore(undefined);
  return merged;
}
