import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/api/generated/apps-v1.js';
import type { Node, Pod, Service } from '../../src/api/generated/core-v1.js';
import type { RoleBinding } from '../../src/api/generated/rbac-v1.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { everyKind, podNamed } from './manifests.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

let cluster: PaperCluster;
beforeAll(async () => {
  cluster = await startPaperCluster();
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

/** The Deployment, the Service and what they need, without a namespace of their own. */
const shop = everyKind
  .split('---')
  .filter((one) => /kind: (ConfigMap|Service|Deployment)\n/.test(one))
  .join('---')
  .replaceAll(', namespace: shop', '');

describe.each(kubectlVersions)('kubectl %s', (version) => {
  let kubectl: Kubectl;
  const podOf = (name: string): Promise<Pod> => kubectl.json<Pod>(['get', 'pod', name]);
  const container = async () =>
    (await kubectl.json<Deployment>(['get', 'deploy', 'web'])).spec?.template.spec?.containers?.[0];

  beforeAll(async () => {
    kubectl = await cluster.ownNamespace(version);
    await kubectl.ok(['create', '-f', '-'], { input: [shop, podNamed('one'), podNamed('two')].join('---') });
  });

  it('label: sets, overwrites, removes, lists', async () => {
    expect(await kubectl.ok(['label', 'pod', 'one', 'tier=back', 'colour=red'])).toBe('pod/one labeled\n');
    const refused = await kubectl.run(['label', 'pod', 'one', 'tier=front']);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining("'tier' already has a value (back), and --overwrite is false\n"),
    ]);
    expect(await kubectl.ok(['label', 'pod', 'one', 'tier=front', '--overwrite'])).toBe('pod/one labeled\n');
    expect(await kubectl.ok(['label', 'pod', 'one', 'tier=front', '--overwrite'])).toBe(
      'pod/one not labeled\n',
    );
    expect(await kubectl.ok(['label', 'pod', 'one', 'colour-'])).toBe('pod/one unlabeled\n');
    const listed = (await kubectl.ok(['label', 'pod', 'one', '--list'])).trimEnd().split('\n');
    expect(listed.toSorted()).toEqual(['app=one', 'tier=front']);
    expect((await podOf('one')).metadata?.labels).toEqual({ app: 'one', tier: 'front' });
    expect(await kubectl.ok(['label', 'pods', '-l', 'app in (one,two)', 'set=ab'])).toBe(
      'pod/one labeled\npod/two labeled\n',
    );
    const dry = await kubectl.ok(['label', 'pod', 'two', 'set=c', '--overwrite', '--dry-run=server']);
    expect(dry).toBe('pod/two labeled (server dry run)\n');
    expect((await podOf('two')).metadata?.labels).toEqual({ app: 'two', set: 'ab' });
  });

  it('label: refuses an old version and wrong labels', async () => {
    const stale = await kubectl.run(['label', 'pod', 'one', 'a=b', '--resource-version=1']);
    expect([stale.code, stale.stderr]).toEqual([
      1,
      'Error from server (Conflict): Operation cannot be fulfilled on pods "one": the object has been modified; please apply your changes to the latest version and try again\n',
    ]);
    const { resourceVersion } = (await podOf('one')).metadata ?? {};
    expect(await kubectl.ok(['label', 'pod', 'one', 'a=b', `--resource-version=${resourceVersion}`])).toBe(
      'pod/one labeled\n',
    );
    const wrong = await kubectl.run(['label', 'pod', 'one', 'bad key=1']);
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining(
        'The Pod "one" is invalid: metadata.labels: Invalid value: "bad key": name part must consist of',
      ),
    ]);
  });

  it('annotate: sets, overwrites, removes, lists', async () => {
    expect(await kubectl.ok(['annotate', 'pod', 'two', 'note=hello world'])).toBe('pod/two annotated\n');
    const refused = await kubectl.run(['annotate', 'pod', 'two', 'note=other']);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining("'note' already has a value (hello world)"),
    ]);
    expect(await kubectl.ok(['annotate', 'pod', 'two', 'note=other', '--overwrite'])).toBe(
      'pod/two annotated\n',
    );
    expect(await kubectl.ok(['annotate', 'pod', 'two', '--list'])).toBe('note=other\n');
    expect(await kubectl.ok(['annotate', 'pod', 'two', 'note-'])).toBe('pod/two annotated\n');
    expect((await podOf('two')).metadata?.annotations).toBeUndefined();
    const stale = await kubectl.run(['annotate', 'pod', 'two', 'a=b', '--resource-version=1']);
    expect([stale.code, stale.stderr]).toEqual([1, expect.stringContaining('(Conflict)')]);
  });

  it('set image', async () => {
    expect(await kubectl.ok(['set', 'image', 'deploy/web', 'nginx=nginx:2'])).toBe(
      'deployment.apps/web image updated\n',
    );
    expect(await kubectl.ok(['set', 'image', 'deploy/web', 'nginx=nginx:2'])).toBe('');
    expect((await container())?.image).toBe('nginx:2');
    expect(await kubectl.ok(['set', 'image', 'deploy', '--all', '*=nginx:3'])).toBe(
      'deployment.apps/web image updated\n',
    );
    expect((await container())?.image).toBe('nginx:3');
    const absent = await kubectl.run(['set', 'image', 'deploy/web', 'nobody=nginx:2']);
    expect([absent.code, absent.stderr]).toEqual([1, 'error: unable to find container named "nobody"\n']);
  });

  it('set env, also out of a ConfigMap', async () => {
    expect(await kubectl.ok(['set', 'env', 'deploy/web', 'A=1', 'B=2'])).toBe(
      'deployment.apps/web env updated\n',
    );
    expect(await kubectl.ok(['set', 'env', 'deploy/web', '--list'])).toBe(
      '# Deployment web, container nginx\nA=1\nB=2\n',
    );
    expect(await kubectl.ok(['set', 'env', 'deploy/web', 'A-', 'C=3'])).toBe(
      'deployment.apps/web env updated\n',
    );
    await kubectl.ok([
      'set',
      'env',
      'deploy/web',
      '--from=configmap/settings',
      '--prefix=S_',
      '--keys=colour',
    ]);
    expect((await container())?.env).toEqual([
      { name: 'B', value: '2' },
      { name: 'C', value: '3' },
      { name: 'S_COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
    ]);
    expect(await kubectl.ok(['set', 'env', 'deploy/web', '--list', '--resolve'])).toBe(
      '# Deployment web, container nginx\nB=2\nC=3\nS_COLOUR=green\n',
    );
  });

  it('set resources, serviceaccount, selector, subject', async () => {
    const limits = ['-c', 'nginx', '--limits=cpu=200m,memory=64Mi', '--requests=cpu=100m'];
    expect(await kubectl.ok(['set', 'resources', 'deploy/web', ...limits])).toBe(
      'deployment.apps/web resource requirements updated\n',
    );
    expect((await container())?.resources).toEqual({
      limits: { cpu: '200m', memory: '64Mi' },
      requests: { cpu: '100m' },
    });
    await kubectl.ok(['create', 'serviceaccount', 'builder']);
    expect(await kubectl.ok(['set', 'serviceaccount', 'deploy', 'web', 'builder'])).toBe(
      'deployment.apps/web serviceaccount updated\n',
    );
    expect((await kubectl.json<Deployment>(['get', 'deploy', 'web'])).spec?.template.spec).toMatchObject({
      serviceAccountName: 'builder',
      serviceAccount: 'builder',
    });
    expect(await kubectl.ok(['set', 'selector', 'svc', 'web', 'app=other'])).toBe(
      'service/web selector updated\n',
    );
    expect((await kubectl.json<Service>(['get', 'svc', 'web'])).spec?.selector).toEqual({ app: 'other' });
    await kubectl.ok(['create', 'rolebinding', 'bound', '--role=reader', '--user=ann']);
    expect(await kubectl.ok(['set', 'subject', 'rolebinding', 'bound', '--user=bob', '--group=staff'])).toBe(
      'rolebinding.rbac.authorization.k8s.io/bound subjects updated\n',
    );
    const { subjects } = await kubectl.json<RoleBinding>(['get', 'rolebinding', 'bound']);
    expect(subjects?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'User ann',
      'User bob',
      'Group staff',
    ]);
  });

  it('cordon, uncordon', async () => {
    expect(await kubectl.ok(['cordon', 'node-0'])).toBe('node/node-0 cordoned\n');
    expect(await kubectl.ok(['cordon', 'node-0'])).toBe('node/node-0 already cordoned\n');
    expect(await kubectl.ok(['get', 'nodes', '--no-headers'])).toMatch(/^node-0 +Ready,SchedulingDisabled /);
    expect(await kubectl.ok(['describe', 'node', 'node-0'])).toMatch(/^Unschedulable: +true$/m);
    await kubectl.ok(['create', '-f', '-'], { input: podNamed('held') });
    await kubectl.ok([
      'wait',
      '--for=jsonpath={.status.conditions[0].reason}=Unschedulable',
      'pod/held',
      '--timeout=20s',
    ]);
    expect(await kubectl.ok(['describe', 'pod', 'held'])).toMatch(
      /Warning +FailedScheduling .* 1 node\(s\) were unschedulable/,
    );
    expect(await kubectl.ok(['uncordon', 'node-0'])).toBe('node/node-0 uncordoned\n');
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/held', '--timeout=20s']);
    expect(await kubectl.ok(['describe', 'node', 'node-0'])).toMatch(/^Unschedulable: +false$/m);
  });

  it('taint', async () => {
    const taintsOf = async () => (await kubectl.json<Node>(['get', 'node', 'node-0'])).spec?.taints;
    expect(await kubectl.ok(['taint', 'node', 'node-0', 'disk=slow:NoSchedule'])).toBe(
      'node/node-0 tainted\n',
    );
    const twice = await kubectl.run(['taint', 'node', 'node-0', 'disk=fast:NoSchedule']);
    expect([twice.code, twice.stderr]).toEqual([
      1,
      'error: node node-0 already has disk taint(s) with same effect(s) and --overwrite is false\n',
    ]);
    expect(await kubectl.ok(['taint', 'node', 'node-0', 'disk=fast:NoSchedule', '--overwrite'])).toBe(
      'node/node-0 modified\n',
    );
    expect(await taintsOf()).toEqual([{ key: 'disk', value: 'fast', effect: 'NoSchedule' }]);
    await kubectl.ok(['create', '-f', '-'], { input: podNamed('shy') });
    await kubectl.ok([
      'wait',
      '--for=jsonpath={.status.conditions[0].reason}=Unschedulable',
      'pod/shy',
      '--timeout=20s',
    ]);
    expect(await kubectl.ok(['describe', 'node', 'node-0'])).toMatch(/^Taints: +disk=fast:NoSchedule$/m);
    expect(await kubectl.ok(['taint', 'node', 'node-0', 'disk:NoSchedule-'])).toBe('node/node-0 untainted\n');
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/shy', '--timeout=20s']);
    expect(await taintsOf()).toBeUndefined();
    const absent = await kubectl.run(['taint', 'node', 'node-0', 'disk-']);
    expect([absent.code, absent.stderr]).toEqual([1, 'error: taint "disk" not found\n']);
  });
});
