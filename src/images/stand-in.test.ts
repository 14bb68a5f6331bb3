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
    ['redis:7', 'redis'],
    ['redis:7.4.2', 'redis'],
    ['quay.io/coreos/etcd:v3.5.21', 'etcd'],
    ['gcr.io/etcd-development/etcd:v3.5.9', 'etcd'],
  ])('has a stand-in for %s', async (reference, recipe) => {
    expect(await findStandIn(reference)).toMatchObject({ recipe });
  });

  it.each([
    // Its modules are in no package of Debian's.
    'redis',
    'redis:8',
    'redis:7-alpine',
    'quay.io/coreos/etcd:v3.6.1',
    'coreos/etcd:v3.5.21',
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
