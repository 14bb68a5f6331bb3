import type { Secret, ServiceAccount } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import type { Cache, Client } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import { accountName, tokenType } from './contents.js';
import type { TokenSecretFacts } from './facts.js';

/** The caches that the controller reads. */
export interface TokenSecretCaches {
  /** Only those that hold tokens. */
  readonly secrets: Cache<Secret>;
  readonly accounts: Cache<ServiceAccount>;
}

/** Opens the controller's caches. */
export function openCaches(client: Client): TokenSecretCaches {
  return {
    secrets: client.cache(kinds.Secret, { fieldSelector: `type=${tokenType}` }),
    accounts: client.cache(kinds.ServiceAccount),
  };
}

/** Reads a Secret and its account; undefined when the Secret is gone. */
export async function observe(
  caches: TokenSecretCaches,
  key: string,
  certificate: Promise<string> | undefined,
): Promise<TokenSecretFacts | undefined> {
  await Promise.all([caches.secrets.synced, caches.accounts.synced]);
  const known = await certificate;
  const secret = caches.secrets.get(splitKey(key));
  if (secret === undefined) return undefined;
  const account = caches.accounts.get({ namespace: secret.metadata?.namespace, name: accountName(secret) });
  return { secret, account, certificate: known };
}

/** A Secret is looked at when it changes and when its account does. */
export function sources(caches: TokenSecretCaches): readonly KeySource<string>[] {
  const secretsOf = ({ metadata }: ServiceAccount): readonly string[] =>
    caches.secrets
      .list(metadata?.namespace)
      .filter((secret) => accountName(secret) === metadata?.name)
      .map(keyOf);
  return [ownKeys(caches.secrets), fromCache(caches.accounts, (change) => bothSides(change, secretsOf))];
}
