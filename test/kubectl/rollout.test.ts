import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment, StatefulSet } from '../../src/api/generated/apps-v1.js';
import type { Pod, Service } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import type { ListOf } from '../tools/objects.js';
import { readTable } from '../tools/table.js';
import { podNamed } from './manifests.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

const workload = (kind: string, name: string): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  ${kind === 'StatefulSet' ? `serviceName: ${name}` : 'minReadySeconds: 0'}
  replicas: 2
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: "example:1", ports: [{ containerPort: 80 }] }] }
`;

/** Pods of this image never become ready. */
const stuck =
  '{"spec":{"template":{"metadata":{"annotations":{"simulated.holdfast.dev/never-ready":"true"}}}}}';

let cluster: PaperCluster;
beforeAll(async () => {
  cluster = await startPaperCluster();
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('workloads with kubectl %s', (version) => {
  let kubectl: Kubectl;
  const rollout = (...args: readonly string[]): Promise<string> => kubectl.ok(['rollout', ...args]);
  const complete = (name: string): Promise<string> => rollout('status', name, '--timeout=20s');
  const deployment = (): Promise<Deployment> => kubectl.json<Deployment>(['get', 'deploy', 'web']);
  const set = (): Promise<StatefulSet> => kubectl.json<StatefulSet>(['get', 'sts', 'db']);
  const imageOf = (one: Deployment | StatefulSet) => one.spec?.template.spec?.containers?.[0]?.image;
  const revisions = async (name: string): Promise<readonly string[]> => {
    const [title, head, ...rows] = (await rollout('history', name)).trimEnd().split('\n');
    expect([title, head]).toEqual([expect.stringMatching(/^\w+\.apps\/\w+ $/), 'REVISION  CHANGE-CAUSE']);
    return rows.map((row) => row.split(/ {2,}/).join(' '));
  };

  beforeAll(async () => {
    kubectl = await cluster.ownNamespace(version);
    const input = `${workload('Deployment', 'web')}---${workload('StatefulSet', 'db')}`;
    await kubectl.ok(['create', '-f', '-'], { input });
  });

  it('status: until it is complete, or the time is over', async () => {
    expect(await complete('deploy/web')).toMatch(/deployment "web" successfully rolled out\n$/);
    expect(await complete('sts/db')).toMatch(
      /partitioned roll out complete: 2 new pods have been updated\.\.\.\n$/,
    );
    await kubectl.ok(['patch', 'deploy', 'web', '-p', stuck]);
    const late = await kubectl.run(['rollout', 'status', 'deploy/web', '--timeout=1s']);
    expect([late.code, late.stderr]).toEqual([1, 'error: timed out waiting for the condition\n']);
    expect(late.stdout).toContain(
      'Waiting for deployment "web" rollout to finish: 1 out of 2 new replicas have been updated...',
    );
    expect(await rollout('status', 'deploy/web', '--watch=false')).toContain(
      '1 out of 2 new replicas have been updated...',
    );
    expect(await rollout('undo', 'deploy/web')).toBe('deployment.apps/web rolled back\n');
    await complete('deploy/web');
  });

  it('history of a Deployment, one revision of it, and back to one', async () => {
    await kubectl.ok(['set', 'image', 'deploy/web', 'main=example:2']);
    await kubectl.ok(['annotate', 'deploy/web', 'kubernetes.io/change-cause=second image']);
    await complete('deploy/web');
    expect(await revisions('deploy/web')).toEqual(['2 <none>', '3 <none>', '4 second image']);
    const four = await rollout('history', 'deploy/web', '--revision=4');
    expect(four).toMatch(/^deployment\.apps\/web with revision #4\nPod Template:\n {2}Labels:\tapp=web\n/);
    expect(four).toMatch(/^ {4}Image:\texample:2$/m);
    expect(await rollout('undo', 'deploy/web', '--to-revision=3')).toBe('deployment.apps/web rolled back\n');
    expect(imageOf(await deployment())).toBe('example:1');
    await complete('deploy/web');
    expect(await revisions('deploy/web')).toEqual(['2 <none>', '4 second image', '5 <none>']);
    const absent = await kubectl.run(['rollout', 'undo', 'deploy/web', '--to-revision=99']);
    expect([absent.code, absent.stderr]).toEqual([
      1,
      'error: unable to find specified revision 99 in history\n',
    ]);
    expect(await rollout('undo', 'deploy/web', '--to-revision=4', '--dry-run=server')).toContain(
      '(server dry run)',
    );
    expect(imageOf(await deployment())).toBe('example:1');
  });

  it('history of a StatefulSet, and back to its first revision', async () => {
    await kubectl.ok(['set', 'image', 'sts/db', 'main=example:2']);
    await complete('sts/db');
    expect(await revisions('sts/db')).toEqual(['1 <none>', '2 <none>']);
    expect(await rollout('history', 'sts/db', '--revision=2')).toMatch(/^ {4}Image:\texample:2$/m);
    expect(await rollout('undo', 'sts/db', '--to-revision=1')).toBe('statefulset.apps/db rolled back\n');
    await complete('sts/db');
    expect(imageOf(await set())).toBe('example:1');
    expect(await revisions('sts/db')).toEqual(['2 <none>', '3 <none>']);
  });

  it('restart makes every Pod new', async () => {
    const uids = await kubectl.ok(['get', 'pods', '-o', 'jsonpath={.items[*].metadata.uid}']);
    const before = uids.split(' ');
    expect(await rollout('restart', 'deploy/web', 'sts/db')).toBe(
      'deployment.apps/web restarted\nstatefulset.apps/db restarted\n',
    );
    await complete('deploy/web');
    await complete('sts/db');
    // Pods of before are still on their way out when the new ones are all there.
    const old = ({ metadata }: Pod): boolean => before.includes(metadata?.uid ?? '');
    await until(
      'no Pod of before is left',
      async () => (await kubectl.json<ListOf<Pod>>(['get', 'pods'])).items,
      (pods) => !pods.some(old),
    );
    const annotations = (await set()).spec?.template.metadata?.annotations;
    expect(annotations?.['kubectl.kubernetes.io/restartedAt']).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('pause holds a Deployment until resume', async () => {
    expect(await rollout('pause', 'deploy/web')).toBe('deployment.apps/web paused\n');
    await kubectl.ok(['set', 'image', 'deploy/web', 'main=example:3']);
    const said: readonly (readonly [args: readonly string[], stderr: string])[] = [
      [['pause', 'deploy/web'], 'error: deployments.apps "web" is already paused\n'],
      [
        ['restart', 'deploy/web'],
        'error: deployments.apps "web" can\'t restart paused deployment (run rollout resume first)\n',
      ],
      [
        ['undo', 'deploy/web'],
        "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again\n",
      ],
      [['pause', 'sts/db'], 'error: statefulsets.apps "db" pausing is not supported\n'],
    ];
    for (const [args, stderr] of said)
      expect(await kubectl.run(['rollout', ...args])).toMatchObject({ code: 1, stderr });
    expect(
      await kubectl.ok([
        'get',
        'pods',
        '-l',
        'app=web',
        '-o',
        'jsonpath={.items[*].spec.containers[0].image}',
      ]),
    ).not.toContain('example:3');
    expect(await rollout('resume', 'deploy/web')).toBe('deployment.apps/web resumed\n');
    expect(await complete('deploy/web')).toMatch(/successfully rolled out\n$/);
    expect(await kubectl.run(['rollout', 'resume', 'deploy/web'])).toMatchObject({
      code: 1,
      stderr: 'error: deployments.apps "web" is not paused\n',
    });
  });

  it('scale: several at once, and on conditions', async () => {
    expect(await kubectl.ok(['scale', '--replicas=3', 'deploy/web', 'sts/db'])).toBe(
      'deployment.apps/web scaled\nstatefulset.apps/db scaled\n',
    );
    await kubectl.ok([
      'wait',
      '--for=jsonpath={.status.readyReplicas}=3',
      'deploy/web',
      'sts/db',
      '--timeout=20s',
    ]);
    expect(await kubectl.run(['scale', 'deploy/web', '--current-replicas=7', '--replicas=1'])).toMatchObject({
      code: 1,
      stderr: 'error: Expected replicas to be 7, was 3\n',
    });
    const stale = await kubectl.run(['scale', 'deploy/web', '--resource-version=1', '--replicas=1']);
    expect([stale.code, stale.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: Expected resource version to be 1, was \d+\n$/),
    ]);
    expect(await kubectl.ok(['scale', 'deploy/web', '--current-replicas=3', '--replicas=1'])).toBe(
      'deployment.apps/web scaled\n',
    );
    expect((await deployment()).spec?.replicas).toBe(1);
    expect(await kubectl.ok(['scale', 'sts', '--all', '--replicas=0'])).toBe('statefulset.apps/db scaled\n');
  });

  it('autoscale', async () => {
    const flag = version === '1.35' ? '--cpu=50%' : '--cpu-percent=50';
    expect(await kubectl.ok(['autoscale', 'deploy', 'web', '--min=1', '--max=3', flag])).toBe(
      'horizontalpodautoscaler.autoscaling/web autoscaled\n',
    );
    const { rows } = readTable(await kubectl.ok(['get', 'hpa']));
    expect(rows).toMatchObject([
      { NAME: 'web', REFERENCE: 'Deployment/web', TARGETS: 'cpu: <unknown>/50%', MINPODS: '1', MAXPODS: '3' },
    ]);
  });

  it('expose: a Deployment, a Pod, a Service', async () => {
    expect(await kubectl.ok(['expose', 'deploy', 'web', '--port=8080', '--target-port=80'])).toBe(
      'service/web exposed\n',
    );
    await kubectl.ok(['create', '-f', '-'], { input: podNamed('alone') });
    expect(
      await kubectl.ok(['expose', 'pod', 'alone', '--port=80', '--name=single', '--cluster-ip=None']),
    ).toBe('service/single exposed\n');
    expect(await kubectl.ok(['expose', 'svc', 'web', '--port=53', '--protocol=UDP', '--name=again'])).toBe(
      'service/again exposed\n',
    );
    const specOf = async (name: string) => (await kubectl.json<Service>(['get', 'svc', name])).spec;
    expect(await specOf('web')).toMatchObject({
      selector: { app: 'web' },
      ports: [{ port: 8080, targetPort: 80, protocol: 'TCP' }],
    });
    expect(await specOf('single')).toMatchObject({ selector: { app: 'alone' }, clusterIP: 'None' });
    expect(await specOf('again')).toMatchObject({
      selector: { app: 'web' },
      ports: [{ port: 53, protocol: 'UDP' }],
    });
    expect(await kubectl.run(['expose', 'deploy', 'web', '--port=8080'])).toMatchObject({
      code: 1,
      stderr: 'Error from server (AlreadyExists): services "web" already exists\n',
    });
  });

  it('what has no scale cannot be scaled', async () => {
    const pod = await kubectl.run(['scale', 'pod/alone', '--replicas=1']);
    expect([pod.code, pod.stderr]).toEqual([
      1,
      'Error from server (NotFound): the server could not find the requested resource\n',
    ]);
  });

  it('run: with everything it takes, and dry', async () => {
    const flags = [
      '--image=example:1',
      '--restart=Never',
      '--env=A=1',
      '--labels=x=y',
      '--port=80',
      '--expose',
      '--command',
      '--',
      'sleep',
      '1',
    ];
    expect(await kubectl.ok(['run', 'ran', ...flags])).toBe('service/ran created\npod/ran created\n');
    const pod = await kubectl.json<Pod>(['get', 'pod', 'ran']);
    expect(pod.metadata?.labels).toEqual({ x: 'y' });
    expect(pod.spec).toMatchObject({
      restartPolicy: 'Never',
      containers: [
        { command: ['sleep', '1'], env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] },
      ],
    });
    expect(await kubectl.ok(['run', 'dry', '--image=example:1', '--dry-run=server', '-o', 'name'])).toBe(
      'pod/dry\n',
    );
    const yaml = await kubectl.ok(['run', 'dry', '--image=example:1', '--dry-run=client', '-o', 'yaml']);
    expect(yaml).toMatch(/^ {4}run: dry$/m);
    expect((await kubectl.run(['get', 'pod', 'dry'])).code).toBe(1);
    expect(await kubectl.run(['run', 'ran', '--image=example:1'])).toMatchObject({
      code: 1,
      stderr: 'Error from server (AlreadyExists): pods "ran" already exists\n',
    });
  });
});
