/**
 * Replaces `$(NAME)` by the value of a variable, as Kubernetes does: an unknown name stays as it stands, and `$$` is a dollar sign
 * that begins nothing.
 */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^()]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    return variables.get(name) ?? whole;
  });
}
