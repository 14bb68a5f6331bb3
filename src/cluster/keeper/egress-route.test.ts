import { describe, expect, it } from 'vitest';
import { destinationOf, loopbackName, upstreamFor } from './egress-route.js';

describe('destinationOf', () => {
  it.each([
    ['registry.example:5000', { host: 'registry.example', port: 5000 }],
    ['Registry.Example', { host: 'registry.example', port: 443 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['127-0-0-5.loopback.holdfast.internal:5000', { host: '127.0.0.5', port: 5000 }],
    ['10-0-0-5.loopback.holdfast.internal:80', { host: '10-0-0-5.loopback.holdfast.internal', port: 80 }],
    ['a:0', undefined],
    ['a:99999', undefined],
    ['a b', undefined],
    ['', undefined],
  ])('reads %j', (authority, destination) => expect(destinationOf(authority, 443)).toEqual(destination));

  it('dials the name that it gave to a loopback address', () => {
    expect(destinationOf(`${loopbackName('127.3.2.1')}:1`, 1)?.host).toBe('127.3.2.1');
    expect(loopbackName('localhost')).toBe('127-0-0-1.loopback.holdfast.internal');
    expect(loopbackName('128.0.0.1')).toBeUndefined();
  });
});

describe('upstreamFor', () => {
  const proxies = { https: 'http://proxy:3128', no: 'corp.example, .internal' };
  it.each([
    ['https', 'registry.example', { host: 'proxy', port: 3128 }],
    ['http', 'registry.example', undefined],
    ['https', 'corp.example', undefined],
    ['https', 'a.corp.example', undefined],
    ['https', 'x.internal', undefined],
    ['https', '127.0.0.1', undefined],
  ] as const)('%s to %s', (scheme, host, upstream) =>
    expect(upstreamFor(scheme, host, proxies)).toEqual(upstream),
  );
});
