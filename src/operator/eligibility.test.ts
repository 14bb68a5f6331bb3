import { describe, expect, it } from 'vitest';
import type { StatefulSet } from '../api/generated/apps-v1.js';
import { eligibilityOf, repositoryOf } from './eligibility.js';

type Container = NonNullable<NonNullable<StatefulSet['spec']>['template']['spec']>['containers'][number];
const plain: Container = {
  name: 'mysql',
  image: 'mysql:8',
  env: [{ name: 'MYSQL_ROOT_PASSWORD', value: 'example' }],
};

interface Shape {
  readonly container?: Partial<Container>;
  readonly sidecar?: boolean;
  readonly init?: boolean;
  readonly annotation?: string;
  readonly serviceName?: string;
}

function setOf({ container, sidecar, init, annotation, serviceName = 'mysql' }: Shape): StatefulSet {
  const containers = [{ ...plain, ...container }, ...(sidecar ? [{ name: 'agent', image: 'agent' }] : [])];
  return {
    metadata: {
      name: 'mysql',
      annotations: annotation === undefined ? {} : { 'mysql.holdfast.dev/replication': annotation },
    },
    spec: {
      selector: {},
      serviceName,
      template: {
        spec: { containers, initContainers: init ? [{ name: 'clone', image: 'xtrabackup' }] : [] },
      },
    },
  };
}

describe('which sets are replicated', () => {
  it.each<[string, Shape]>([
    ["the course's plain set", {}],
    [
      'a full reference of the library image',
      { container: { image: 'docker.io/library/mysql:8.4@sha256:abc' } },
    ],
    ['a stand-in', { container: { image: 'holdfast.local/mysql:9.7' } }],
    ['arguments to mysqld', { container: { args: ['--max-connections=50'] } }],
    ['a sidecar, when its author says so', { sidecar: true, annotation: 'enabled' }],
  ])('yes: %s', (_, shape) => expect(eligibilityOf(setOf(shape))).toEqual({ eligible: true }));

  it.each<[string, Shape, string]>([
    ['a sidecar', { sidecar: true }, 'more than one container'],
    ['init containers', { init: true }, 'init containers'],
    ['a command of its own', { container: { command: ['sh'] } }, 'a command of its own'],
    ['no root password', { container: { env: [] } }, 'MYSQL_ROOT_PASSWORD'],
    ['no serviceName', { serviceName: '' }, 'no serviceName'],
    ['its author says no', { annotation: 'disabled' }, 'is "disabled"'],
    ['a word that means nothing', { annotation: 'maybe' }, 'must be "enabled" or "disabled"'],
  ])('no, and says so: %s', (_, shape, why) => {
    expect(eligibilityOf(setOf(shape))).toMatchObject({
      eligible: false,
      mentions: true,
      why: expect.stringContaining(why),
    });
  });

  it('no, silently: another image', () => {
    expect(eligibilityOf(setOf({ container: { image: 'redis:7' } }))).toMatchObject({
      eligible: false,
      mentions: false,
    });
  });
});

describe('the repository of a reference', () => {
  it.each([
    ['mysql', 'mysql'],
    ['mysql:8', 'mysql'],
    ['localhost:5000/mysql', 'localhost:5000/mysql'],
    ['localhost:5000/mysql:8@sha256:00', 'localhost:5000/mysql'],
  ])('%s is %s', (image, repository) => expect(repositoryOf(image)).toBe(repository));
});
