import { issuer } from './claims.js';
import { publicJwk, type SigningKey } from './signing-key.js';

/** A document by which others learn to check tokens by themselves. */
export interface IssuerDocument {
  readonly type: string;
  readonly value: object;
}

const keysPath = '/openid/v1/jwks';

/** Where the documents lie. */
export const issuerPaths: readonly string[] = ['/.well-known/openid-configuration', keysPath];

/** The OpenID Connect document at a path; undefined at any other. */
export function issuerDocument(path: string, key: SigningKey): IssuerDocument | undefined {
  if (path === keysPath) return { type: 'application/jwk-set+json', value: { keys: [publicJwk(key)] } };
  if (path !== issuerPaths[0]) return undefined;
  const value = {
    issuer,
    // A name that every Pod can reach; on the host the same path is there at the host's port.
    jwks_uri: `${issuer}${keysPath}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  };
  return { type: 'application/json', value };
}
