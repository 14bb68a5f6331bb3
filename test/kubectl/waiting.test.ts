import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { readTable } from '../tools/table.js';
import { podNamed } from './manifests.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const failing = (name: string): string =>
  podNamed(name)
    .replace('labels:', 'annotations: { simulated.holdfast.dev/fail: exit 3 }, labels:')
    .replace('spec: {', 'spec: { restartPolicy: Never,');

let cluster: PaperCluster;
beforeAll(async () => {
  cluster = await startPaperCluster();
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('kubectl %s', (version) => {
  let kubectl: Kubectl;
  const wait = (...args: readonly string[]): Promise<string> =>
    kubectl.ok(['wait', ...args, '--timeout=20s']);

  beforeAll(async () => {
    kubectl = await cluster.ownNamespace(version);
    await kubectl.ok(['create', '-f', '-'], {
      input: [podNamed('a'), podNamed('b'), failing('c')].join('---'),
    });
  });

  it.each([
    [['--for=condition=Ready', 'pod/a'], 'pod/a condition met\n'],
    [['--for=condition=Ready', 'pod', '-l', 'app in (a,b)'], 'pod/a condition met\npod/b condition met\n'],
    [['--for=condition=Ready=false', 'pod/c'], 'pod/c condition met\n'],
    [
      ['--for=jsonpath={.status.phase}=Running', 'pod/a', 'pod/b'],
      'pod/a condition met\npod/b condition met\n',
    ],
    [['--for=jsonpath={.status.phase}=Failed', 'pod/c'], 'pod/c condition met\n'],
    [
      ['--for=jsonpath={.status.containerStatuses[0].state.terminated.exitCode}=3', 'pod/c'],
      'pod/c condition met\n',
    ],
    [['--for=jsonpath={.status.podIP}', 'pod/a'], 'pod/a condition met\n'],
    [['--for=delete', 'pod/nobody'], ''],
  ])('wait %j', async (args, printed) => {
    expect(await wait(...args)).toBe(printed);
  });

  it('wait: until it is deleted, by name and by label', async () => {
    await kubectl.ok(['create', 'configmap', 'x']);
    await kubectl.ok(['create', 'configmap', 'y']);
    await kubectl.ok(['label', 'cm', 'y', 'wait=for-me']);
    await using gone = kubectl.start(['wait', '--for=delete', 'cm/x', '--timeout=20s']);
    await using labelled = kubectl.start([
      'wait',
      '--for=delete',
      'cm',
      '-l',
      'wait=for-me',
      '--timeout=20s',
    ]);
    await kubectl.ok(['get', 'cm', 'x', 'y']);
    await kubectl.ok(['delete', 'cm', 'x', 'y']);
    expect([await gone.ended, await labelled.ended]).toEqual([0, 0]);
    expect(gone.stdout).toMatch(/^(configmap\/x condition met\n)?$/);
  });

  it('wait: until it is created, which kubectl knows from 1.31 on', async () => {
    if (version === '1.28') {
      const unknown = await kubectl.run(['wait', '--for=create', 'cm/late', '--timeout=1s']);
      expect([unknown.code, unknown.stderr]).toEqual([1, 'error: unrecognized condition: "create"\n']);
      return;
    }
    await using wanted = kubectl.start(['wait', '--for=create', 'cm/late', '--timeout=20s']);
    await kubectl.ok(['create', 'configmap', 'late']);
    expect(await wanted.ended).toBe(0);
    expect(wanted.stdout).toBe('configmap/late condition met\n');
    const never = await kubectl.run(['wait', '--for=create', 'cm/never', '--timeout=1s']);
    expect([never.code, never.stderr]).toEqual([
      1,
      expect.stringContaining('timed out waiting for the condition'),
    ]);
  });

  it.each([
    [['--for=condition=Ready', 'pod/c'], 'error: timed out waiting for the condition on pods/c\n'],
    [['--for=delete', 'pod/a'], 'error: timed out waiting for the condition on pods/a\n'],
    [['--for=condition=Ready', 'pod/nobody'], 'Error from server (NotFound): pods "nobody" not found\n'],
    [['--for=condition=Ready', 'pod', '-l', 'app=nobody'], 'error: no matching resources found\n'],
  ])('wait in vain %j', async (args, said) => {
    const { code, stderr } = await kubectl.run(['wait', ...args, '--timeout=1s']);
    expect([code, stderr]).toEqual([1, said]);
  });

  it('events: of one object, of a type, in columns, as JSON', async () => {
    const { columns, rows } = readTable(await kubectl.ok(['events', '--for', 'pod/a']));
    expect(columns).toEqual(['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE']);
    expect(rows).toEqual([
      {
        'LAST SEEN': expect.stringMatching(/^\d+[sm]|<unknown>/),
        TYPE: 'Normal',
        REASON: 'Scheduled',
        OBJECT: 'Pod/a',
        MESSAGE: expect.stringMatching(/^Successfully assigned v[\d-]+\/a to node-0$/),
      },
    ]);
    const none = await kubectl.run(['events', '--types=Warning']);
    expect([none.code, none.stdout]).toEqual([0, '']);
    expect(none.stderr).toMatch(/^No events found in v[\d-]+ namespace\.\n$/);
    const list = JSON.parse(await kubectl.ok(['events', '--for', 'pod/a', '-o', 'json']));
    expect(list).toMatchObject({
      items: [{ involvedObject: { kind: 'Pod', name: 'a' }, reason: 'Scheduled' }],
    });
    const everywhere = readTable(await kubectl.ok(['events', '-A', '--types=Normal'])).rows;
    expect(everywhere.filter((row) => row['OBJECT'] === 'Pod/a').length).toBeGreaterThan(0);
    const got = readTable(
      await kubectl.ok(['get', 'events', '--field-selector', 'reason=Scheduled,involvedObject.name=b']),
    );
    expect(got.rows).toMatchObject([{ TYPE: 'Normal', OBJECT: 'pod/b' }]);
  });

  it('events -w tells what happens next', async () => {
    await using watch = kubectl.start(['events', '-w', '--types=Normal']);
    await watch.printed(/Pod\/b /);
    await kubectl.ok(['create', '-f', '-'], { input: podNamed('next') });
    await watch.printed(/Normal +Scheduled +Pod\/next +Successfully assigned/);
  });
});

const waitingSet = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  podManagementPolicy: Parallel
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db }, annotations: { simulated.holdfast.dev/never-ready: "true" } }
    spec: { containers: [{ name: main, image: "example:1" }] }
`;

describe('a set that waits for longer than the ordinary course of things', () => {
  let kubectl: Kubectl;
  const condition = '--for=condition=holdfast.dev/Waiting';

  beforeAll(async () => {
    kubectl = cluster.kubectl('1.35').in('default');
    await kubectl.ok(['create', '-f', '-'], { input: waitingSet });
  });

  it('says so in a condition that can be waited for, and in an Event', async () => {
    const met = 'statefulset.apps/db condition met\n';
    expect(await kubectl.ok(['wait', condition, 'sts/db', '--timeout=60s'])).toBe(met);
    const path = '-o=jsonpath={.status.conditions[*].reason}: {.status.conditions[*].message}';
    const sentence = 'db-0 runs, but container main is not ready; the set is not complete before that';
    expect(await kubectl.ok(['get', 'sts', 'db', path])).toBe(`PodNotReady: waits for Pod db-0: ${sentence}`);
    expect(await kubectl.ok(['describe', 'sts', 'db'])).toMatch(
      new RegExp(`Normal +PodNotReady +\\S+ +statefulset-controller +${sentence}`),
    );
  });

  it('is to rollout status what it is without the condition, and so when it is over', async () => {
    const late = await kubectl.run(['rollout', 'status', 'sts/db', '--timeout=1s']);
    expect([late.code, late.stdout]).toEqual([1, 'Waiting for 2 pods to be ready...\n']);
    const well =
      '{"spec":{"template":{"metadata":{"annotations":{"simulated.holdfast.dev/never-ready":"false"}}}}}';
    await kubectl.ok(['patch', 'sts', 'db', '-p', well]);
    // Its wait follows the names, and a successor that comes between two of its looks is waited for in vain.
    await kubectl.ok(['delete', 'pod', 'db-0', 'db-1', '--wait=false']);
    expect(await kubectl.ok(['rollout', 'status', 'sts/db', '--timeout=30s'])).toContain(
      'partitioned roll out complete: 2 new pods have been updated...',
    );
    await kubectl.ok(['wait', `${condition}=false`, 'sts/db', '--timeout=30s']);
  });
});
