/** Why a pull failed, as far as it matters for a stand-in. */
export type PullFailure =
  /** No registry answered: the name, the connection, TLS or the time. A stand-in may be used. */
  | { readonly kind: 'unreachable'; readonly why: 'dns' | 'connect' | 'tls' | 'timeout' | 'proxy' }
  /** The registry answered, and said no. Never a stand-in. */
  | { readonly kind: 'refused'; readonly status: 401 | 403 | 404 | 429 }
  /** Anything else (a registry's own error, a full disk, a broken layer). Never a stand-in. */
  | { readonly kind: 'other' };

type Refused = Extract<PullFailure, { kind: 'refused' }>['status'];
type Unreachable = Extract<PullFailure, { kind: 'unreachable' }>['why'];

/** Words of containerd's resolver for an answer of the registry (or of its token server). */
const REFUSED: readonly (readonly [RegExp, Refused])[] = [
  [
    /unexpected status(?: code)?(?: from \S+ request to)?\b[^\n]*?: 429\b|\btoomanyrequests\b|: 429 Too Many Requests/i,
    429,
  ],
  [/unexpected status(?: code)?\b[^\n]*?: 403\b|: 403 Forbidden/i, 403],
  [/unexpected status(?: code)?\b[^\n]*?: 404\b|: not found\s*$|manifest unknown|: 404 Not Found/i, 404],
  [
    /unexpected status(?: code)?\b[^\n]*?: 401\b|: 401 Unauthorized|pull access denied|insufficient_scope|authorization failed|no basic auth credentials|authentication required/i,
    401,
  ],
];

/** Words of Go's network code when there was no answer. DNS stands before time-outs: a look-up can time out as well. */
const UNREACHABLE: readonly (readonly [RegExp, Unreachable])[] = [
  [/\bproxyconnect tcp\b/i, 'proxy'],
  // Go gives the text of the proxy's status line when CONNECT is refused.
  [
    /failed to do request: \w+ "https:[^"]*": (?:Bad Gateway|Gateway Timeout|Service Unavailable|Proxy Error)\s*$/i,
    'proxy',
  ],
  [
    /\blookup \S+?(?: on \S+)?: |no such host|server misbehaving|Temporary failure in name resolution/i,
    'dns',
  ],
  [/TLS handshake timeout/i, 'timeout'],
  [/\bx509: |\btls: |HTTP response to HTTPS client|remote error: /i, 'tls'],
  [
    /connection refused|no route to host|network is unreachable|host is unreachable|connection reset by peer|cannot assign requested address/i,
    'connect',
  ],
  [
    /i\/o timeout|context deadline exceeded|Client\.Timeout|DeadlineExceeded|connection timed out/i,
    'timeout',
  ],
  [/failed to do request: \w+ "[^"]*": (?:unexpected )?EOF\s*$/i, 'connect'],
];

/** Reads containerd's message about a failed pull. What is not known is not taken for an unreachable registry. */
export function classifyPullFailure(message: string): PullFailure {
  const refused = REFUSED.find(([pattern]) => pattern.test(message));
  if (refused !== undefined) return { kind: 'refused', status: refused[1] };
  const unreachable = UNREACHABLE.find(([pattern]) => pattern.test(message));
  if (unreachable !== undefined) return { kind: 'unreachable', why: unreachable[1] };
  return { kind: 'other' };
}

/** Whether a stand-in may be used after this failure. */
export function mayStandIn(failure: PullFailure): boolean {
  return failure.kind === 'unreachable';
}
