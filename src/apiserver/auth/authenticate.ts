import { TLSSocket } from 'node:tls';
import type { UserInfo } from '../../api/resource-api.js';
import { unauthorized } from '../../api/status-error.js';
import type { AccountTokens } from '../tokens/account-tokens.js';

/** What an authenticator sees of a request. */
export interface Credentials {
  /** Stands for the connection: the same object as long as it lasts. */
  readonly connection: object;
  readonly socket: unknown;
  readonly authorization: string | undefined;
}

/** Finds out who asks: undefined when it has nothing to say; throws 401 when what is shown is wrong. */
export type Authenticator = (credentials: Credentials) => UserInfo | undefined;

const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

function withAuthenticated(user: UserInfo): UserInfo {
  return { ...user, groups: [...new Set([...user.groups, 'system:authenticated'])] };
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** Kubernetes names a certificate by its fingerprint. */
function certificateId(fingerprint: string): UserInfo['extra'] {
  const id = `X509SHA256=${fingerprint.replaceAll(':', '').toLowerCase()}`;
  return { 'authentication.kubernetes.io/credential-id': [id] };
}

function certificateUser(socket: TLSSocket): UserInfo | undefined {
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  const [name] = list(subject.CN);
  if (!socket.authorized || name === undefined) {
    throw unauthorized('the client certificate is not signed by this cluster, or is out of date');
  }
  return withAuthenticated({ name, groups: [...list(subject.O)], extra: certificateId(fingerprint256) });
}

/** Users by client certificate: CN is the name, each O a group. Looked up once a connection. */
export function clientCertificates(): Authenticator {
  const known = new WeakMap<object, UserInfo | 'none'>();
  return ({ socket, connection }) => {
    if (!(socket instanceof TLSSocket)) return undefined;
    const found = known.get(connection) ?? certificateUser(socket) ?? 'none';
    known.set(connection, found);
    return found === 'none' ? undefined : found;
  };
}

function bearerOf({ authorization }: Credentials): string | undefined {
  return authorization === undefined ? undefined : /^bearer +(\S+)$/i.exec(authorization)?.[1];
}

/** Users by bearer token. */
export function bearerTokens(tokens: ReadonlyMap<string, UserInfo>): Authenticator {
  const users = new Map([...tokens].map(([token, user]) => [token, withAuthenticated(user)]));
  return (credentials) => {
    const token = bearerOf(credentials);
    return token === undefined ? undefined : users.get(token);
  };
}

/** ServiceAccounts by the tokens that this API server has issued. */
export function accountTokens(tokens: AccountTokens): Authenticator {
  return (credentials) => {
    const token = bearerOf(credentials);
    const verdict = token === undefined ? undefined : tokens.authenticate(token);
    // Why a token is refused is not for one who may only have guessed it.
    return verdict?.valid === true ? verdict.user : undefined;
  };
}

/** Asks one after the other; who shows nothing is anonymous. */
export function authenticate(authenticators: readonly Authenticator[], credentials: Credentials): UserInfo {
  for (const authenticator of authenticators) {
    const user = authenticator(credentials);
    if (user !== undefined) return user;
  }
  if (credentials.authorization !== undefined) throw unauthorized();
  return anonymous;
}
