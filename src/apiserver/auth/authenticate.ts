import { TLSSocket } from 'node:tls';
import type { UserInfo } from '../../api/resource-api.js';
import { unauthorized } from '../../api/status-error.js';

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

function certificateUser(socket: TLSSocket): UserInfo | undefined {
  const { subject } = socket.getPeerCertificate();
  if (subject === undefined) return undefined;
  const [name] = list(subject.CN);
  if (!socket.authorized || name === undefined) {
    throw unauthorized('the client certificate is not signed by this cluster, or is out of date');
  }
  return withAuthenticated({ name, groups: [...list(subject.O)] });
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

/** Users by bearer token. */
export function bearerTokens(tokens: ReadonlyMap<string, UserInfo>): Authenticator {
  const users = new Map([...tokens].map(([token, user]) => [token, withAuthenticated(user)]));
  return ({ authorization }) => {
    if (authorization === undefined) return undefined;
    const token = /^bearer +(\S+)$/i.exec(authorization)?.[1];
    const user = token === undefined ? undefined : users.get(token);
    if (user === undefined) throw unauthorized();
    return user;
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
