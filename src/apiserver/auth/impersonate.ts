import type { IncomingHttpHeaders } from 'node:http';
import type { UserInfo } from '../../api/resource-api.js';
import { badRequest } from '../../api/status-error.js';
import { accountGroups } from '../tokens/account-tokens.js';
import type { ResourceAttributes } from './attributes.js';
import type { Authorizer } from './authorizer.js';

/** The heads of a request; `rawHeaders` has names and values in turn, each value by itself. */
export interface RequestHeads {
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
}

const prefix = 'impersonate-';
const extraPrefix = 'impersonate-extra-';
const anonymous = 'system:anonymous';
const everyone = 'system:authenticated';
const strangers = 'system:unauthenticated';

/** Whom a request wants to act as. */
interface Wanted {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

function isAsked(headers: IncomingHttpHeaders): boolean {
  for (const name in headers) if (name.startsWith(prefix)) return true;
  return false;
}

/** Keys of extra are percent-encoded where a header's name cannot hold them; a malformed one stands for itself. */
function extraKey(name: string): string {
  const key = name.slice(extraPrefix.length);
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function wantedOf({ rawHeaders }: RequestHeads): Wanted {
  const pairs = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ''] as const] : [],
  );
  const all = (wanted: string): string[] =>
    pairs.filter(([name]) => name === wanted).map(([, value]) => value);
  const extra = new Map<string, readonly string[]>();
  for (const [name, value] of pairs) {
    if (!name.startsWith(extraPrefix)) continue;
    const key = extraKey(name);
    extra.set(key, [...(extra.get(key) ?? []), value]);
  }
  const wanted = {
    name: all('impersonate-user')[0] ?? '',
    uid: all('impersonate-uid')[0] ?? '',
    groups: all('impersonate-group'),
    extra,
  };
  if (wanted.name !== '') return wanted;
  throw badRequest('requested a group, a uid or extra fields of a user without impersonating a user name');
}

/** An account by the name of its user; undefined for any other user. */
function accountOf(name: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, namespace, account] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name) ?? [];
  return namespace === undefined || account === undefined ? undefined : { namespace, name: account };
}

function act(group: string, plural: string, rest: Partial<ResourceAttributes>): ResourceAttributes {
  return { verb: 'impersonate', kind: { group, kind: plural, plural }, ...rest };
}

/** Everything that has to be allowed for it. */
function actsOf({ name, uid, groups, extra }: Wanted): readonly ResourceAttributes[] {
  const authentication = 'authentication.k8s.io';
  const account = accountOf(name);
  return [
    account === undefined ? act('', 'users', { name }) : act('', 'serviceaccounts', account),
    ...groups.map((group) => act('', 'groups', { name: group })),
    ...[...extra].flatMap(([subresource, values]) =>
      values.map((value) => act(authentication, 'userextras', { subresource, name: value })),
    ),
    ...(uid === '' ? [] : [act(authentication, 'uids', { name: uid })]),
  ];
}

function groupsOf({ name, groups }: Wanted): readonly string[] {
  const account = accountOf(name);
  const given = groups.length === 0 && account !== undefined ? accountGroups(account.namespace) : groups;
  if (name === anonymous) return given.includes(strangers) ? given : [...given, strangers];
  return given.includes(everyone) || given.includes(strangers) ? given : [...given, everyone];
}

/** The user that a request is done as: who asks, or whom it asks to be, if that is allowed. */
export function actingUser(user: UserInfo, heads: RequestHeads, authorizer: Authorizer): UserInfo {
  if (!isAsked(heads.headers)) return user;
  const wanted = wantedOf(heads);
  for (const attributes of actsOf(wanted)) authorizer.check(user, attributes);
  const { name, uid, extra } = wanted;
  return {
    name,
    groups: groupsOf(wanted),
    ...(uid !== '' && { uid }),
    ...(extra.size > 0 && { extra: Object.fromEntries(extra) }),
  };
}
