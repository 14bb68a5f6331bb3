import { sign, verify } from 'node:crypto';
import { isObject, type JsonObject } from '../../api/deep.js';
import type { SigningKey } from './signing-key.js';

/** A JSON Web Token taken apart; nothing in it is to be believed before its signature is checked. */
export interface Jwt {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly signature: Buffer;
  /** The bytes that are signed. */
  readonly signed: string;
}

const algorithm = 'ES256';
/** ES256 writes r and s one after the other, 32 bytes each, and not as OpenSSL does by itself. */
const dsaEncoding = 'ieee-p1363';

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Signs claims with the key. */
export function signJwt(key: SigningKey, claims: object): string {
  const signed = `${encoded({ alg: algorithm, kid: key.id })}.${encoded(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key: key.privateKey, dsaEncoding });
  return `${signed}.${signature.toString('base64url')}`;
}

/** Undefined for anything but the one way in which these bytes are written: Node.js would read over strange characters. */
function decoded(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return part !== '' && bytes.toString('base64url') === part ? bytes : undefined;
}

function decodedObject(part: string): JsonObject | undefined {
  const bytes = decoded(part);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Takes a token apart; undefined when it is no JSON Web Token. */
export function readJwt(token: string): Jwt | undefined {
  const [first = '', second = '', third = '', ...more] = token.split('.');
  const header = decodedObject(first);
  const claims = decodedObject(second);
  const signature = decoded(third);
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0)
    return undefined;
  return { header, claims, signature, signed: `${first}.${second}` };
}

/** Whether this key has signed the token; the token's own word on its algorithm counts only if it is the key's. */
export function isSignedBy({ header, signature, signed }: Jwt, key: SigningKey): boolean {
  if (header['alg'] !== algorithm) return false;
  if (header['kid'] !== undefined && header['kid'] !== key.id) return false;
  return verify('sha256', Buffer.from(signed), { key: key.publicKey, dsaEncoding }, signature);
}
