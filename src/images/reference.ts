/** An image reference with nothing left out. */
export interface ImageReference {
  /** `docker.io`, `registry.example:5000` */
  readonly domain: string;
  /** `library/mysql` */
  readonly path: string;
  /** Undefined only when there is a digest. */
  readonly tag?: string;
  /** `sha256:...` */
  readonly digest?: string;
}

/** A text that is no image reference. */
export class InvalidReferenceError extends Error {
  override readonly name = 'InvalidReferenceError';
}

const DOMAIN =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::\d+)?$/;
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

function splitDomain(name: string): readonly [string, string] {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  // What has a dot, a port or capitals, or is localhost, is a host; anything else is a folder of the default registry.
  const isHost = first === 'localhost' || /[.:[]/.test(first) || first !== first.toLowerCase();
  if (!isHost) return ['docker.io', name.includes('/') ? name : `library/${name}`];
  const path = name.slice(slash + 1);
  if (first !== 'index.docker.io' && first !== 'docker.io') return [first, path];
  return ['docker.io', path.includes('/') ? path : `library/${path}`];
}

function refuse(text: string, why: string): never {
  throw new InvalidReferenceError(`${JSON.stringify(text)} is not an image reference: ${why}`);
}

/** Reads `mysql`, `mysql:8`, `registry:5000/team/app@sha256:...` and fills in what Docker's rules fill in. */
export function parseReference(text: string): ImageReference {
  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : digest === undefined ? 'latest' : undefined;
  const [domain, path] = splitDomain(hasTag ? named.slice(0, colon) : named);
  if (named === '') refuse(text, 'it has no name');
  if (!DOMAIN.test(domain)) refuse(text, `${JSON.stringify(domain)} is not a host`);
  if (!path.split('/').every((part) => PATH_PART.test(part))) {
    refuse(text, `${JSON.stringify(path)} must be lower-case letters, digits and single separators`);
  }
  if (tag !== undefined && !TAG.test(tag)) refuse(text, `${JSON.stringify(tag)} is not a tag`);
  if (digest !== undefined && !DIGEST.test(digest)) refuse(text, `${JSON.stringify(digest)} is not a digest`);
  return { domain, path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** The reference in full: `docker.io/library/mysql:8`. */
export function formatReference({ domain, path, tag, digest }: ImageReference): string {
  return `${domain}/${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** `parseReference` and `formatReference` in one. */
export function normalizeReference(text: string): string {
  return formatReference(parseReference(text));
}
