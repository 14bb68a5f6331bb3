import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatefulSet } from '../../src/api/generated/apps-v1.js';
import type { ConfigMap, Pod } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { everyKind, misspelt, podNamed } from './manifests.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

describe.each(kubectlVersions)('what kubectl %s changes', (version) => {
  let cluster: PaperCluster;
  let kubectl: Kubectl;
  let shop: Kubectl;

  beforeAll(async () => {
    cluster = await startPaperCluster();
    kubectl = cluster.kubectl(version);
    shop = kubectl.in('shop');
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it('apply: created, unchanged, configured', async () => {
    const applied = (await kubectl.ok(['apply', '-f', '-'], { input: everyKind })).trimEnd().split('\n');
    expect(applied).toEqual([
      'namespace/shop created',
      'configmap/settings created',
      'secret/login created',
      'service/web created',
      'service/db created',
      'persistentvolume/by-hand created',
      'deployment.apps/web created',
      'statefulset.apps/db created',
    ]);
    const again = (await kubectl.ok(['apply', '-f', '-'], { input: everyKind })).trimEnd().split('\n');
    // kubectl compares claim templates whole, with the defaults that every API server adds; the server sees no change.
    expect(again.filter((line) => !line.endsWith(' unchanged'))).toEqual(['statefulset.apps/db configured']);
    expect((await shop.json<StatefulSet>(['get', 'sts', 'db'])).metadata?.generation).toBe(1);
    const changed = everyKind.replace('colour: green', 'colour: red').replace('replicas: 2', 'replicas: 3');
    const third = (await kubectl.ok(['apply', '-f', '-'], { input: changed })).trimEnd().split('\n');
    expect(third).toEqual(
      expect.arrayContaining(['configmap/settings configured', 'deployment.apps/web configured']),
    );
    expect((await shop.json<ConfigMap>(['get', 'cm', 'settings'])).data).toEqual({
      colour: 'red',
      size: 'large',
    });
  });

  it('apply takes out what the manifest no longer says, and leaves what others said', async () => {
    await shop.ok(['annotate', 'configmap', 'settings', 'note=mine']);
    const without = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { colour: blue }\n';
    await shop.ok(['apply', '-f', '-'], { input: without });
    const { data, metadata } = await shop.json<ConfigMap>(['get', 'cm', 'settings']);
    expect(data).toEqual({ colour: 'blue' });
    expect(metadata?.annotations?.['note']).toBe('mine');
  });

  it('rollout status, restart, history, undo', async () => {
    const complete = 'partitioned roll out complete: 2 new pods have been updated...\n';
    expect(await shop.ok(['rollout', 'status', 'statefulset/db', '--timeout=20s'])).toContain(complete);
    expect(await shop.ok(['rollout', 'restart', 'statefulset/db'])).toBe('statefulset.apps/db restarted\n');
    expect(await shop.ok(['rollout', 'status', 'statefulset/db', '--timeout=20s'])).toContain(complete);
    expect(await shop.ok(['rollout', 'history', 'statefulset/db'])).toMatch(/^1 +<none>\n2 +<none>/m);
    expect(await shop.ok(['rollout', 'undo', 'statefulset/db'])).toBe('statefulset.apps/db rolled back\n');
    await shop.ok(['rollout', 'status', 'statefulset/db', '--timeout=20s']);
    await shop.ok(['rollout', 'restart', 'deployment/web']);
    expect(await shop.ok(['rollout', 'status', 'deployment/web', '--timeout=20s'])).toMatch(
      /deployment "web" successfully rolled out\n$/,
    );
  });

  it('get -w tells each change as it happens', async () => {
    await using watch = shop.start(['get', 'pods', '-l', 'app=db', '-w']);
    await watch.printed(/db-1 +1\/1 +Running/);
    // Not waited for: kubectl looks once for the Pod by uid and then watches its name. A Pod that is replaced between the two, which
    // takes milliseconds here, is not told apart from the old one, and kubectl waits for ever.
    await shop.ok(['delete', 'pod', 'db-1', '--wait=false']);
    await watch.printed(
      /db-1 +1\/1 +Terminating[\s\S]*db-1 +0\/1 +(Pending|ContainerCreating)[\s\S]*db-1 +1\/1 +Running/,
    );
  });

  const imperative: readonly (readonly string[])[] = [
    ['namespace', 'by-name'],
    ['configmap', 'by-name', '--from-literal=a=b'],
    ['secret', 'generic', 'by-name', '--from-literal=a=b'],
    ['deployment', 'by-name', '--image=example:1'],
    ['service', 'clusterip', 'by-name', '--tcp=80:80'],
  ];

  it.each(imperative)('create %s --dry-run=client, handed to apply', async (...args) => {
    const manifest = await shop.ok(['create', ...args, '--dry-run=client', '-o', 'yaml']);
    expect(await shop.ok(['apply', '-f', '-'], { input: manifest })).toMatch(/by-name created\n$/);
    await shop.ok(['delete', args[0] ?? '', 'by-name', '--timeout=20s']);
  });

  it('refuses unknown fields and wrong values, with the field by name', async () => {
    const unknown = await shop.run(['apply', '-f', '-'], { input: misspelt });
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining('strict decoding error: unknown field "spec.containers[0].imagePulPolicy"'),
    ]);
    const wrong = await shop.run(['apply', '-f', '-'], { input: podNamed('Wrong_Name') });
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringMatching(/The Pod "Wrong_Name" is invalid: .*metadata\.name: Invalid value: "Wrong_Name"/),
    ]);
    const fixed = await shop.run([
      'patch',
      'statefulset',
      'db',
      '--type=merge',
      '-p',
      '{"spec":{"serviceName":"x"}}',
    ]);
    expect([fixed.code, fixed.stderr]).toEqual([
      1,
      expect.stringContaining('updates to statefulset spec for fields other than'),
    ]);
  });

  it('deletes: orphaning, by label, and waits until it is gone', async () => {
    await shop.ok(['delete', 'statefulset', 'db', '--cascade=orphan', '--timeout=20s']);
    const orphan = await until(
      'the Pod has no owner',
      () => shop.json<Pod>(['get', 'pod', 'db-0']),
      ({ metadata }) => (metadata?.ownerReferences ?? []).length === 0,
    );
    expect(orphan.metadata?.deletionTimestamp).toBeUndefined();
    await shop.ok(['delete', 'pods', '-l', 'app=db', '--timeout=20s']);
    expect(await shop.ok(['get', 'pvc', '-o', 'name'])).toContain('persistentvolumeclaim/data-db-0');
    await shop.ok(['delete', 'deployment', 'web', '--cascade=foreground', '--timeout=20s']);
    expect(await shop.ok(['get', 'pods,rs', '-o', 'name'])).toBe('');
    expect(await kubectl.ok(['delete', 'namespace', 'shop', '--timeout=30s'])).toMatch(
      /namespace "shop" deleted/,
    );
    expect((await kubectl.run(['get', 'pvc', '-n', 'shop', '-o', 'name'])).stdout).toBe('');
  });
});
