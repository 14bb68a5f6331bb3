import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatefulSet } from '../../src/api/generated/apps-v1.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import type { ListOf } from '../tools/objects.js';
import { readTable } from '../tools/table.js';
import { everyKind } from './manifests.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

let cluster: PaperCluster;

beforeAll(async () => {
  cluster = await startPaperCluster();
  const kubectl = cluster.kubectl('1.35');
  await kubectl.ok(['apply', '-f', '-'], { input: everyKind });
  await kubectl.ok(['rollout', 'status', 'deployment/web', 'statefulset/db', '-n', 'shop', '--timeout=20s']);
});

afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('what kubectl %s reads', (version) => {
  let kubectl: Kubectl;
  let shop: Kubectl;
  beforeAll(() => {
    kubectl = cluster.kubectl(version);
    shop = kubectl.in('shop');
  });

  it('knows the server and its kinds', async () => {
    expect(await kubectl.ok(['version'])).toMatch(/Server Version: v1\.\d+\.\d+/);
    expect(await kubectl.ok(['cluster-info'])).toContain('Kubernetes control plane');
    const { rows } = readTable(await kubectl.ok(['api-resources']));
    const named = new Map(rows.map((row) => [row['NAME'], row]));
    expect(named.get('statefulsets')).toEqual({
      NAME: 'statefulsets',
      SHORTNAMES: 'sts',
      APIVERSION: 'apps/v1',
      NAMESPACED: 'true',
      KIND: 'StatefulSet',
    });
    for (const name of ['pods', 'services', 'deployments', 'replicasets', 'persistentvolumeclaims', 'events'])
      expect(named.has(name), name).toBe(true);
    expect(named.get('persistentvolumes')?.['NAMESPACED']).toBe('false');
    expect(await kubectl.ok(['api-versions'])).toMatch(/^apps\/v1$/m);
  });

  it('explains fields', async () => {
    const explained = await kubectl.ok(['explain', 'statefulset.spec.volumeClaimTemplates']);
    expect(explained).toMatch(/KIND: +StatefulSet/);
    expect(explained).toMatch(/FIELD: volumeClaimTemplates <\[\]PersistentVolumeClaim>/);
    expect(await kubectl.ok(['explain', 'pod', '--recursive'])).toMatch(
      /readinessGates\t<\[\]PodReadinessGate>/,
    );
    const { code, stderr } = await kubectl.run(['explain', 'pod.spec.nothing']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('field "nothing" does not exist')]);
  });

  const tables: readonly (readonly [kind: string, name: string, row: Record<string, unknown>])[] = [
    ['statefulset', 'db', { READY: '2/2', CONTAINERS: 'mysql', IMAGES: 'mysql:8' }],
    ['deployment', 'web', { READY: '2/2', 'UP-TO-DATE': '2', AVAILABLE: '2', SELECTOR: 'app=web' }],
    ['pod', 'db-0', { READY: '1/1', STATUS: 'Running', RESTARTS: '0', NODE: 'node-0' }],
    ['service', 'db', { TYPE: 'ClusterIP', 'CLUSTER-IP': 'None', 'PORT(S)': '3306/TCP', SELECTOR: 'app=db' }],
    [
      'pvc',
      'data-db-0',
      { STATUS: 'Bound', CAPACITY: '1Gi', 'ACCESS MODES': 'RWO', STORAGECLASS: 'standard' },
    ],
    [
      'pv',
      'by-hand',
      { CAPACITY: '2Gi', 'RECLAIM POLICY': 'Retain', STATUS: 'Available', STORAGECLASS: 'manual' },
    ],
    ['configmap', 'settings', { DATA: '2' }],
    ['secret', 'login', { TYPE: 'Opaque', DATA: '1' }],
    ['namespace', 'shop', { STATUS: 'Active' }],
    ['node', 'node-0', { STATUS: 'Ready', 'INTERNAL-IP': '198.18.0.1' }],
    ['storageclass', 'standard', { PROVISIONER: 'holdfast.dev/directory', RECLAIMPOLICY: 'Delete' }],
  ];

  it.each(tables)('get %s %s -o wide', async (kind, name, row) => {
    const { rows } = readTable(await shop.ok(['get', kind, '-o', 'wide']));
    const found = rows.find((one) => one['NAME']?.split(' ')[0] === name);
    expect(found).toMatchObject(row);
    if (kind !== 'storageclass') expect(found?.['AGE']).toMatch(/^\d+[smh]/);
  });

  it('get: several kinds, selectors, names, one column, all namespaces', async () => {
    expect(await shop.ok(['get', 'sts,deploy', '-o', 'name'])).toBe(
      'statefulset.apps/db\ndeployment.apps/web\n',
    );
    expect(await shop.ok(['get', 'pods', '-l', 'app=db', '-o', 'name'])).toBe('pod/db-0\npod/db-1\n');
    expect(await shop.ok(['get', 'pods', '-l', 'app in (db),!nothing', '-o', 'name'])).toBe(
      'pod/db-0\npod/db-1\n',
    );
    const byField = [
      'get',
      'pods',
      '--field-selector',
      'metadata.name=db-1',
      '-o',
      'jsonpath={.items[*].metadata.name}',
    ];
    expect(await shop.ok(byField)).toBe('db-1');
    const columns = [
      'get',
      'pods',
      '-l',
      'app=db',
      '-o',
      'custom-columns=POD:.metadata.name,NODE:.spec.nodeName',
    ];
    expect(readTable(await shop.ok(columns)).rows).toEqual([
      { POD: 'db-0', NODE: 'node-0' },
      { POD: 'db-1', NODE: 'node-0' },
    ]);
    const everywhere = readTable(await kubectl.ok(['get', 'pods', '-A', '--show-labels']));
    expect(everywhere.rows.filter((row) => row['NAMESPACE'] === 'shop')).toHaveLength(4);
    expect(everywhere.rows.find((row) => row['NAME'] === 'db-1')?.['LABELS']).toContain('app=db');
    const byName = await shop.ok(['get', 'pods', '--sort-by={.metadata.name}', '-o', 'name']);
    expect(byName.split('\n').slice(0, 2)).toEqual(['pod/db-0', 'pod/db-1']);
  });

  it('get -o yaml and -o json give the same object', async () => {
    const set = await shop.json<StatefulSet>(['get', 'statefulset', 'db']);
    expect(set).toMatchObject({ apiVersion: 'apps/v1', kind: 'StatefulSet', status: { readyReplicas: 2 } });
    expect(set.metadata).not.toHaveProperty('managedFields');
    const yaml = await shop.ok(['get', 'statefulset', 'db', '-o', 'yaml']);
    for (const line of [
      'apiVersion: apps/v1',
      'kind: StatefulSet',
      '  serviceName: db',
      `  uid: ${set.metadata?.uid}`,
    ])
      expect(yaml.split('\n')).toContain(line);
    const list = await shop.json<ListOf<StatefulSet> & { kind: string }>(['get', 'statefulset']);
    expect([list.kind, list.items.length]).toEqual(['List', 1]);
  });

  it('get in chunks gives the whole list', async () => {
    const names = await shop.ok(['get', 'pods', '--chunk-size=1', '-o', 'name']);
    expect(names.trimEnd().split('\n')).toHaveLength(4);
  });

  it('get of what is not there: one line, and exit code 1', async () => {
    const missing = await shop.run(['get', 'pod', 'nobody']);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      'Error from server (NotFound): pods "nobody" not found\n',
    ]);
    const kind = await shop.run(['get', 'unicorns']);
    expect([kind.code, kind.stderr]).toEqual([
      1,
      'error: the server doesn\'t have a resource type "unicorns"\n',
    ]);
    const empty = await kubectl.run(['get', 'pods', '-n', 'kube-public']);
    expect([empty.code, empty.stderr]).toEqual([0, 'No resources found in kube-public namespace.\n']);
  });

  const described: readonly (readonly [kind: string, name: string, said: readonly (string | RegExp)[]])[] = [
    [
      'statefulset',
      'db',
      ['2 desired | 2 total', '2 Running / 0 Waiting', 'SuccessfulCreate', /StorageClass/],
    ],
    [
      'deployment',
      'web',
      ['2 desired | 2 updated | 2 total | 2 available', 'MinimumReplicasAvailable', 'ScalingReplicaSet'],
    ],
    ['pod', 'db-0', [/Controlled By: +StatefulSet\/db/, /ClaimName: +data-db-0/, 'Scheduled', /Ready +True/]],
    [
      'service',
      'web',
      [/TargetPort: +8080\/TCP/, /Endpoints: +10\.244\.\d+\.\d+:8080,10\.244/, /IP: +10\.96\./],
    ],
    ['pvc', 'data-db-1', [/Status: +Bound/, /Used By: +db-1/, 'ProvisioningSucceeded']],
    ['pv', 'by-hand', [/Status: +Available/, /Path: +\/nowhere/]],
    ['configmap', 'settings', ['colour:', 'green']],
    ['secret', 'login', [/password: +7 bytes/]],
    ['node', 'node-0', [/Ready +True/, /shop +db-0/]],
    ['namespace', 'shop', [/Status: +Active/]],
  ];

  it.each(described)('describe %s %s', async (kind, name, said) => {
    const text = await shop.ok(['describe', kind, name]);
    expect(text).toMatch(new RegExp(`^Name: +${name}$`, 'm'));
    for (const part of said) expect(text).toMatch(part);
  });

  it('events, by both commands', async () => {
    const { rows } = readTable(
      await shop.ok(['get', 'events', '--field-selector', 'involvedObject.name=db-0']),
    );
    expect(rows.find((row) => row['REASON'] === 'Scheduled')).toMatchObject({
      TYPE: 'Normal',
      OBJECT: 'pod/db-0',
      MESSAGE: 'Successfully assigned shop/db-0 to node-0',
    });
    expect(await shop.ok(['events', '--for', 'statefulset/db'])).toMatch(
      /Normal +SuccessfulCreate +StatefulSet\/db/,
    );
  });

  it('asks what it may do', async () => {
    expect(await kubectl.ok(['get', '--raw', '/readyz'])).toBe('ok');
    expect(await kubectl.ok(['get', '--raw', '/version'])).toContain('"gitVersion"');
  });
});
