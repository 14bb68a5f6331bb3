import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigMap, Pod } from '../../src/api/generated/core-v1.js';
import type { KubeObject } from '../../src/api/kube-object.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import type { ListOf } from '../tools/objects.js';
import { podNamed } from './manifests.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const web = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: "example:1" }] }
`;

const map = (name: string, label = 'a'): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, labels: { set: ${label} } }\n`;

let cluster: PaperCluster;
beforeAll(async () => {
  cluster = await startPaperCluster();
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('delete of kubectl %s', (version) => {
  let kubectl: Kubectl;
  /** From 1.33 on the namespace is named. */
  const deleted = (...names: readonly string[]): RegExp =>
    new RegExp(`^${names.map((name) => `${name.replace(' ', ' "')}" deleted( from .*)?\\n`).join('')}$`);
  const create = (manifest: string): Promise<string> =>
    kubectl.ok(['create', '-f', '-'], { input: manifest });
  const names = async (kinds: string): Promise<string> => kubectl.ok(['get', kinds, '-o', 'name']);
  const startWeb = async (): Promise<void> => {
    await create(web);
    await kubectl.ok(['rollout', 'status', 'deploy/web', '--timeout=20s']);
  };
  const countOf = async (kinds: string): Promise<number> =>
    (await kubectl.json<ListOf<KubeObject>>(['get', kinds, '-l', 'app=web'])).items.length;

  beforeAll(async () => {
    kubectl = await cluster.ownNamespace(version);
  });

  it('by name, by label, by file, and all', async () => {
    await create(['one', 'two', 'three', 'four'].map((name) => map(name)).join('---\n'));
    await kubectl.ok(['label', 'cm', 'three', 'set=b', '--overwrite']);
    expect(await kubectl.ok(['delete', 'cm', 'one'])).toMatch(deleted('configmap one'));
    expect(await kubectl.ok(['delete', 'cm', '-l', 'set=b'])).toMatch(deleted('configmap three'));
    expect(await kubectl.ok(['delete', 'cm', '-l', 'set=c'])).toBe('No resources found\n');
    expect(await kubectl.ok(['delete', '-f', '-'], { input: map('two') })).toMatch(deleted('configmap two'));
    expect(await kubectl.ok(['delete', 'cm/four', '-o', 'name'])).toBe('configmap/four\n');
    await create(`${map('five')}---\n${map('six')}`);
    const own = ['--field-selector', 'metadata.name!=kube-root-ca.crt'];
    expect(await kubectl.ok(['delete', 'cm', ...own])).toMatch(deleted('configmap five', 'configmap six'));
    expect(await kubectl.ok(['get', 'cm', ...own, '-o', 'name'])).toBe('');
    await create(podNamed('a'));
    expect(await kubectl.ok(['delete', 'pods', '--all', '--timeout=20s'])).toMatch(deleted('pod a'));
    expect(await names('pods')).toBe('');
  });

  it('what is not there: an error, unless it may be missing', async () => {
    const missing = await kubectl.run(['delete', 'cm', 'nobody']);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      'Error from server (NotFound): configmaps "nobody" not found\n',
    ]);
    const ignored = await kubectl.run(['delete', 'cm', 'nobody', '--ignore-not-found']);
    expect([ignored.code, ignored.stdout, ignored.stderr]).toEqual([0, '', '']);
  });

  it.each(['client', 'server'])('--dry-run=%s deletes nothing', async (where) => {
    await create(map(where));
    const said = await kubectl.ok(['delete', 'cm', where, `--dry-run=${where}`]);
    const mark = where === 'client' ? '(dry run)' : '(server dry run)';
    expect(said.startsWith(`configmap "${where}" deleted`)).toBe(true);
    expect(said.endsWith(`${mark}\n`)).toBe(true);
    expect(await names('cm')).toContain(`configmap/${where}\n`);
    await kubectl.ok(['delete', 'cm', where]);
  });

  it('--cascade=background takes the ReplicaSet and its Pods', async () => {
    await startWeb();
    expect(await kubectl.ok(['delete', 'deploy', 'web', '--cascade=background'])).toMatch(
      deleted('deployment.apps web'),
    );
    await until(
      'all are gone',
      () => countOf('rs,pods'),
      (count) => count === 0,
    );
  });

  it('--cascade=foreground waits for what belongs to it', async () => {
    await startWeb();
    await kubectl.ok(['delete', 'deploy', 'web', '--cascade=foreground', '--timeout=20s']);
    expect(await countOf('deploy,rs,pods')).toBe(0);
  });

  it('--cascade=orphan leaves the ReplicaSet without an owner', async () => {
    await startWeb();
    const [before] = (await kubectl.json<ListOf<Pod>>(['get', 'rs'])).items;
    expect(before?.metadata?.ownerReferences).toMatchObject([{ kind: 'Deployment', name: 'web' }]);
    await kubectl.ok(['delete', 'deploy', 'web', '--cascade=orphan']);
    const [after] = (await kubectl.json<ListOf<Pod>>(['get', 'rs'])).items;
    expect([after?.metadata?.uid, after?.metadata?.ownerReferences]).toEqual([
      before?.metadata?.uid,
      undefined,
    ]);
    expect(await countOf('pods')).toBe(2);
    // A new Deployment of the same template takes it in.
    await startWeb();
    expect(
      (await kubectl.json<ListOf<Pod>>(['get', 'rs'])).items.map(({ metadata }) => metadata?.uid),
    ).toEqual([before?.metadata?.uid]);
    await kubectl.ok(['delete', 'deploy', 'web', '--cascade=foreground', '--timeout=20s']);
  });

  it('a Pod that is slow to stop: waited for, hurried, or forced', async () => {
    const slow = (name: string): string =>
      podNamed(name).replace(
        'labels:',
        'annotations: { simulated.holdfast.dev/stop-after-ms: "600000" }, labels:',
      );
    for (const name of ['patient', 'hurried', 'forced']) {
      await create(slow(name));
      await kubectl.ok(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=20s']);
    }
    const late = await kubectl.run(['delete', 'pod', 'patient', '--timeout=1s']);
    expect([late.code, late.stderr]).toEqual([
      1,
      'error: timed out waiting for the condition on pods/patient\n',
    ]);
    const { metadata } = await kubectl.json<Pod>(['get', 'pod', 'patient']);
    expect(metadata?.deletionGracePeriodSeconds).toBe(30);
    expect(await kubectl.ok(['get', 'pod', 'patient', '--no-headers'])).toMatch(/ Terminating /);
    await kubectl.ok(['delete', 'pod', 'hurried', '--now', '--wait=false']);
    expect((await kubectl.json<Pod>(['get', 'pod', 'hurried'])).metadata?.deletionGracePeriodSeconds).toBe(1);
    for (const name of ['patient', 'hurried', 'forced']) {
      const forced = await kubectl.run(['delete', 'pod', name, '--grace-period=0', '--force']);
      expect(forced.stdout).toMatch(new RegExp(`^pod "${name}" force deleted`));
      expect(forced.stderr).toContain('Warning: Immediate deletion does not wait for confirmation');
    }
    expect(await names('pods')).toBe('');
  });

  it('a finalizer holds the object until it is taken off', async () => {
    await create(map('held').replace('labels:', 'finalizers: [example.com/hold], labels:'));
    const late = await kubectl.run(['delete', 'cm', 'held', '--timeout=1s']);
    expect([late.code, late.stderr]).toEqual([
      1,
      'error: timed out waiting for the condition on configmaps/held\n',
    ]);
    const held = await kubectl.json<ConfigMap>(['get', 'cm', 'held']);
    expect(held.metadata?.deletionTimestamp).toBeDefined();
    const more = '{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}';
    const refused = await kubectl.run(['patch', 'cm', 'held', '--type=merge', '-p', more]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      'The ConfigMap "held" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/more"}\n',
    ]);
    const none = await kubectl.ok([
      'patch',
      'cm',
      'held',
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null}}',
    ]);
    expect(none).toBe('configmap/held patched\n');
    expect((await kubectl.run(['get', 'cm', 'held'])).code).toBe(1);
  });

  it('a namespace takes all that is in it; some may not be deleted', async () => {
    const name = `doomed-${version.replace('.', '-')}`;
    await kubectl.ok(['create', 'namespace', name]);
    await kubectl.in(name).ok(['create', '-f', '-'], { input: `${podNamed('a')}---\n${map('b')}` });
    expect(await kubectl.ok(['delete', 'namespace', name, '--timeout=30s'])).toBe(
      `namespace "${name}" deleted\n`,
    );
    expect((await kubectl.run(['get', 'pod', 'a', '-n', name])).stderr).toContain('(NotFound)');
    const refused = await kubectl.run(['delete', 'namespace', 'default']);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^Error from server \(Forbidden\): namespaces "default" is forbidden: this namespace may not be deleted$/m,
      ),
    ]);
  });
});
