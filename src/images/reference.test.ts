import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidReferenceError, normalizeReference, parseReference } from './reference.js';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('image references', () => {
  it.each([
    ['mysql', 'docker.io/library/mysql:latest'],
    ['mysql:8', 'docker.io/library/mysql:8'],
    ['team/app', 'docker.io/team/app:latest'],
    ['docker.io/mysql:8', 'docker.io/library/mysql:8'],
    ['index.docker.io/library/mysql:8', 'docker.io/library/mysql:8'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app:1', 'localhost:5000/app:1'],
    ['registry.example/a/b/c:v1.2-x_y', 'registry.example/a/b/c:v1.2-x_y'],
    ['holdfast.local/mysql:9.7.4', 'holdfast.local/mysql:9.7.4'],
    [`mysql@${digest}`, `docker.io/library/mysql@${digest}`],
    [`mysql:8@${digest}`, `docker.io/library/mysql:8@${digest}`],
    ['[::1]:5000/app', '[::1]:5000/app:latest'],
  ])('fills in %s', (text, full) => {
    expect(normalizeReference(text)).toBe(full);
  });

  it.each([
    '',
    ':8',
    'MySQL',
    'a//b',
    'a/B',
    'a:',
    'a:b:c',
    'a@sha256:12',
    'a b',
    '-a',
    'a/',
    'http://x/y',
    'a:-x',
  ])('refuses %j', (text) => {
    expect(() => parseReference(text)).toThrow(InvalidReferenceError);
  });

  it('leaves a full reference as it is', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}([._-][a-z0-9]{1,4})?$/);
    const names = fc.array(part, { minLength: 1, maxLength: 3 });
    const tags = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,10}$/);
    fc.assert(
      fc.property(names, tags, (path, tag) => {
        const once = normalizeReference(`${path.join('/')}:${tag}`);
        expect(normalizeReference(once)).toBe(once);
      }),
    );
  });
});
