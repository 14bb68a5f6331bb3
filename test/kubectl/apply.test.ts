import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigMap } from '../../src/api/generated/core-v1.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

/** Two ConfigMaps of one set. */
function maps(colour: string): string {
  return `
apiVersion: v1
kind: ConfigMap
metadata: { name: one, labels: { set: maps } }
data: { colour: ${colour} }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: two, labels: { set: maps } }
data: { shape: round }
`;
}

const firstOf = (manifest: string): string => manifest.split('---')[0] ?? '';

const kustomization = `
namePrefix: my-
labels: [{ pairs: { from: kustomize }, includeSelectors: false }]
resources: [maps.yaml]
configMapGenerator: [{ name: made, literals: [key=value] }]
`;

let cluster: PaperCluster;
beforeAll(async () => {
  cluster = await startPaperCluster();
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('client-side apply of kubectl %s', (version) => {
  let kubectl: Kubectl;
  const apply = (manifest: string, ...flags: readonly string[]): Promise<string> =>
    kubectl.ok(['apply', '-f', '-', ...flags], { input: manifest });
  const dataOf = async (name: string) => (await kubectl.json<ConfigMap>(['get', 'cm', name])).data;

  beforeAll(async () => {
    kubectl = await cluster.ownNamespace(version);
  });

  it('creates, leaves alone, configures', async () => {
    expect(await apply(maps('green'), '--dry-run=client')).toBe(
      'configmap/one created (dry run)\nconfigmap/two created (dry run)\n',
    );
    expect(await apply(maps('green'))).toBe('configmap/one created\nconfigmap/two created\n');
    const before = await kubectl.ok(['get', 'cm', 'one', '-o', 'yaml']);
    expect(await apply(maps('green'))).toBe('configmap/one unchanged\nconfigmap/two unchanged\n');
    expect(await kubectl.ok(['get', 'cm', 'one', '-o', 'yaml'])).toBe(before);
    expect(await apply(maps('red'), '--dry-run=server')).toBe(
      'configmap/one configured (server dry run)\nconfigmap/two unchanged (server dry run)\n',
    );
    expect(await dataOf('one')).toEqual({ colour: 'green' });
    expect(await apply(maps('red'))).toBe('configmap/one configured\nconfigmap/two unchanged\n');
    expect(await dataOf('one')).toEqual({ colour: 'red' });
  });

  it('shows on request what the server made of it', async () => {
    const shown: unknown = JSON.parse(await apply(firstOf(maps('blue')), '--dry-run=server', '-o', 'json'));
    expect(shown).toMatchObject({ kind: 'ConfigMap', data: { colour: 'blue' }, metadata: { name: 'one' } });
    expect(await dataOf('one')).toEqual({ colour: 'red' });
  });

  it.each([
    ['client-side', []],
    ['on the server', ['--server-side', '--force-conflicts']],
  ])('diff, %s', async (_, flags) => {
    const same = await kubectl.run(['diff', '-f', '-', ...flags], { input: maps('red') });
    expect([same.code, same.stderr]).toEqual([0, '']);
    const other = await kubectl.run(['diff', '-f', '-', ...flags], { input: maps('blue') });
    expect(other.code).toBe(1);
    expect(other.stdout).toMatch(/^- {2}colour: red\n\+ {2}colour: blue$/m);
    expect(await dataOf('one')).toEqual({ colour: 'red' });
  });

  it('takes over what was created without it, with a warning', async () => {
    await kubectl.ok(['create', 'configmap', 'three', '--from-literal=a=b']);
    const three = firstOf(maps('red')).replace('one', 'three');
    const { stdout, stderr } = await kubectl.run(['apply', '-f', '-'], { input: three });
    expect(stdout).toBe('configmap/three configured\n');
    expect(stderr).toContain('is missing the kubectl.kubernetes.io/last-applied-configuration annotation');
    expect(await dataOf('three')).toEqual({ a: 'b', colour: 'red' });
  });

  it('what was applied last: shown, set, edited', async () => {
    expect(await kubectl.ok(['apply', 'view-last-applied', 'cm', 'one', '-o', 'json'])).toMatch(
      /"colour": "red"/,
    );
    const file = await cluster.file('last.yaml', firstOf(maps('green')));
    expect(await kubectl.ok(['apply', 'set-last-applied', '-f', file])).toBe('configmap/one configured\n');
    expect(await kubectl.ok(['apply', 'set-last-applied', '-f', file])).toBe(
      'set-last-applied one: no changes required.\n',
    );
    expect(await kubectl.ok(['apply', 'view-last-applied', 'cm/one'])).toMatch(/^ {2}colour: green$/m);
    expect(await dataOf('one')).toEqual({ colour: 'red' });
    const EDITOR = await cluster.file(
      'violet.sh',
      '#!/bin/sh\nsed -i "s/colour: green/colour: violet/" "$1"\n',
    );
    const edited = await kubectl.ok(['apply', 'edit-last-applied', 'cm/one'], { env: { EDITOR } });
    expect(edited).toBe('configmap/one edited\n');
    expect(await kubectl.ok(['apply', 'view-last-applied', 'cm/one'])).toMatch(/^ {2}colour: violet$/m);
  });

  it('prunes by label what is no longer said', async () => {
    const flags = ['--prune', '-l', 'set=maps', '--prune-allowlist=core/v1/ConfigMap'];
    await kubectl.ok(['delete', 'cm', 'three']);
    expect(await apply(firstOf(maps('red')), ...flags)).toBe(
      'configmap/one configured\nconfigmap/two pruned\n',
    );
    expect(await apply(firstOf(maps('red')), ...flags)).toBe('configmap/one unchanged\n');
    expect((await kubectl.run(['get', 'cm', 'two'])).stderr).toBe(
      'Error from server (NotFound): configmaps "two" not found\n',
    );
  });

  it('prunes by an ApplySet, whose members are recorded on its parent', async () => {
    const env = { KUBECTL_APPLYSET: 'true' };
    const applySet = (manifest: string) =>
      kubectl.ok(['apply', '-f', '-', '--prune', '--applyset=members'], { input: manifest, env });
    await kubectl.ok(['delete', 'cm', 'one']);
    expect(await applySet(maps('green'))).toBe('configmap/one created\nconfigmap/two created\n');
    const parent = await kubectl.json<ConfigMap>(['get', 'secret', 'members']);
    expect(parent.metadata?.labels?.['applyset.kubernetes.io/id']).toMatch(/^applyset-.*-v1$/);
    expect(await applySet(firstOf(maps('green')))).toBe('configmap/one unchanged\nconfigmap/two pruned\n');
    expect((await kubectl.run(['get', 'cm', 'two'])).code).toBe(1);
  });

  it('-k: built by kustomize, applied, compared and deleted', async () => {
    await cluster.file('kustomized/maps.yaml', maps('green'));
    const directory = dirname(await cluster.file('kustomized/kustomization.yaml', kustomization));
    const built = await kubectl.ok(['kustomize', directory]);
    expect(built).toMatch(/^ {2}name: my-one$/m);
    const hash = /name: my-made-(\w+)/.exec(built)?.[1];
    expect(await kubectl.ok(['apply', '-k', directory])).toBe(
      `configmap/my-made-${hash} created\nconfigmap/my-one created\nconfigmap/my-two created\n`,
    );
    expect((await kubectl.run(['diff', '-k', directory])).code).toBe(0);
    expect(await kubectl.ok(['get', '-k', directory, '-o', 'name'])).toBe(
      `configmap/my-made-${hash}\nconfigmap/my-one\nconfigmap/my-two\n`,
    );
    const { labels } = (await kubectl.json<ConfigMap>(['get', 'cm', 'my-one'])).metadata ?? {};
    expect(labels).toEqual({ from: 'kustomize', set: 'maps' });
    await kubectl.ok(['delete', '-k', directory]);
    expect(await kubectl.ok(['get', 'cm', '-l', 'from=kustomize', '-o', 'name'])).toBe('');
  });

  it('says what is wrong with a manifest, and applies the rest', async () => {
    const broken = maps('green').replace('shape:', '"no good":');
    const { code, stdout, stderr } = await kubectl.run(['apply', '-f', '-'], { input: broken });
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^configmap\/one /)]);
    expect(stderr).toContain('The ConfigMap "two" is invalid: data[no good]: Invalid value: "no good"');
    const elsewhere = await kubectl.run(['apply', '-f', '-', '-n', 'nowhere'], { input: maps('green') });
    expect([elsewhere.code, elsewhere.stderr]).toEqual([
      1,
      expect.stringContaining('namespaces "nowhere" not found'),
    ]);
  });
});
