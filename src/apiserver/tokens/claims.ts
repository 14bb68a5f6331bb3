import { isList, isObject, type JsonObject } from '../../api/deep.js';
import type { KubeObject } from '../../api/kube-object.js';

/** Who issues tokens, and the audience of those that name none: the API server. */
export const issuer = 'https://kubernetes.default.svc.cluster.local';
/** Who issues the tokens that lie in Secrets. */
export const legacyIssuer = 'kubernetes/serviceaccount';
/** How far clocks may be apart, milliseconds. */
export const leewayMs = 60_000;

/** An object that a token names. */
export interface Ref {
  readonly name: string;
  readonly uid: string;
}

/** What a token says; one from a Secret has no times, no audience and no id. Times in seconds since the epoch. */
export interface TokenClaims {
  readonly namespace: string;
  readonly account: Ref;
  readonly audiences: readonly string[];
  readonly expires?: number | undefined;
  readonly notBefore?: number | undefined;
  readonly issued?: number | undefined;
  readonly id?: string | undefined;
  readonly pod?: Ref | undefined;
  readonly node?: Ref | undefined;
  readonly secret?: Ref | undefined;
  /** The Secret that holds this very token. */
  readonly keptIn?: string | undefined;
}

/** What a bound token is made from. `nowMs` in milliseconds since the epoch. */
export interface Binding {
  readonly account: KubeObject;
  readonly audiences: readonly string[];
  readonly seconds: number;
  readonly nowMs: number;
  readonly id: string;
  /** After so many seconds its use is noted, where it lasts longer than was asked for. */
  readonly warnAfterSeconds?: number | undefined;
  readonly pod?: Ref | undefined;
  readonly node?: Ref | undefined;
  readonly secret?: Ref | undefined;
}

/** The reference to an object. */
export function refTo({ metadata }: KubeObject): Ref {
  return { name: metadata?.name ?? '', uid: metadata?.uid ?? '' };
}

/** The user behind an account. */
export function userNameOf(namespace: string, name: string): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** The claims of a token that expires and may be bound to an object. */
export function boundClaims(binding: Binding): object {
  const { account, audiences, seconds, nowMs, id, warnAfterSeconds, pod, node, secret } = binding;
  const namespace = account.metadata?.namespace ?? '';
  const now = Math.floor(nowMs / 1000);
  return {
    aud: audiences,
    exp: now + seconds,
    iat: now,
    iss: issuer,
    jti: id,
    'kubernetes.io': {
      namespace,
      node,
      pod,
      secret,
      serviceaccount: refTo(account),
      warnafter: warnAfterSeconds === undefined ? undefined : now + warnAfterSeconds,
    },
    nbf: now,
    sub: userNameOf(namespace, refTo(account).name),
  };
}

const legacy = 'kubernetes.io/serviceaccount/';

/** The claims of a token that lies in a Secret and lasts as long as it. */
export function legacyClaims(account: KubeObject, secret: KubeObject): object {
  const namespace = account.metadata?.namespace ?? '';
  const { name, uid } = refTo(account);
  return {
    iss: legacyIssuer,
    [`${legacy}namespace`]: namespace,
    [`${legacy}secret.name`]: refTo(secret).name,
    [`${legacy}service-account.name`]: name,
    [`${legacy}service-account.uid`]: uid,
    sub: userNameOf(namespace, name),
  };
}

function text(from: JsonObject, key: string): string | undefined {
  const value = from[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function number(from: JsonObject, key: string): number | undefined {
  const value = from[key];
  return typeof value === 'number' ? value : undefined;
}

function ref(from: JsonObject, key: string): Ref | undefined {
  const value = from[key];
  if (!isObject(value)) return undefined;
  return { name: text(value, 'name') ?? '', uid: text(value, 'uid') ?? '' };
}

function audiencesOf({ aud }: JsonObject): readonly string[] {
  const all = isList(aud) ? aud : [aud];
  return all.filter((one) => typeof one === 'string');
}

function readBound(claims: JsonObject): TokenClaims | undefined {
  const own = claims['kubernetes.io'];
  if (!isObject(own)) return undefined;
  const namespace = text(own, 'namespace');
  const account = ref(own, 'serviceaccount');
  const expires = number(claims, 'exp');
  if (namespace === undefined || account === undefined || expires === undefined) return undefined;
  return {
    namespace,
    account,
    audiences: audiencesOf(claims),
    expires,
    notBefore: number(claims, 'nbf'),
    issued: number(claims, 'iat'),
    id: text(claims, 'jti'),
    pod: ref(own, 'pod'),
    node: ref(own, 'node'),
    secret: ref(own, 'secret'),
  };
}

function readLegacy(claims: JsonObject): TokenClaims | undefined {
  const namespace = text(claims, `${legacy}namespace`);
  const keptIn = text(claims, `${legacy}secret.name`);
  const name = text(claims, `${legacy}service-account.name`);
  const uid = text(claims, `${legacy}service-account.uid`);
  if (namespace === undefined || keptIn === undefined || name === undefined || uid === undefined)
    return undefined;
  return { namespace, account: { name, uid }, audiences: [issuer], keptIn };
}

const readers = new Map<unknown, (claims: JsonObject) => TokenClaims | undefined>([
  [issuer, readBound],
  [legacyIssuer, readLegacy],
]);

/** The claims of a token whose signature was checked; undefined when they are none of a ServiceAccount. */
export function readClaims(claims: JsonObject): TokenClaims | undefined {
  const read = readers.get(claims['iss'])?.(claims);
  if (read === undefined) return undefined;
  return claims['sub'] === userNameOf(read.namespace, read.account.name) ? read : undefined;
}
