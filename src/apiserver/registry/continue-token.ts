import { badRequest } from '../../api/status-error.js';
import { messageOf } from '../../lib/errors.js';

/** Where the next page of a list begins, and which revision it shows: `latest` when that of the first page is gone. */
export interface Token {
  readonly revision: number | 'latest';
  /** The last key of the page before, below the prefix of the list. */
  readonly startAfter: string;
}

const format = 'meta.k8s.io/v1';
const latest = -1;

/** Writes a token; clients take it for opaque. */
export function encodeToken({ revision, startAfter }: Token): string {
  const rv = revision === 'latest' ? latest : revision;
  return Buffer.from(JSON.stringify({ v: format, rv, start: startAfter })).toString('base64url');
}

function refuse(why: string, cause?: unknown): never {
  throw badRequest(`invalid continue token: continue key is not valid: ${why}`, cause);
}

/** Reads a token that a client sent back; 400 when it is not one of this server's. */
export function decodeToken(text: string): Token {
  let token: { readonly v?: unknown; readonly rv?: unknown; readonly start?: unknown } | null;
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    return refuse(messageOf(error), error);
  }
  const { v, rv, start } = token ?? {};
  if (v !== format) return refuse(`server does not recognize this encoded version ${JSON.stringify(v)}`);
  if (typeof start !== 'string' || start === '') return refuse(`encoded start key empty (version ${format})`);
  if (!Number.isSafeInteger(rv) || typeof rv !== 'number' || rv === 0)
    return refuse(`incorrect encoded start resourceVersion (version ${format})`);
  return { revision: rv < 0 ? 'latest' : rv, startAfter: start };
}
