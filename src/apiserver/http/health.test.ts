import { expect, test } from 'vitest';
import type { Exchange } from './exchange.js';
import { health } from './health.js';

const good = new Map([
  ['ping', () => true],
  ['store', () => true],
]);
const bad = new Map([...good, ['store', () => false] as const]);

function ask(checks: ReadonlyMap<string, () => boolean>, url: string): readonly [number, string] {
  const [path = '', query] = url.split('?');
  const { code, body } = health(checks, { path, query: new URLSearchParams(query) } as Exchange);
  return [code, Buffer.from(body).toString()];
}

test.each<[string, ReadonlyMap<string, () => boolean>, number, string]>([
  ['/readyz', good, 200, 'ok'],
  ['/livez?verbose', good, 200, '[+]ping ok\n[+]store ok\nlivez check passed\n'],
  ['/readyz?verbose&exclude=store', bad, 200, '[+]ping ok\n[+]store excluded: ok\nreadyz check passed\n'],
  ['/readyz', bad, 500, '[+]ping ok\n[-]store failed: reason withheld\nreadyz check failed\n'],
  [
    '/healthz?verbose&exclude=b&exclude=a',
    good,
    200,
    '[+]ping ok\n[+]store ok\nwarn: some health checks cannot be excluded: no matches for "a","b"\nhealthz check passed\n',
  ],
  ['/readyz/ping', bad, 200, 'ok'],
  ['/readyz/store', bad, 500, 'internal server error: store failed\n'],
])('%s', (url, checks, code, text) => {
  expect(ask(checks, url)).toEqual([code, text]);
});

test('a check that is none is not found', () => {
  expect(() => ask(good, '/readyz/nope')).toThrow('the server could not find the requested resource');
  expect(() => ask(good, '/readyz/ping/more')).toThrow('the server could not find the requested resource');
});
