import { canonicalQuantity } from '../quantity.js';

/** Sets the fields that are absent, null or empty text; the very same object comes back when none is. */
export function fill<T extends object>(object: T, defaults: Partial<T>): T {
  return fillWhere(object, defaults, isAbsent);
}

/** The same for numbers, where 0 says as little as nothing. */
export function fillNumbers<T extends object>(object: T, defaults: Partial<T>): T {
  return fillWhere(object, defaults, (value) => value === 0 || isAbsent(value));
}

function fillWhere<T extends object>(object: T, defaults: Partial<T>, lacks: (value: unknown) => boolean): T {
  let filled: T | undefined;
  for (const key in defaults) {
    const value = defaults[key];
    if (value === undefined || !lacks(object[key])) continue;
    filled ??= { ...object };
    filled[key] = value;
  }
  return filled ?? object;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Applies a function to a field that is present. */
export function change<T extends object, K extends keyof T>(
  object: T,
  key: K,
  how: (value: NonNullable<T[K]>) => NonNullable<T[K]>,
): T {
  const value = object[key];
  if (value === undefined || value === null) return object;
  const changed = how(value);
  if (changed === value) return object;
  // To set a field of a copy costs much less than a computed key in a literal.
  const copy = { ...object };
  copy[key] = changed;
  return copy;
}

/** Maps a list; the very same list comes back when no element changes. */
export function mapList<T>(list: readonly T[], how: (item: T) => T): readonly T[] {
  const mapped = list.map(how);
  return mapped.every((item, index) => item === list[index]) ? list : mapped;
}

type Amounts = Readonly<Record<string, string>>;

/** Quantities in the form in which Kubernetes stores them. */
export function canonicalAmounts(amounts: Amounts): Amounts {
  let changed: Record<string, string> | undefined;
  for (const [name, amount] of Object.entries(amounts)) {
    const canonical = canonicalQuantity(amount);
    if (canonical === amount) continue;
    changed ??= { ...amounts };
    changed[name] = canonical;
  }
  return changed ?? amounts;
}

/** Quantities of `limits` and `requests` in the form in which Kubernetes stores them. */
export function canonicalResources<T extends { readonly limits?: Amounts; readonly requests?: Amounts }>(
  resources: T,
): T {
  const limits = resources.limits && canonicalAmounts(resources.limits);
  const requests = resources.requests && canonicalAmounts(resources.requests);
  if (limits === resources.limits && requests === resources.requests) return resources;
  return { ...resources, ...(limits && { limits }), ...(requests && { requests }) };
}
