/** A fact that may be unreadable: "could not be read" is never the same as "absent" or zero. */
export type Known<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly why: string };

/** Wraps a fact that was read. */
export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

/** Stands for a fact that could not be read, and says why. */
export function unknown<T>(why: string): Known<T> {
  return { known: false, why };
}
