import type { KeyObject } from 'node:crypto';
import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a new certificate says; `validDays` counts from `now` (milliseconds since the epoch). */
interface CertificateRequest {
  readonly subject: string;
  readonly now: number;
  readonly validDays: number;
  readonly extensions: readonly x509.Extension[];
  readonly issuer?: KeyPair;
}

/** Whose certificate a client certificate is: CN is the user, each O a group. */
export interface ClientSubject {
  readonly user: string;
  readonly groups: readonly string[];
}

function signingKey(pem: string): Promise<webcrypto.CryptoKey> {
  const key: KeyObject = createPrivateKey(pem);
  const der = key.export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return x509.PemConverter.encode(der, 'PRIVATE KEY');
}

async function issue(request: CertificateRequest): Promise<KeyPair> {
  x509.cryptoProvider.set(webcrypto);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const issuer =
    request.issuer === undefined ? undefined : new x509.X509Certificate(request.issuer.certificate);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: request.subject,
      issuer: issuer?.subject ?? request.subject,
      // A minute back, for clients whose clocks lag.
      notBefore: new Date(request.now - 60_000),
      notAfter: new Date(request.now + request.validDays * dayMs),
      publicKey: keys.publicKey,
      signingKey: request.issuer === undefined ? keys.privateKey : await signingKey(request.issuer.key),
      signingAlgorithm: algorithm,
      extensions: [...request.extensions, await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)],
    },
    webcrypto,
  );
  return { certificate: `${certificate.toString('pem')}\n`, key: `${await privatePem(keys.privateKey)}\n` };
}

/** Serial numbers are positive: the top bit stays clear. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** Makes a self-signed authority that may sign leaves only. */
export function createAuthority(commonName: string, now: number): Promise<KeyPair> {
  return issue({
    subject: `CN=${commonName}`,
    now,
    validDays: 3650,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
}

/** Makes the API server's certificate for these DNS names and addresses. */
export function createServing(authority: KeyPair, names: readonly string[], now: number): Promise<KeyPair> {
  const alternatives = names.map((value) => ({
    type: isIP(value) ? ('ip' as const) : ('dns' as const),
    value,
  }));
  return issue({
    subject: 'CN=kube-apiserver',
    now,
    validDays: 365,
    issuer: authority,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(alternatives),
    ],
  });
}

/** Makes a certificate by which a client proves to be `subject`. */
export function createClient(authority: KeyPair, subject: ClientSubject, now: number): Promise<KeyPair> {
  const name = new x509.Name([
    ...subject.groups.map((group) => ({ O: [{ utf8String: group }] })),
    { CN: [{ utf8String: subject.user }] },
  ]);
  return issue({
    subject: name.toString(),
    now,
    validDays: 365,
    issuer: authority,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
    ],
  });
}
