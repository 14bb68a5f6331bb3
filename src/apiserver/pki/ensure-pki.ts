import { X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { hasErrno, messageOf } from '../../lib/errors.js';
import { createAuthority, createClient, createServing, type KeyPair } from './certificates.js';
import { writePrivate } from './private-file.js';

/** Certificates with less than this left are made anew. */
const renewBeforeMs = 30 * 86_400_000;

/** Names that the API server answers to besides the node's own address. */
const servingNames = [
  '127.0.0.1',
  '::1',
  'localhost',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
] as const;

/** Where the certificates lie and what they must say; `now` is in milliseconds since the epoch. */
export interface PkiOptions {
  readonly dir: string;
  readonly now: number;
  /** Addresses and names besides 127.0.0.1, localhost and `kubernetes[.default[.svc[.cluster.local]]]`. */
  readonly names: readonly string[];
}

/** All key pairs of a cluster. */
export interface Pki {
  readonly authority: KeyPair;
  readonly serving: KeyPair;
  /** The bootstrap user `kubernetes-admin` in `system:masters`. */
  readonly admin: KeyPair;
}

async function readPair(dir: string, name: string): Promise<KeyPair | undefined> {
  try {
    const [certificate, key] = await Promise.all([
      readFile(join(dir, `${name}.crt`), 'utf8'),
      readFile(join(dir, `${name}.key`), 'utf8'),
    ]);
    return { certificate, key };
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw new Error(`reading certificate ${name} in ${dir} failed: ${messageOf(error)}`, { cause: error });
  }
}

async function writePair(dir: string, name: string, pair: KeyPair): Promise<void> {
  await writePrivate(join(dir, `${name}.key`), pair.key);
  await writePrivate(join(dir, `${name}.crt`), pair.certificate);
}

function parsed(pair: KeyPair): X509Certificate | undefined {
  try {
    return new X509Certificate(pair.certificate);
  } catch {
    return undefined;
  }
}

function isUsable(pair: KeyPair, authority: KeyPair, now: number): X509Certificate | undefined {
  const certificate = parsed(pair);
  if (certificate === undefined || Date.parse(certificate.validTo) - now < renewBeforeMs) return undefined;
  return certificate.verify(new X509Certificate(authority.certificate).publicKey) ? certificate : undefined;
}

function coversNames(certificate: X509Certificate, names: readonly string[]): boolean {
  return names.every(
    (name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined,
  );
}

async function ensureAuthority(options: PkiOptions): Promise<KeyPair> {
  const found = await readPair(options.dir, 'ca');
  if (found !== undefined && isUsable(found, found, options.now) !== undefined) return found;
  const made = await createAuthority('holdfast-ca', options.now);
  await writePair(options.dir, 'ca', made);
  return made;
}

/**
 * Reads the cluster's certificates, and makes those that are missing, damaged, about to expire (30 days) or, for the
 * serving certificate, lacking a name. Running it again changes nothing.
 */
export async function ensurePki(options: PkiOptions): Promise<Pki> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const authority = await ensureAuthority(options);
  const names = [...new Set([...servingNames, ...options.names])];
  const keep = async (
    name: string,
    accept: (found: X509Certificate) => boolean,
    make: () => Promise<KeyPair>,
  ) => {
    const found = await readPair(options.dir, name);
    const certificate = found === undefined ? undefined : isUsable(found, authority, options.now);
    if (found !== undefined && certificate !== undefined && accept(certificate)) return found;
    const made = await make();
    await writePair(options.dir, name, made);
    return made;
  };
  const serving = await keep(
    'apiserver',
    (found) => coversNames(found, names),
    () => createServing(authority, names, options.now),
  );
  const admin = await keep(
    'admin',
    () => true,
    () => createClient(authority, { user: 'kubernetes-admin', groups: ['system:masters'] }, options.now),
  );
  return { authority, serving, admin };
}
