import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

/** The key by which ServiceAccount tokens are signed and known again. */
export interface SigningKey {
  /** `kid` in a token's header. */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Makes the PEM of a new key on the curve P-256. */
export function createSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** The key of a PEM; fails unless it is a private one on the curve P-256. */
export function signingKeyOf(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error('the key for ServiceAccount tokens has to be an ECDSA key on the curve P-256');
  }
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  // Named by what it is, as Kubernetes does.
  const id = createHash('sha256').update(der).digest('base64url');
  return { id, privateKey, publicKey };
}

/** The public half as others may have it, to check tokens by themselves. */
export function publicJwk({ id, publicKey }: SigningKey): object {
  return { use: 'sig', kid: id, alg: 'ES256', ...publicKey.export({ format: 'jwk' }) };
}
