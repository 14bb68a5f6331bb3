import { describe, expect, it } from 'vitest';
import { findStandIn } from './index.js';

describe('findStandIn', () => {
  it.each([
    'mysql',
    'mysql:8',
    'mysql:8.0',
    'mysql:8.4.3',
    'mysql:9',
    'mysql:9.1',
    'mysql:latest',
    'mysql:lts',
    'library/mysql:8',
  ])('lets the mysql recipe stand in for %s', async (reference) => {
    expect(await findStandIn(reference)).toMatchObject({
      recipe: 'mysql',
      reference: 'holdfast.local/mysql:latest',
    });
  });

  it.each([
    'mysql:5.7',
    'mysql:80',
    'mysql:8.0-debian',
    'mysql:8x',
    'mysql:10',
    'mariadb:11',
    'team/mysql:8',
    'registry.example/library/mysql:8',
    `mysql:8@sha256:${'ab'.repeat(32)}`,
    'busybox',
  ])('has nothing for %s', async (reference) => {
    expect(await findStandIn(reference)).toBeUndefined();
  });
});
