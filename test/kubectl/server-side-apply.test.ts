import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/api/generated/apps-v1.js';
import type { ConfigMap } from '../../src/api/generated/core-v1.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const settings = (data: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { ${data} }
`;

const web = (replicas: string, image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, image: "${image}", ports: [{ containerPort: 80 }] }] }
`;

let cluster: PaperCluster;
beforeAll(async () => {
  cluster = await startPaperCluster();
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('server-side apply of kubectl %s', (version) => {
  let kubectl: Kubectl;
  const run = (manifest: string, ...flags: readonly string[]) =>
    kubectl.run(['apply', '--server-side', '-f', '-', ...flags], { input: manifest });
  const apply = (manifest: string, ...flags: readonly string[]): Promise<string> =>
    kubectl.ok(['apply', '--server-side', '-f', '-', ...flags], { input: manifest });
  const dataOf = async () => (await kubectl.json<ConfigMap>(['get', 'cm', 'settings'])).data;
  /** Who owns what, as `manager operation`. */
  const managers = async (name: string): Promise<readonly string[]> => {
    const { metadata } = await kubectl.json<ConfigMap>(['get', name, '--show-managed-fields']);
    const entries = metadata?.managedFields ?? [];
    return entries
      .filter(({ subresource }) => !subresource)
      .map(({ manager, operation }) => `${manager} ${operation}`)
      .toSorted();
  };

  beforeAll(async () => {
    kubectl = await cluster.ownNamespace(version);
  });

  it('creates and applies again; nothing changes when nothing is new', async () => {
    expect(await apply(settings('colour: green, size: large'))).toBe(
      'configmap/settings serverside-applied\n',
    );
    const first = await kubectl.ok(['get', 'cm', 'settings', '-o', 'yaml', '--show-managed-fields']);
    expect(await apply(settings('colour: green, size: large'))).toBe(
      'configmap/settings serverside-applied\n',
    );
    expect(await kubectl.ok(['get', 'cm', 'settings', '-o', 'yaml', '--show-managed-fields'])).toBe(first);
    expect(first).toMatch(/manager: kubectl\n {4}operation: Apply/);
    expect(first).toContain('f:colour: {}');
    expect(first).not.toContain('last-applied-configuration');
  });

  it('managedFields are shown only when they are asked for', async () => {
    const { metadata } = await kubectl.json<ConfigMap>(['get', 'cm', 'settings']);
    expect(metadata).not.toHaveProperty('managedFields');
    const [entry] =
      (await kubectl.json<ConfigMap>(['get', 'cm', 'settings', '--show-managed-fields'])).metadata
        ?.managedFields ?? [];
    expect(entry).toEqual({
      manager: 'kubectl',
      operation: 'Apply',
      apiVersion: 'v1',
      time: expect.any(String),
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:colour': {}, 'f:size': {} } },
    });
  });

  it('takes out what its manager no longer says', async () => {
    await apply(settings('colour: green'));
    expect(await dataOf()).toEqual({ colour: 'green' });
  });

  it('a conflict names the field and its owner; force takes the field', async () => {
    await apply(settings('shape: round'), '--field-manager=other');
    expect(await dataOf()).toEqual({ colour: 'green', shape: 'round' });
    const { code, stdout, stderr } = await run(
      settings('shape: round, colour: red'),
      '--field-manager=other',
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: Apply failed with 1 conflict: conflict with "kubectl": \.data\.colour\n/);
    expect(stderr).toMatch(/re-run the apply\s+command with the `--force-conflicts` flag/);
    expect(await dataOf()).toEqual({ colour: 'green', shape: 'round' });
    const forced = await apply(
      settings('shape: round, colour: red'),
      '--field-manager=other',
      '--force-conflicts',
    );
    expect(forced).toBe('configmap/settings serverside-applied\n');
    expect(await dataOf()).toEqual({ colour: 'red', shape: 'round' });
    const again = await run(settings('colour: green'));
    expect(again.stderr).toContain('Apply failed with 1 conflict: conflict with "other": .data.colour');
  });

  it('the same value has two owners, and stays until neither says it', async () => {
    await apply(settings('colour: red'));
    await apply(settings('shape: round'), '--field-manager=other');
    expect(await dataOf()).toEqual({ colour: 'red', shape: 'round' });
    await apply(settings('size: small'));
    expect(await dataOf()).toEqual({ size: 'small', shape: 'round' });
  });

  it('a dry run and a diff change nothing', async () => {
    expect(await apply(settings('size: huge'), '--dry-run=server')).toBe(
      'configmap/settings serverside-applied (server dry run)\n',
    );
    const diff = await kubectl.run(['diff', '--server-side', '-f', '-'], { input: settings('size: huge') });
    expect([diff.code, diff.stdout]).toEqual([1, expect.stringMatching(/^\+ {2}size: huge$/m)]);
    expect(await dataOf()).toEqual({ size: 'small', shape: 'round' });
  });

  it('other writes own what they write, under their own names', async () => {
    await kubectl.ok(['patch', 'cm', 'settings', '--type=merge', '-p', '{"data":{"weight":"light"}}']);
    await kubectl.ok(['label', 'cm', 'settings', 'a=b']);
    expect(await managers('cm/settings')).toEqual([
      'kubectl Apply',
      'kubectl-label Update',
      'kubectl-patch Update',
      'other Apply',
    ]);
    const conflict = await run(settings('size: small, weight: heavy'));
    expect(conflict.stderr).toMatch(
      /Apply failed with 1 conflict: conflict with "kubectl-patch"( using v1)?: \.data\.weight/,
    );
  });

  it('lists are merged by their keys, so that two managers share a Pod template', async () => {
    await apply(web('replicas: 1', 'example:1'));
    const env = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: main, env: [{ name: A, value: "1" }] }] } } }
`;
    await apply(env, '--field-manager=env');
    const read = async () => {
      const { spec } = await kubectl.json<Deployment>(['get', 'deploy', 'web']);
      const [container] = spec?.template.spec?.containers ?? [];
      return [spec?.replicas, container?.image, container?.env, container?.ports?.length];
    };
    expect(await read()).toEqual([1, 'example:1', [{ name: 'A', value: '1' }], 1]);
    await apply(web('replicas: 1', 'example:2'));
    expect(await read()).toEqual([1, 'example:2', [{ name: 'A', value: '1' }], 1]);
  });

  it('scale owns the replicas: to apply without them gives them up, with another number conflicts', async () => {
    await kubectl.ok(['scale', 'deploy/web', '--replicas=3']);
    const conflict = await run(web('replicas: 1', 'example:2'));
    expect(conflict.stderr).toContain('.spec.replicas');
    await apply(web('', 'example:2'));
    expect((await kubectl.json<Deployment>(['get', 'deploy', 'web'])).spec?.replicas).toBe(3);
  });

  it('moves from client-side to server-side apply without conflicts, and prunes what it then leaves out', async () => {
    const name = (text: string): string => text.replace('settings', 'moved');
    await kubectl.ok(['apply', '-f', '-'], { input: name(settings('a: "1", b: "2"')) });
    expect(await apply(name(settings('a: "changed"')))).toBe('configmap/moved serverside-applied\n');
    const moved = await kubectl.json<ConfigMap>(['get', 'cm', 'moved']);
    expect(moved.data).toEqual({ a: 'changed' });
    // The server keeps the annotation in step, so that a client-side apply may follow again.
    const last = moved.metadata?.annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
    expect(JSON.parse(last ?? '')).toMatchObject({ data: { a: 'changed' } });
    expect(await managers('cm/moved')).toEqual(['kubectl Apply', 'kubectl-last-applied Apply']);
  });

  it('refuses managedFields in what is applied, and wrong objects, by name', async () => {
    const own = settings('a: b').replace(
      '{ name: settings }',
      '{ name: settings, managedFields: [{ manager: x }] }',
    );
    const refused = await run(own);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('metadata.managedFields must be nil'),
    ]);
    const wrong = await run(settings('"no good": b'));
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('The ConfigMap "settings" is invalid: data[no good]: Invalid value'),
    ]);
  });
});
