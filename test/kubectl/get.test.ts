import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../src/api/generated/core-v1.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { readTable } from '../tools/table.js';
import { everyKind, podNamed } from './manifests.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

let cluster: PaperCluster;

beforeAll(async () => {
  cluster = await startPaperCluster();
  const kubectl = cluster.kubectl('1.35');
  await kubectl.ok(['apply', '-f', '-'], { input: everyKind });
  const names = ['deployment/web', 'statefulset/db'];
  for (const name of names) await kubectl.in('shop').ok(['rollout', 'status', name, '--timeout=20s']);
});

afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('get of kubectl %s', (version) => {
  let kubectl: Kubectl;
  let shop: Kubectl;
  const get = (...args: readonly string[]): Promise<string> => shop.ok(['get', ...args]);
  const lines = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await get(...args)).trimEnd().split('\n');

  beforeAll(() => {
    kubectl = cluster.kubectl(version);
    shop = kubectl.in('shop');
  });

  it.each([
    [['-o', 'name'], 'pod/db-0\npod/db-1\n'],
    [['-o', 'jsonpath={.items[*].metadata.name}'], 'db-0 db-1'],
    [
      ['-o', 'jsonpath={range .items[*]}{.metadata.name}={.spec.containers[0].image}{"\\n"}{end}'],
      'db-0=mysql:8\ndb-1=mysql:8\n',
    ],
    [['-o', 'jsonpath={.items[?(@.metadata.name=="db-1")].status.phase}'], 'Running'],
    [['-o', 'jsonpath-as-json={.items[*].metadata.name}'], '[\n    "db-0",\n    "db-1"\n]\n'],
    [
      ['-o', 'go-template={{range .items}}{{.metadata.name}} {{.status.phase}};{{end}}'],
      'db-0 Running;db-1 Running;',
    ],
    [
      ['-o', 'custom-columns=POD:.metadata.name,PORT:.spec.containers[0].ports[*].containerPort'],
      'POD    PORT\ndb-0   3306\ndb-1   3306\n',
    ],
    [['-o', 'custom-columns=POD:.metadata.name', '--no-headers'], 'db-0\ndb-1\n'],
  ])('pods %j', async (args, printed) => {
    expect(await get('pods', '-l', 'app=db', ...args)).toBe(printed);
  });

  it('templates and columns out of files', async () => {
    const files = [
      ['go-template-file', '{{.metadata.name}}', 'db-0'],
      ['jsonpath-file', '{.spec.nodeName}', 'node-0'],
      ['custom-columns-file', 'POD NODE\n.metadata.name .spec.nodeName\n', 'POD    NODE\ndb-0   node-0\n'],
    ] as const;
    for (const [format, text, printed] of files) {
      const file = await cluster.file(format, text);
      expect(await get('pod', 'db-0', '-o', `${format}=${file}`)).toBe(printed);
    }
  });

  it('sorted by a field, forwards and by time', async () => {
    const columns = ['-o', 'custom-columns=N:.metadata.name,P:.spec.ports[0].port', '--no-headers'];
    expect(await get('services', '--sort-by={.spec.ports[0].port}', ...columns)).toBe(
      'web   80\ndb    3306\n',
    );
    expect((await lines('pods', '--sort-by=.metadata.creationTimestamp', '-o', 'name')).length).toBe(4);
    const sorted = readTable(await get('pods', '--sort-by=.status.podIP')).rows.map((row) => row['NAME']);
    expect(sorted).toHaveLength(4);
  });

  it.each([
    [
      ['-l', 'app=db'],
      ['pod/db-0', 'pod/db-1'],
    ],
    [['-l', 'app in (db),statefulset.kubernetes.io/pod-name!=db-0'], ['pod/db-1']],
    [
      ['-l', 'app notin (web)'],
      ['pod/db-0', 'pod/db-1'],
    ],
    [
      ['-l', 'statefulset.kubernetes.io/pod-name,!nothing'],
      ['pod/db-0', 'pod/db-1'],
    ],
    [['--field-selector', 'metadata.name=db-0'], ['pod/db-0']],
    [['--field-selector', 'metadata.name!=db-0,spec.nodeName=node-0', '-l', 'app=db'], ['pod/db-1']],
    [['--field-selector', 'status.phase=Pending'], ['']],
  ])('pods that %j selects', async (args, names) => {
    expect(await lines('pods', '-o', 'name', ...args)).toEqual(names);
  });

  it('selectors that cannot be understood', async () => {
    const field = await shop.run(['get', 'pods', '--field-selector', 'spec.colour=red']);
    expect([field.code, field.stderr]).toEqual([
      1,
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.colour=red": field label not supported: spec.colour\n',
    ]);
    const label = await shop.run(['get', 'pods', '-l', 'a b c']);
    expect([label.code, label.stderr]).toEqual([
      1,
      expect.stringContaining("found 'b', expected: in, notin, =, ==, !=, gt, lt"),
    ]);
  });

  it('columns of labels, kinds and namespaces', async () => {
    const labels = readTable(await get('pods', 'db-0', '-L', 'app,none')).rows;
    expect(labels).toMatchObject([{ NAME: 'db-0', APP: 'db', NONE: '' }]);
    const shown = readTable(await get('pods', 'db-0', '--show-labels')).rows[0]?.['LABELS'];
    expect(shown).toMatch(
      /^app=db,apps\.kubernetes\.io\/pod-index=0,controller-revision-hash=db-\w+,statefulset\.kubernetes\.io\/pod-name=db-0$/,
    );
    expect(readTable(await get('pods', 'db-0', '--show-kind')).rows[0]?.['NAME']).toBe('pod/db-0');
    const everywhere = readTable(await kubectl.ok(['get', 'svc', '-A'])).rows;
    expect(everywhere.map((row) => `${row['NAMESPACE']}/${row['NAME']}`)).toEqual([
      'default/kubernetes',
      'shop/db',
      'shop/web',
    ]);
  });

  it('all that runs, and several kinds and names at once', async () => {
    const all = await get('all');
    for (const name of [
      'pod/db-0',
      'service/web',
      'deployment.apps/web',
      'replicaset.apps/web-',
      'statefulset.apps/db',
    ])
      expect(all).toMatch(new RegExp(`^${name}`, 'm'));
    const named = await get('pod/db-0', 'svc/web', 'cm/settings', '-o', 'name');
    expect(named).toBe('pod/db-0\nservice/web\nconfigmap/settings\n');
    const { code, stdout, stderr } = await shop.run(['get', 'pods', 'db-0', 'nobody', '-o', 'name']);
    expect([code, stdout, stderr]).toEqual([
      1,
      'pod/db-0\n',
      'Error from server (NotFound): pods "nobody" not found\n',
    ]);
    expect(await get('pods', 'db-0', 'nobody', '--ignore-not-found', '-o', 'name')).toBe('pod/db-0\n');
    const file = await cluster.file('every.yaml', everyKind);
    expect((await lines('-f', file, '-o', 'name')).length).toBe(8);
  });

  it('subresources: the status as the object, the scale as a table of its own', async () => {
    expect(await get('sts', 'db', '--subresource=status', '-o', 'jsonpath={.kind} {.status.replicas}')).toBe(
      'StatefulSet 2',
    );
    expect(readTable(await get('sts', 'db', '--subresource=scale')).rows).toMatchObject([
      { NAME: 'db', DESIRED: '2', AVAILABLE: '2', AGE: expect.stringMatching(/^\d+[sm]/) },
    ]);
    expect(await get('sts', 'db', '--subresource=scale', '-o', 'jsonpath={.kind} {.spec} {.status}')).toBe(
      'Scale {"replicas":2} {"replicas":2,"selector":"app=db"}',
    );
    const none = await shop.run(['get', 'cm', 'settings', '--subresource=status']);
    expect([none.code, none.stderr]).toEqual([
      1,
      'Error from server (NotFound): the server could not find the requested resource\n',
    ]);
  });

  it('raw paths and chunks', async () => {
    const page: {
      readonly metadata: { readonly remainingItemCount: number; readonly continue: string };
      readonly items: readonly Pod[];
    } = JSON.parse(await kubectl.ok(['get', '--raw', '/api/v1/namespaces/shop/pods?limit=3']));
    expect([page.items.length, page.metadata.remainingItemCount]).toEqual([3, 1]);
    const rest = `/api/v1/namespaces/shop/pods?limit=3&continue=${encodeURIComponent(page.metadata.continue)}`;
    expect(JSON.parse(await kubectl.ok(['get', '--raw', rest])).items).toHaveLength(1);
    expect(await lines('pods', '--chunk-size=1', '-o', 'name')).toHaveLength(4);
    expect(await lines('pods', '--server-print=false', '--no-headers')).toHaveLength(4);
    const nowhere = await kubectl.run(['get', '--raw', '/nowhere']);
    expect(nowhere.stderr).toBe(
      'Error from server (NotFound): the server could not find the requested resource\n',
    );
  });

  it('-w, --watch-only and their events', async () => {
    const name = `seen-${version.replace('.', '-')}`;
    await using watch = shop.start(['get', 'pods', '-w', '--output-watch-events', '-l', `app=${name}`]);
    await using only = shop.start(['get', 'pods', '--watch-only', '-o', 'name']);
    // Neither prints anything that tells that it has begun.
    await using begun = shop.start(['get', 'cm', '-w', '-o', 'name']);
    await begun.printed(/configmap\/settings\n/);
    await shop.ok(['create', '-f', '-'], { input: podNamed(name) });
    await watch.printed(
      new RegExp(
        `^EVENT +NAME[^\\n]*\\nADDED +${name} +0/1 +Pending[\\s\\S]*MODIFIED +${name} +1/1 +Running`,
      ),
    );
    await shop.ok(['delete', 'pod', name, '--timeout=20s']);
    await watch.printed(new RegExp(`MODIFIED +${name} +1/1 +Terminating[\\s\\S]*DELETED +${name} `));
    await only.printed(new RegExp(`^(pod/${name}\\n)+`));
    expect(only.stdout).not.toContain('pod/db-0');
  });

  it('-w of one object as JSON, until the time is up', async () => {
    const { code, stdout } = await shop.run([
      'get',
      'pod',
      'db-0',
      '-w',
      '-o',
      'json',
      '--request-timeout=1s',
    ]);
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ kind: 'Pod', status: expect.anything() }),
    ]);
  });

  it('kinds that nobody can list say so', async () => {
    const { code, stderr } = await shop.run(['get', 'selfsubjectreviews']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Error from server \(MethodNotAllowed\): /)]);
  });
});
