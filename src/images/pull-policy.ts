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

/** containerd 1.6 writes "failed with status code [manifests 8]: 401 ...", others "unexpected status ...: 401 ...". */
const STATUS = /(?:unexpected status|failed with status code)[^\n]*?: (401|403|404|429)\b/i;

/** Words of containerd's resolver for an answer of the registry (or of its token server) without the number. */
const REFUSED: readonly (readonly [RegExp, Refused])[] = [
  [/\btoomanyrequests\b/i, 429],
  [/: not found\s*$|manifest unknown/i, 404],
  [
    /pull access denied|insufficient_scope|authorization failed|no basic auth credentials|authentication required/i,
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

function refusal(message: string): Refused | undefined {
  const status = Number(STATUS.exec(message)?.[1]);
  if (status === 401 || status === 403 || status === 404 || status === 429) return status;
  return REFUSED.find(([pattern]) => pattern.test(message))?.[1];
}

/** Reads containerd's message about a failed pull. What is not known is not taken for an unreachable registry. */
export function classifyPullFailure(message: string): PullFailure {
  const status = refusal(message);
  if (status !== undefined) return { kind: 'refused', status };
  const unreachable = UNREACHABLE.find(([pattern]) => pattern.test(message));
  return unreachable === undefined ? { kind: 'other' } : { kind: 'unreachable', why: unreachable[1] };
}

/** Whether a stand-in may be used after this failure. */
export function mayStandIn(failure: PullFailure): boolean {
  return failure.kind === 'unreachable';
}
