import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loopbackHosts, prepareRegistry, registryOf } from './registry-hosts.js';

describe('registryOf', () => {
  it.each([
    ['mysql:8', undefined],
    ['library/mysql', undefined],
    ['localhost/app', 'localhost'],
    ['127.0.0.5:5000/app:1', '127.0.0.5:5000'],
    ['registry.example/team/app', 'registry.example'],
  ])('of %s', (reference, registry) => expect(registryOf(reference)).toBe(registry));
});

describe('a registry on the host', () => {
  it('is reached by the name that the way out knows', () => {
    expect(loopbackHosts('127.0.0.5:5000')).toContain(
      'server = "http://127-0-0-5.loopback.holdfast.internal:5000"',
    );
    expect(loopbackHosts('localhost')).toContain('"http://127-0-0-1.loopback.holdfast.internal"');
    expect(loopbackHosts('registry.example:5000')).toBeUndefined();
  });

  it('gets a file where containerd looks for it, others get none', () => {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-'));
    prepareRegistry(directory, '127.0.0.5:5000/app:1');
    prepareRegistry(directory, 'registry.example/app:1');
    prepareRegistry(directory, 'mysql:8');
    expect(readdirSync(directory)).toEqual(['127.0.0.5:5000']);
    expect(readFileSync(join(directory, '127.0.0.5:5000', 'hosts.toml'), 'utf8')).toBe(
      loopbackHosts('127.0.0.5:5000'),
    );
    rmSync(directory, { recursive: true });
  });
});
