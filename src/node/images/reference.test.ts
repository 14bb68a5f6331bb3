import { describe, expect, it } from 'vitest';
import { normalizeReference, parseReference } from './reference.js';

const digest = `sha256:${'0'.repeat(64)}`;

describe('image references', () => {
  it.each([
    ['mysql', 'docker.io/library/mysql:latest'],
    ['mysql:8', 'docker.io/library/mysql:8'],
    ['bitnami/mysql:8.0', 'docker.io/bitnami/mysql:8.0'],
    ['docker.io/mysql:8', 'docker.io/library/mysql:8'],
    ['localhost/x', 'localhost/x:latest'],
    ['registry.test:5000/a/b:1', 'registry.test:5000/a/b:1'],
    [`mysql@${digest}`, `docker.io/library/mysql@${digest}`],
    [`mysql:8@${digest}`, `docker.io/library/mysql:8@${digest}`],
  ])('%s is %s', (text, full) => {
    expect(normalizeReference(text)).toBe(full);
    expect(normalizeReference(full)).toBe(full);
  });

  it.each(['', 'NOT/an image', 'mysql:', 'Mysql', 'a//b', 'mysql@sha256:1'])('%j is none', (text) => {
    expect(parseReference(text)).toBeUndefined();
  });
});
