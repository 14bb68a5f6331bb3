import type { ConfigMap, Secret } from '../api/generated/core-v1.js';
import { type Known, known, unknown } from '../lib/known.js';
import type { Accounts, StateRecord } from './facts.js';

/** The record as a ConfigMap's data. */
export function recordData(record: StateRecord): Record<string, string> {
  return {
    primary: record.primary,
    epoch: String(record.epoch),
    primaryUuid: record.primaryUuid ?? '',
    cloned: record.cloned.join(','),
  };
}

/** Reads a record; one that cannot be understood is unknown, never empty: acting on an empty one could lose data. */
export function readRecord(map: ConfigMap | undefined): Known<StateRecord | undefined> {
  if (map === undefined) return known(undefined);
  const { primary, epoch, primaryUuid, cloned } = map.data ?? {};
  const name = map.metadata?.name ?? '';
  if (!primary || !/^\d+$/.test(epoch ?? '')) {
    return unknown(`ConfigMap ${name} has no valid "primary" and "epoch"; mend it or delete it`);
  }
  return known({
    primary,
    epoch: Number(epoch),
    primaryUuid: primaryUuid || undefined,
    cloned: (cloned ?? '').split(',').filter((member) => member !== ''),
  });
}

/** The accounts as a Secret's stringData. */
export function accountsData(accounts: Accounts): Record<string, string> {
  return {
    username: accounts.operator.user,
    password: accounts.operator.password,
    replicationUsername: accounts.replication.user,
    replicationPassword: accounts.replication.password,
  };
}

/** Reads the accounts from their Secret. */
export function readAccounts(secret: Secret | undefined): Known<Accounts | undefined> {
  if (secret === undefined) return known(undefined);
  const field = (key: string): string => decodeBase64(secret.data?.[key] ?? '');
  const operator = { user: field('username'), password: field('password') };
  const replication = { user: field('replicationUsername'), password: field('replicationPassword') };
  const complete = [operator, replication].every((account) => account.user !== '' && account.password !== '');
  if (!complete)
    return unknown(
      `Secret ${secret.metadata?.name ?? ''} lacks a username or a password; mend it or delete it`,
    );
  return known({ operator, replication });
}

function decodeBase64(text: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.codePointAt(0) ?? 0));
}
