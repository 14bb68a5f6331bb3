import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/api/generated/apps-v1.js';
import type { ConfigMap } from '../../src/api/generated/core-v1.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const objects = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, finalizers: [example.com/kept] }
data: { colour: green, size: large }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - { name: main, image: "example:1", ports: [{ containerPort: 80 }, { containerPort: 81 }], args: [a, b] }
      - { name: side, image: "example:1", env: [{ name: A, value: "1" }, { name: B, value: "2" }] }
`;

let cluster: PaperCluster;
beforeAll(async () => {
  cluster = await startPaperCluster();
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('edit, patch and replace of kubectl %s', (version) => {
  let kubectl: Kubectl;
  const dataOf = async () => (await kubectl.json<ConfigMap>(['get', 'cm', 'settings'])).data;
  const containersOf = async () =>
    (await kubectl.json<Deployment>(['get', 'deploy', 'web'])).spec?.template.spec?.containers ?? [];
  const patchMap = (type: string, patch: unknown, ...flags: readonly string[]) =>
    kubectl.run(['patch', 'cm', 'settings', `--type=${type}`, '-p', JSON.stringify(patch), ...flags]);
  const patchContainers = (containers: unknown) => {
    const patch = { spec: { template: { spec: { containers } } } };
    return kubectl.ok(['patch', 'deploy', 'web', '-p', JSON.stringify(patch)]);
  };

  beforeAll(async () => {
    kubectl = await cluster.ownNamespace(version);
    await kubectl.ok(['create', '-f', '-'], { input: objects });
  });

  it('edit saves what the editor made of it', async () => {
    const EDITOR = await cluster.file('red.sh', '#!/bin/sh\nsed -i "s/colour: green/colour: red/" "$1"\n');
    expect(await kubectl.ok(['edit', 'cm', 'settings'], { env: { EDITOR } })).toBe(
      'configmap/settings edited\n',
    );
    expect(await dataOf()).toEqual({ colour: 'red', size: 'large' });
    const again = await kubectl.run(['edit', 'cm/settings'], { env: { EDITOR } });
    expect([again.code, again.stderr]).toEqual([0, 'Edit cancelled, no changes made.\n']);
  });

  it('a wrong edit is opened again with the reason, and saved when it is right', async () => {
    const script = `#!/bin/sh
if grep -q "was not valid" "$1"; then cp "$1" "$1.seen"; mv "$1.seen" "$SEEN"; sed -i "s/no good:/good:/" "$1"
else sed -i "s/  colour: red/  no good: red/" "$1"; fi
`;
    const EDITOR = await cluster.file('twice.sh', script);
    const SEEN = await cluster.file(`seen-${version}`, '');
    const { code, stdout, stderr } = await kubectl.run(['edit', 'cm', 'settings'], { env: { EDITOR, SEEN } });
    expect([code, stdout]).toEqual([0, 'configmap/settings edited\n']);
    expect(stderr).toContain('error: configmaps "settings" is invalid');
    const seen = await kubectl.run([
      'create',
      '-f',
      SEEN,
      '--dry-run=client',
      '--validate=false',
      '-o',
      'name',
    ]);
    expect(seen.stdout).toBe('configmap/settings\n');
    expect(await dataOf()).toEqual({ good: 'red', size: 'large' });
  });

  it('an edit that stays wrong is kept in a file, and nothing is changed', async () => {
    const EDITOR = await cluster.file('wrong.sh', '#!/bin/sh\nsed -i "s/  good: red/  no good: red/" "$1"\n');
    const { code, stderr } = await kubectl.run(['edit', 'cm', 'settings'], { env: { EDITOR } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/A copy of your changes has been stored to "\/tmp\/kubectl-/);
    expect(stderr).toContain('error: Edit cancelled, no valid changes were saved.');
    expect(await dataOf()).toEqual({ good: 'red', size: 'large' });
  });

  it('merge patch: sets, removes, and says when nothing changes', async () => {
    const patch = { data: { good: null, shape: 'round' } };
    expect((await patchMap('merge', patch)).stdout).toBe('configmap/settings patched\n');
    expect((await patchMap('merge', patch)).stdout).toBe('configmap/settings patched (no change)\n');
    expect(await dataOf()).toEqual({ size: 'large', shape: 'round' });
    const dry = await patchMap(
      'merge',
      { data: { size: 'small' } },
      '--dry-run=server',
      '-o',
      'jsonpath={.data.size}',
    );
    expect(dry.stdout).toBe('small');
    expect(await dataOf()).toEqual({ size: 'large', shape: 'round' });
  });

  it('JSON patch: every operation, and a test that fails', async () => {
    const patch = [
      { op: 'test', path: '/data/size', value: 'large' },
      { op: 'add', path: '/data/a~1b', value: 'c' },
      { op: 'copy', from: '/data/shape', path: '/data/other' },
      { op: 'move', from: '/data/size', path: '/data/length' },
      { op: 'replace', path: '/data/shape', value: 'square' },
      { op: 'remove', path: '/data/other' },
    ];
    const slash = await patchMap('json', patch);
    expect([slash.code, slash.stderr]).toEqual([
      1,
      expect.stringContaining('data[a/b]: Invalid value: "a/b"'),
    ]);
    patch.splice(1, 1);
    expect((await patchMap('json', patch)).stdout).toBe('configmap/settings patched\n');
    expect(await dataOf()).toEqual({ length: 'large', shape: 'square' });
    const failed = await patchMap('json', [{ op: 'test', path: '/data/shape', value: 'round' }]);
    expect([failed.code, failed.stderr]).toEqual([
      1,
      expect.stringMatching(/^The request is invalid: .*\/data\/shape/),
    ]);
    const absent = await patchMap('json', [{ op: 'remove', path: '/data/nothing' }]);
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringMatching(/^The request is invalid: /)]);
  });

  it('strategic patch: merges lists by key, and follows its directives', async () => {
    await patchContainers([
      { name: 'main', image: 'example:2' },
      { name: 'third', image: 'example:3' },
    ]);
    expect((await containersOf()).map(({ name, image }) => `${name} ${image}`).toSorted()).toEqual([
      'main example:2',
      'side example:1',
      'third example:3',
    ]);
    await patchContainers([{ name: 'third', $patch: 'delete' }]);
    expect((await containersOf()).map(({ name }) => name)).toEqual(['main', 'side']);
    await patchContainers([{ name: 'side', env: [{ $patch: 'replace' }, { name: 'C', value: '3' }] }]);
    await patchContainers([{ name: 'main', args: ['c'], ports: [{ containerPort: 80, $patch: 'delete' }] }]);
    const [main, side] = await containersOf();
    expect([main?.args, main?.ports?.map((port) => port.containerPort)]).toEqual([['c'], [81]]);
    expect(side?.env).toEqual([{ name: 'C', value: '3' }]);
    const reordered = {
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'side' }, { name: 'main' }],
            containers: [{ name: 'side', image: 'example:4' }],
          },
        },
      },
    };
    await kubectl.ok(['patch', 'deploy/web', '-p', JSON.stringify(reordered)]);
    expect((await containersOf()).map(({ name }) => name)).toEqual(['side', 'main']);
    const finalizers = { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/kept'] } };
    await kubectl.ok(['patch', 'cm', 'settings', '-p', JSON.stringify(finalizers)]);
    const { metadata } = await kubectl.json<ConfigMap>(['get', 'cm', 'settings']);
    expect(metadata?.finalizers).toBeUndefined();
  });

  it('the subresources status and scale', async () => {
    const scale = ['patch', 'deploy', 'web', '--subresource=scale', '--type=merge'];
    expect(await kubectl.ok([...scale, '-p', '{"spec":{"replicas":2}}'])).toBe(
      'scale.autoscaling/web patched\n',
    );
    expect((await kubectl.json<Deployment>(['get', 'deploy', 'web'])).spec?.replicas).toBe(2);
    const status = ['patch', 'deploy', 'web', '--subresource=status', '--type=merge'];
    const both = '{"spec":{"replicas":7},"status":{"conditions":[{"type":"Mine","status":"True"}]}}';
    const changed = await kubectl.ok([
      ...status,
      '-p',
      both,
      '-o',
      'jsonpath={.spec.replicas} {.status.conditions[*].type}',
    ]);
    expect(changed).toBe('2 Mine');
    const none = await kubectl.run([
      'patch',
      'cm',
      'settings',
      '--subresource=status',
      '--type=merge',
      '-p',
      '{}',
    ]);
    expect([none.code, none.stderr]).toEqual([
      1,
      'Error from server (NotFound): the server could not find the requested resource\n',
    ]);
  });

  it('refuses what cannot be patched, and says why', async () => {
    const refused: readonly (readonly [args: readonly string[], said: RegExp])[] = [
      [['cm', 'nobody', '-p', '{}'], /^Error from server \(NotFound\): configmaps "nobody" not found\n$/],
      [['cm', 'settings', '-p', '{"data":'], /^Error from server \(BadRequest\): .*JSON input\n$/],
      [
        ['deploy', 'web', '--type=merge', '-p', '{"spec":{"replicas":"two"}}'],
        /^The request is invalid: patch: Invalid value: .*cannot unmarshal string into Go struct field .*replicas of type int32\n$/,
      ],
      [
        ['deploy', 'web', '-p', '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'],
        /^The Deployment "web" is invalid: .*spec\.selector: Invalid value: .*: field is immutable/s,
      ],
      [
        ['cm', 'settings', '-p', '{"metadata":{"name":"x"}}'],
        /^Error from server \(BadRequest\): the name of the object \(x\) does not match the name on the URL \(settings\)\n$/,
      ],
    ];
    for (const [args, said] of refused) {
      const { code, stderr } = await kubectl.run(['patch', ...args]);
      expect([code, stderr]).toEqual([1, expect.stringMatching(said)]);
    }
    const warned = await patchMap('merge', { dada: {} });
    expect([warned.stdout, warned.stderr]).toEqual([
      'configmap/settings patched (no change)\n',
      'Warning: unknown field "dada"\n',
    ]);
  });

  it('replace: whole, stale, forced', async () => {
    const yaml = await kubectl.ok(['get', 'cm', 'settings', '-o', 'yaml']);
    const next = yaml.replace('shape: square', 'shape: oval');
    expect(await kubectl.ok(['replace', '-f', '-'], { input: next })).toBe('configmap/settings replaced\n');
    const stale = await kubectl.run(['replace', '-f', '-'], { input: next });
    expect([stale.code, stale.stderr]).toEqual([
      1,
      'Error from server (Conflict): error when replacing "STDIN": Operation cannot be fulfilled on configmaps "settings": the object has been modified; please apply your changes to the latest version and try again\n',
    ]);
    const { uid } = (await kubectl.json<ConfigMap>(['get', 'cm', 'settings'])).metadata ?? {};
    const bare = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { new: one }\n';
    expect(await kubectl.ok(['replace', '-f', '-'], { input: bare })).toBe('configmap/settings replaced\n');
    const kept = await kubectl.json<ConfigMap>(['get', 'cm', 'settings']);
    expect([kept.metadata?.uid, kept.data]).toEqual([uid, { new: 'one' }]);
    const file = await cluster.file('bare.yaml', bare);
    expect(await kubectl.ok(['replace', '--force', '-f', file])).toMatch(
      /^configmap "settings" deleted.*\nconfigmap\/settings replaced\n$/,
    );
    expect((await kubectl.json<ConfigMap>(['get', 'cm', 'settings'])).metadata?.uid).not.toBe(uid);
    const absent = await kubectl.run(['replace', '-f', '-'], { input: bare.replace('settings', 'nobody') });
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('(NotFound)')]);
  });
});
