import { existsSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { readTable } from '../tools/table.js';
import { podNamed } from './manifests.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

let cluster: PaperCluster;
beforeAll(async () => {
  cluster = await startPaperCluster();
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

/** The body of an answer over plain HTTP; of a watch, as far as it came when `enough` holds. */
function fetched(url: string, enough: (text: string) => boolean = () => false): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpGet(url, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (enough(text)) {
          request.destroy();
          resolve(text);
        }
      });
      response.on('end', () => resolve(text));
    });
    request.on('error', reject);
  });
}

const viewer = (namespace: string): string => `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: viewer, namespace: ${namespace} }
rules: [{ apiGroups: [""], resources: [pods], verbs: [get, list] }]
`;

describe.each(kubectlVersions)('kubectl %s', (version) => {
  let kubectl: Kubectl;
  let namespace: string;

  beforeAll(async () => {
    kubectl = await cluster.ownNamespace(version);
    namespace = `v${version.replace('.', '-')}`;
    await kubectl.ok(['create', '-f', '-'], { input: podNamed('one') });
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/one', '--timeout=20s']);
  });

  it('version, cluster-info, config view', async () => {
    const { serverVersion } = JSON.parse(await kubectl.ok(['version', '-o', 'json']));
    expect(serverVersion).toMatchObject({
      major: '1',
      minor: '36',
      gitVersion: expect.stringMatching(/^v1\.36\.\d+\+holdfast\./),
    });
    expect(stripVTControlCharacters(await kubectl.ok(['cluster-info']))).toMatch(
      /^Kubernetes control plane is running at https:\/\/127\.0\.0\.1:\d+\n/,
    );
    expect(await kubectl.ok(['config', 'view'])).toContain('client-key-data: DATA+OMITTED');
    expect(await kubectl.ok(['config', 'current-context'])).toBe('paper\n');
  });

  it('cluster-info dump writes every object and log', async () => {
    const directory = join(dirname(cluster.kubeconfig), `dump-${version}`);
    const flags = [`--output-directory=${directory}`, '--namespaces', namespace];
    expect(await kubectl.ok(['cluster-info', 'dump', ...flags])).toBe(
      `Cluster info dumped to ${directory}\n`,
    );
    const files = [
      'nodes.json',
      ...['events', 'pods', 'services', 'deployments', 'replicasets'].map(
        (name) => `${namespace}/${name}.json`,
      ),
    ];
    for (const file of [...files, `${namespace}/one/logs.txt`])
      expect(existsSync(join(directory, file)), file).toBe(true);
  });

  it('api-resources by scope, verb, group; api-versions', async () => {
    const names = async (...args: readonly string[]) =>
      (await kubectl.ok(['api-resources', '-o', 'name', ...args])).trimEnd().split('\n');
    expect(await names('--namespaced=false')).toEqual(
      expect.arrayContaining(['nodes', 'namespaces', 'clusterroles.rbac.authorization.k8s.io']),
    );
    expect(await names('--namespaced=false')).not.toContain('pods');
    expect(await names('--api-group=apps')).toEqual([
      'controllerrevisions.apps',
      'daemonsets.apps',
      'deployments.apps',
      'replicasets.apps',
      'statefulsets.apps',
    ]);
    expect(await names('--verbs=list', '--api-group=authentication.k8s.io')).toEqual(['']);
    expect(await names('--verbs=create', '--api-group=authentication.k8s.io')).toContain(
      'tokenreviews.authentication.k8s.io',
    );
    const { rows } = readTable(await kubectl.ok(['api-resources', '-o', 'wide', '--sort-by=name']));
    expect(rows.find((row) => row['NAME'] === 'pods')).toEqual({
      NAME: 'pods',
      SHORTNAMES: 'po',
      APIVERSION: 'v1',
      NAMESPACED: 'true',
      KIND: 'Pod',
      VERBS: 'create,delete,deletecollection,get,list,patch,update,watch',
      CATEGORIES: 'all',
    });
    const versions = (await kubectl.ok(['api-versions'])).trimEnd().split('\n');
    expect(versions).toEqual(
      expect.arrayContaining(['v1', 'apps/v1', 'autoscaling/v1', 'autoscaling/v2', 'batch/v1', 'policy/v1']),
    );
    expect(versions).toEqual(versions.toSorted());
  });

  it('auth: who am I, and what may I', async () => {
    const { rows } = readTable(await kubectl.ok(['auth', 'whoami']));
    expect(rows).toEqual(
      expect.arrayContaining([
        { ATTRIBUTE: 'Username', VALUE: 'kubernetes-admin' },
        { ATTRIBUTE: 'Groups', VALUE: '[system:masters system:authenticated]' },
      ]),
    );
    const other = await kubectl.ok([
      'auth',
      'whoami',
      '--as=ann',
      '--as-group=staff',
      '-o',
      'jsonpath={.status.userInfo.username} {.status.userInfo.groups}',
    ]);
    expect(other).toBe('ann ["staff","system:authenticated"]');
    expect(await kubectl.ok(['auth', 'can-i', 'create', 'deployments.apps'])).toBe('yes\n');
    expect(await kubectl.run(['auth', 'can-i', 'create', 'pods', '--as=ann'])).toMatchObject({
      code: 1,
      stdout: 'no\n',
    });
    expect(await kubectl.ok(['auth', 'can-i', 'get', '/version', '--as=ann'])).toBe('yes\n');
    const listed = await kubectl.run(['get', 'pods', '--as=ann']);
    expect([listed.code, listed.stderr]).toEqual([
      1,
      `Error from server (Forbidden): pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "${namespace}"\n`,
    ]);
  });

  it('auth reconcile: a Role is made and given what it lacks; a binding makes it count', async () => {
    const reconcile = (input: string) => kubectl.run(['auth', 'reconcile', '-f', '-'], { input });
    const reconciled = 'role.rbac.authorization.k8s.io/viewer reconciled\n';
    expect(await reconcile(viewer(namespace))).toMatchObject({
      stdout: reconciled,
      stderr: expect.stringMatching(/^\treconciliation required create\n/),
    });
    expect(await reconcile(viewer(namespace).replace('[get, list]', '[watch]'))).toMatchObject({
      stdout: reconciled,
      stderr: expect.stringMatching(
        /^\treconciliation required update\n\tmissing rules added:\n\t\t\{Verbs:\[watch\]/,
      ),
    });
    await kubectl.ok([
      'create',
      'rolebinding',
      'viewer',
      '--role=viewer',
      `--serviceaccount=${namespace}:default`,
    ]);
    const as = `--as=system:serviceaccount:${namespace}:default`;
    expect(await kubectl.ok(['get', 'pods', '-o', 'name', as])).toBe('pod/one\n');
    expect(await kubectl.run(['delete', 'pod', 'one', as])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot delete resource "pods"'),
    });
    const rules = readTable(await kubectl.ok(['auth', 'can-i', '--list', as])).rows;
    expect(
      rules
        .filter((row) => row['Resources'] === 'pods')
        .map((row) => row['Verbs'])
        .join(' '),
    ).toContain('[get list');
  });

  it('top says that there are no metrics', async () => {
    for (const what of ['pods', 'nodes'])
      expect(await kubectl.run(['top', what])).toMatchObject({
        code: 1,
        stdout: '',
        stderr: 'error: Metrics API not available\n',
      });
  });

  it('completion asks the server for names', async () => {
    expect(await kubectl.ok(['completion', 'bash'])).toContain('__start_kubectl');
    const completed = await cluster.kubectl(version).ok(['__complete', 'get', 'pod', '-n', namespace, 'o']);
    expect(completed.split('\n')[0]).toBe('one');
  });

  it('proxy: objects, lists, a watch and what is not there', async () => {
    await using proxy = kubectl.start(['proxy', '--port=0']);
    const [, port] = await proxy.printed(/Starting to serve on 127\.0\.0\.1:(\d+)/);
    const pods = `http://127.0.0.1:${port}/api/v1/namespaces/${namespace}/pods`;
    expect(JSON.parse(await fetched(`${pods}/one`))).toMatchObject({
      kind: 'Pod',
      metadata: { name: 'one' },
    });
    expect(JSON.parse(await fetched(pods))).toMatchObject({
      kind: 'PodList',
      items: [{ metadata: { name: 'one' } }],
    });
    expect(JSON.parse(await fetched(`${pods}/nobody`))).toMatchObject({ kind: 'Status', code: 404 });
    const [event = ''] = (await fetched(`${pods}?watch=1`, (text) => text.includes('\n'))).split('\n');
    expect(JSON.parse(event)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'one' } } });
  });

  it('the paths of a Pod, a Service and a Node that nobody serves are refused by name', async () => {
    for (const path of [
      `namespaces/${namespace}/pods/one`,
      `namespaces/${namespace}/services/one`,
      'nodes/node-0',
    ]) {
      const { code, stderr } = await kubectl.run(['get', '--raw', `/api/v1/${path}/proxy/`]);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/\/proxy is not offered here/)]);
    }
  });
});
