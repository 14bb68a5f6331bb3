import { describe, expect, it } from 'vitest';
import type { StatefulSet } from '../api/generated/apps-v1.js';
import type { Pod } from '../api/generated/core-v1.js';
import type { PublishedPort } from '../cluster/index.js';
import { parsePublish } from './commands/up.js';
import { connectLines } from './connect.js';
import { parseManifests } from './manifests.js';
import { createPainter } from './progress/painter.js';
import { linesOf } from './progress/view.js';
import { readinessOf } from './readiness.js';

describe('manifests', () => {
  it('reads several documents, lists, and where each stands', () => {
    const text =
      'apiVersion: v1\nkind: Service\n---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n- {apiVersion: v1, kind: Secret}\n';
    expect(parseManifests(text, 'a.yaml').map(({ where, object }) => [where, object['kind']])).toEqual([
      ['a.yaml:1', 'Service'],
      ['a.yaml:6', 'Pod'],
      ['a.yaml:6', 'Secret'],
    ]);
  });

  it.each([
    ['a: b\n  c: d\n', 'a.yaml:1: not valid YAML'],
    ['apiVersion: v1\nkind: Pod\nkind: Pod\n', 'a.yaml:3: not valid YAML'],
    ['kind: Pod\n', 'a.yaml:1: apiVersion is not set'],
    ['apiVersion: v1\nkind: Pod\n---\n- 1\n', 'a.yaml:4: a manifest must be a mapping'],
  ])('refuses %j with file and line', (text, message) => {
    expect(() => parseManifests(text, 'a.yaml')).toThrow(message);
  });
});

describe('--publish', () => {
  it.each([
    ['mysql-master', { namespace: 'default', service: 'mysql-master' }],
    ['mysql:3306', { namespace: 'default', service: 'mysql', port: '3306' }],
    ['shop/db:mysql', { namespace: 'shop', service: 'db', port: 'mysql' }],
  ])('%s', (text, expected) => expect(parsePublish(text, 'default')).toEqual(expected));

  it('refuses anything else', () =>
    expect(() => parsePublish('A:B:C', 'default')).toThrow('[NAMESPACE/]SERVICE[:PORT]'));
});

const set: StatefulSet = {
  metadata: { name: 'mysql', namespace: 'default', uid: 's', generation: 1 },
  spec: {
    selector: {},
    serviceName: 'mysql',
    replicas: 2,
    template: {
      spec: {
        containers: [
          { name: 'm', image: 'mysql:8', env: [{ name: 'MYSQL_ROOT_PASSWORD', value: 'example' }] },
        ],
      },
    },
  },
  status: { replicas: 2, readyReplicas: 1, observedGeneration: 1 },
};

function pod(name: string, ready: boolean, reason: string, message: string): Pod {
  return {
    metadata: {
      name,
      namespace: 'default',
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'mysql', uid: 's', controller: true },
      ],
    },
    spec: { containers: [], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: `data-${name}` } }] },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: ready ? 'True' : 'False' },
        { type: 'mysql.holdfast.dev/ready', status: ready ? 'True' : 'False', reason, message },
      ],
    },
  };
}

const claims = [
  {
    metadata: { name: 'data-mysql-0', namespace: 'default' },
    status: { phase: 'Bound', capacity: { storage: '5Gi' } },
  },
];
const world = {
  sets: [set],
  pods: [
    pod('mysql-10', false, 'Starting', 'x'),
    pod('mysql-1', false, 'Cloning', 'mysql-1 is cloning from mysql-0'),
    pod('mysql-0', true, 'Primary', 'mysql-0 takes writes'),
  ],
  claims,
};

describe('the tree', () => {
  it('draws sets, Pods by ordinal, claims and what the database does', () => {
    expect(linesOf(world).map(({ depth, mark, name, text }) => `${depth} ${mark} ${name}: ${text}`)).toEqual([
      '0 moving statefulset/mysql: 1 of 2 ready',
      '1 done mysql-0: Running, ready · Primary: mysql-0 takes writes',
      '2 done claim: data-mysql-0 Bound 5Gi',
      '1 moving mysql-1: Running · Cloning: mysql-1 is cloning from mysql-0',
      '2 waiting claim: data-mysql-1 missing',
      '1 moving mysql-10: Running · Starting: x',
      '2 waiting claim: data-mysql-10 missing',
    ]);
  });

  it('leaves out the Pods of sets that were not applied, and shows Pods that belong to no set', () => {
    const applied = { ...world, pods: world.pods.slice(2) };
    const theirs = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      name: 'etcd',
      uid: 'other',
      controller: true,
    };
    const [other] = world.pods;
    const pods: readonly Pod[] = [
      { ...other, metadata: { name: 'etcd-0', namespace: 'default', ownerReferences: [theirs] } },
      { metadata: { name: 'alone', namespace: 'default' } },
    ];
    const names = linesOf({ ...applied, pods: [...applied.pods, ...pods] }).map(({ name }) => name);
    expect(names).toEqual(['statefulset/mysql', 'mysql-0', 'claim', 'alone']);
  });

  it('writes plain lines off a terminal, each change once', () => {
    const written: string[] = [];
    const painter = createPainter({
      isTerminal: false,
      width: 80,
      colour: false,
      write: (text) => written.push(text),
    });
    painter.draw(linesOf(world));
    const first = written.length;
    painter.draw(linesOf(world));
    expect([first, written.length]).toEqual([7, 7]);
    expect(written.at(-1)).toBe('mysql-10 claim: data-mysql-10 missing\n');
    // Messages of Events often end as the output of some program did.
    painter.note('warning: Pod a: Unhealthy: Readiness probe failed: no\n');
    expect(written.at(-1)).toBe('warning: Pod a: Unhealthy: Readiness probe failed: no\n');
  });

  it('redraws in place on a terminal, and keeps notes above', () => {
    const written: string[] = [];
    const painter = createPainter({
      isTerminal: true,
      width: 60,
      colour: false,
      write: (text) => written.push(text),
    });
    painter.draw(linesOf({ ...world, pods: [] }));
    painter.note('hello');
    expect(written).toEqual([
      '◐ statefulset/mysql  1 of 2 ready\n',
      '\u001b[1A\u001b[Jhello\n◐ statefulset/mysql  1 of 2 ready\n',
    ]);
  });
});

describe('readiness', () => {
  it.each([
    ['StatefulSet', set, false],
    ['StatefulSet', { ...set, status: { replicas: 2, readyReplicas: 2, observedGeneration: 1 } }, true],
    ['StatefulSet', { ...set, status: { replicas: 2, readyReplicas: 2, observedGeneration: 0 } }, false],
    ['Pod', pod('p', true, '', ''), true],
    ['Service', {}, true],
  ])('%s', (kind, object, done) => expect(readinessOf(kind, object).done).toBe(done));
});

describe('the connect lines', () => {
  it('name no way into what is only on paper', () => {
    const plain = { ...set, metadata: { name: 'web' }, spec: { selector: {}, template: {} } };
    const lines = connectLines({ sets: [set, plain], published: [], kubeconfig: '/k', isSimulated: true });
    expect(lines.slice(0, -3)).toEqual([
      '',
      'mysql is up on paper only: no MySQL runs, and nothing is replicated.',
      '',
      'web is up on paper only: no container runs in its Pods.',
    ]);
  });

  it('name the write and the read port, and a way without a client', () => {
    const published = [
      { namespace: 'default', service: 'mysql-master', hostPort: 13306 },
      { namespace: 'default', service: 'mysql', hostPort: 13307 },
    ];
    const text = connectLines({ sets: [set], published, kubeconfig: '/k' }).join('\n');
    expect(text).toContain('mysql -h 127.0.0.1 -P 13306 -uroot -pexample');
    expect(text).toContain('read:   mysql -h 127.0.0.1 -P 13307');
    expect(text).toContain('npx holdfast exec -it mysql-0 -- mysql -uroot -pexample');
    expect(text).toContain('export KUBECONFIG=/k');
  });

  it('names the Pods of any other set, and says how to get at them', () => {
    const etcd: StatefulSet = {
      metadata: { name: 'etcd', namespace: 'shop' },
      spec: {
        ...set.spec,
        serviceName: 'etcd',
        replicas: 3,
        ordinals: { start: 1 },
        template: {},
        selector: {},
      },
    };
    const shown = (published: readonly PublishedPort[]): readonly string[] =>
      connectLines({ sets: [etcd], published, kubeconfig: '/k' }).slice(0, -3);
    const up = ['', 'etcd is up; in the cluster: etcd-1.etcd.shop, etcd-2.etcd.shop, etcd-3.etcd.shop'];
    const inside = '  inside a Pod:       npx holdfast exec -n shop etcd-1 -- COMMAND';
    expect(shown([])).toEqual([
      ...up,
      inside,
      '  from this machine:  npx holdfast up FILE --publish SERVICE',
    ]);
    const port = { namespace: 'shop', service: 'etcd-client', hostPort: 2379 };
    expect(shown([port])).toEqual([...up, inside, '  etcd-client  127.0.0.1:2379']);
  });

  it('names the first and the last Pod of a large set', () => {
    const large = {
      metadata: { name: 'web' },
      spec: { ...set.spec, replicas: 40, template: {}, selector: {} },
    };
    const [, first] = connectLines({ sets: [large], published: [], kubeconfig: '/k' });
    expect(first).toBe('web is up; in the cluster: web-0.mysql.default ... web-39.mysql.default');
  });
});
