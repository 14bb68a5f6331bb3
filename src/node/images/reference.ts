/** An image reference taken apart. `digest` is `sha256:...`. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const pattern = new RegExp(
  `^(?:([^/]+)/)?(${component}(?:/${component})*)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
);

/** Takes a reference apart by the rules of the Docker reference grammar; undefined when it is none. */
export function parseReference(text: string): ImageReference | undefined {
  const slash = text.indexOf('/');
  const first = slash < 0 ? '' : text.slice(0, slash);
  const isRegistry = /[.:]/.test(first) || first === 'localhost';
  const full = isRegistry ? text : `docker.io/${text}`;
  const match = pattern.exec(full);
  if (match === null) return undefined;
  const [, registry = '', path = '', tag, digest] = match;
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  return { registry, repository, tag, digest };
}

/** The full form of a reference: `mysql:8` is `docker.io/library/mysql:8`. What is no reference comes back as it is. */
export function normalizeReference(text: string): string {
  const parsed = parseReference(text);
  if (parsed === undefined) return text;
  const { registry, repository, digest } = parsed;
  const tag = parsed.tag ?? (digest === undefined ? 'latest' : undefined);
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
