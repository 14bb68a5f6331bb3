import type { Secret } from '../../api/generated/core-v1.js';
import type { KubeObject } from '../../api/kube-object.js';
import type { UserInfo } from '../../api/resource-api.js';
import type { Clock } from '../../lib/clock.js';
import type { Store } from '../../store/store.js';
import { decode } from '../registry/codec.js';
import { type Bond, bondsOf, brokenBond } from './bonds.js';
import {
  type Binding,
  boundClaims,
  issuer,
  leewayMs,
  legacyClaims,
  readClaims,
  type TokenClaims,
  userNameOf,
} from './claims.js';
import { isSignedBy, readJwt, signJwt } from './jwt.js';
import { createSigningKey, type SigningKey, signingKeyOf } from './signing-key.js';

/** Whose token it is, or why it is worth nothing. `audiences` are those of the asked ones that the token is for. */
export type TokenVerdict =
  | { readonly valid: true; readonly user: UserInfo; readonly audiences: readonly string[] }
  | { readonly valid: false; readonly why: string };

/** What the tokens rest on. */
export interface AccountTokensOptions {
  /** PEM; without it a key is made that ends with this server. */
  readonly accountKey: string | undefined;
  readonly store: Store;
  readonly clock: Clock;
}

/** Audiences of a caller who asks for none: the API server itself. */
export const apiAudiences: readonly string[] = [issuer];

/** How many tokens are remembered whose signature was found good. */
const rememberedTokens = 4096;

/** A token whose signature is good, and what is found out from it once. */
interface Known {
  readonly claims: TokenClaims;
  readonly user: UserInfo;
  readonly bonds: readonly Bond[];
}

/**
 * Issues the tokens of ServiceAccounts and knows them again. That a signature is good is remembered; whether the token still
 * holds (its times, its account, the object that it is bound to) is looked up each time, so that taking one of them away tells at once.
 */
export class AccountTokens {
  readonly #pem: string | undefined;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();
  #key: SigningKey | undefined;

  constructor({ accountKey, store, clock }: AccountTokensOptions) {
    this.#pem = accountKey;
    this.#store = store;
    this.#clock = clock;
  }

  /** Read when it is first needed: most servers of tests never sign. */
  get key(): SigningKey {
    this.#key ??= signingKeyOf(this.#pem ?? createSigningKey());
    return this.#key;
  }

  /** Signs a token that expires. */
  issue(binding: Binding): string {
    return signJwt(this.key, boundClaims(binding));
  }

  /** Signs the token that a Secret of type `kubernetes.io/service-account-token` holds. */
  issueLegacy(account: KubeObject, secret: KubeObject): string {
    return signJwt(this.key, legacyClaims(account, secret));
  }

  /** Finds out whose token it is. */
  authenticate(token: string, audiences: readonly string[] = apiAudiences): TokenVerdict {
    const known = this.#known.get(token) ?? this.#verify(token);
    if (known === undefined) return { valid: false, why: 'invalid bearer token' };
    const { claims, user } = known;
    const shared = claims.audiences.filter((one) => audiences.includes(one));
    if (shared.length === 0) return { valid: false, why: wrongAudience(claims.audiences, audiences) };
    const why = this.#flaw(token, known);
    return why === undefined ? { valid: true, user, audiences: shared } : { valid: false, why };
  }

  #verify(token: string): Known | undefined {
    const jwt = readJwt(token);
    if (jwt === undefined || !isSignedBy(jwt, this.key)) return undefined;
    const claims = readClaims(jwt.claims);
    if (claims === undefined) return undefined;
    const known = { claims, user: userOf(claims), bonds: bondsOf(claims) };
    const [oldest] = this.#known.size < rememberedTokens ? [] : this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(token, known);
    return known;
  }

  #flaw(token: string, { claims, bonds }: Known): string | undefined {
    const nowMs = this.#clock.now();
    const untimely = untimeliness(claims, nowMs);
    if (untimely !== undefined) return untimely;
    for (const bond of bonds) {
      const broken = brokenBond(this.#store, bond, nowMs);
      if (broken !== undefined) return broken;
    }
    return claims.keptIn === undefined ? undefined : this.#lost(token, claims.namespace, claims.keptIn);
  }

  /** A token from a Secret holds as long as it lies there. */
  #lost(token: string, namespace: string, name: string): string | undefined {
    const entry = this.#store.get(`/registry/core/secrets/${namespace}/${name}`);
    if (entry === undefined) return 'service account token has been invalidated';
    const { metadata, data }: Secret = decode(entry);
    if (metadata?.deletionTimestamp !== undefined) return 'service account token has been invalidated';
    const same = data?.['token'] === Buffer.from(token).toString('base64');
    return same ? undefined : "service account token does not match server's copy";
  }
}

function quotedList(texts: readonly string[]): string {
  return `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
}

function wrongAudience(has: readonly string[], wanted: readonly string[]): string {
  return `token audiences ${quotedList(has)} is invalid for the target audiences ${quotedList(wanted)}`;
}

function untimeliness({ expires, notBefore, issued }: TokenClaims, nowMs: number): string | undefined {
  if (notBefore !== undefined && notBefore * 1000 > nowMs + leewayMs)
    return 'service account token is not valid yet';
  if (expires !== undefined && expires * 1000 < nowMs - leewayMs) return 'service account token has expired';
  if (issued !== undefined && issued * 1000 > nowMs + leewayMs)
    return 'service account token is issued in the future';
  return undefined;
}

const extraPrefix = 'authentication.kubernetes.io/';

function userOf({ namespace, account, pod, node, id }: TokenClaims): UserInfo {
  const extra: Record<string, readonly string[]> = {};
  const add = (name: string, value: string | undefined): void => {
    if (value) extra[`${extraPrefix}${name}`] = [value];
  };
  add('credential-id', id === undefined ? undefined : `JTI=${id}`);
  add('node-name', node?.name);
  add('node-uid', node?.uid);
  add('pod-name', pod?.name);
  add('pod-uid', pod?.uid);
  return {
    name: userNameOf(namespace, account.name),
    uid: account.uid,
    groups: accountGroups(namespace),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** The groups of every account in a namespace. */
export function accountGroups(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
}
