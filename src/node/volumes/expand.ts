/** A text with its variables replaced, and the names of those that have no value. */
export interface Expansion {
  readonly text: string;
  readonly missing: readonly string[];
}

/** Replaces $(NAME); `$$` is a dollar sign, and anything else stays as it is. */
export function expandVariables(text: string, values: ReadonlyMap<string, string>): Expansion {
  const missing: string[] = [];
  const expanded = text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    const value = values.get(name);
    if (value === undefined) missing.push(name);
    return value ?? whole;
  });
  return { text: expanded, missing };
}
