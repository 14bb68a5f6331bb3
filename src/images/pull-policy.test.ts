import { describe, expect, it } from 'vitest';
import { classifyPullFailure, mayStandIn } from './pull-policy.js';

const RESOLVE =
  'rpc error: code = Unknown desc = failed to pull and unpack image "docker.io/library/mysql:8": failed to resolve reference "docker.io/library/mysql:8": ';
const HEAD = `${RESOLVE}failed to do request: Head "https://registry.example/v2/library/mysql/manifests/8": `;
const COPY =
  'failed to pull and unpack image "docker.io/library/mysql:8": failed to copy: httpReadSeeker: failed open: ';

describe('classifyPullFailure', () => {
  it.each([
    ['dns', `${HEAD}dial tcp: lookup registry.example on 10.96.0.10:53: no such host`],
    ['dns', `${HEAD}dial tcp: lookup registry.example: Temporary failure in name resolution`],
    [
      'dns',
      `${HEAD}dial tcp: lookup registry.example on [::1]:53: read udp [::1]:4->[::1]:53: read: connection refused`,
    ],
    [
      'dns',
      `${HEAD}dial tcp: lookup registry.example on 192.0.2.1:53: read udp 192.0.2.2:4->192.0.2.1:53: i/o timeout`,
    ],
    [
      'dns',
      `${RESOLVE}failed to authorize: failed to fetch anonymous token: Get "https://auth.example/token?scope=x": dial tcp: lookup auth.example: no such host`,
    ],
    ['connect', `${HEAD}dial tcp 127.55.0.1:1: connect: connection refused`],
    ['connect', `${HEAD}dial tcp 192.0.2.1:443: connect: network is unreachable`],
    ['connect', `${HEAD}dial tcp 192.0.2.1:443: connect: no route to host`],
    ['connect', `${HEAD}read tcp 127.0.0.1:3->127.55.0.1:4: read: connection reset by peer`],
    ['connect', `${HEAD}EOF`],
    ['timeout', `${HEAD}dial tcp 192.0.2.1:443: i/o timeout`],
    ['timeout', `${HEAD}net/http: TLS handshake timeout`],
    ['timeout', `${HEAD}context deadline exceeded`],
    ['tls', `${HEAD}x509: certificate signed by unknown authority`],
    ['tls', `${HEAD}x509: certificate is valid for a.example, not registry.example`],
    ['tls', `${HEAD}remote error: tls: handshake failure`],
    ['tls', `${HEAD}http: server gave HTTP response to HTTPS client`],
    ['proxy', `${HEAD}proxyconnect tcp: dial tcp 10.244.0.1:3128: connect: connection refused`],
    ['proxy', `${HEAD}Bad Gateway`],
    ['proxy', `${HEAD}Gateway Timeout`],
    ['proxy', `${HEAD}Service Unavailable`],
  ])('finds the registry unreachable (%s): %s', (why, message) => {
    const failure = classifyPullFailure(message);
    expect(failure).toEqual({ kind: 'unreachable', why });
    expect(mayStandIn(failure)).toBe(true);
  });

  it.each([
    [
      401,
      `${RESOLVE}pulling from host registry.example failed with status code [manifests 8]: 401 Unauthorized`,
    ],
    [
      401,
      `${RESOLVE}failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized`,
    ],
    [
      401,
      `${RESOLVE}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    ],
    [
      403,
      `${RESOLVE}pulling from host registry.example failed with status code [manifests 8]: 403 Forbidden`,
    ],
    [
      403,
      `${RESOLVE}unexpected status from HEAD request to https://registry.example/v2/x/manifests/8: 403 Forbidden`,
    ],
    [404, `${RESOLVE}docker.io/library/mysql:8: not found`],
    [404, 'failed to resolve reference "127.55.0.1:15099/c404/x:1": 127.55.0.1:15099/c404/x:1: not found'],
    [
      429,
      `${RESOLVE}pulling from host registry.example failed with status code [manifests 8]: 429 Too Many Requests`,
    ],
    [
      429,
      `${COPY}unexpected status code https://registry.example/v2/x: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit`,
    ],
  ])('takes a %i for an answer: %s', (status, message) => {
    const failure = classifyPullFailure(message);
    expect(failure).toEqual({ kind: 'refused', status });
    expect(mayStandIn(failure)).toBe(false);
  });

  it.each([
    `${RESOLVE}pulling from host registry.example failed with status code [manifests 8]: 500 Internal Server Error`,
    `${RESOLVE}pulling from host registry.example failed with status code [manifests 8]: 502 Bad Gateway`,
    `${HEAD}Forbidden`,
    'failed to extract layer sha256:1: write /var/lib/x: no space left on device: unknown',
    'failed to pull and unpack image: unexpected media type text/html for sha256:1',
    '',
  ])('allows no stand-in for anything else: %s', (message) => {
    expect(classifyPullFailure(message)).toEqual({ kind: 'other' });
  });
});
