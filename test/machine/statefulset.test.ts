import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControllerRevision, StatefulSet } from '../../src/api/generated/apps-v1.js';
import type { Pod } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import { recordHistory } from '../tools/history.js';
import { type Machine, machine } from '../tools/machine.js';
import { conditionOf, type ListOf, podIsNew, podOf, podsOf, setIsReady } from '../tools/objects.js';
import { runningContainers } from '../tools/running.js';
import { startToolbox, type Toolbox, toolboxImage } from '../tools/toolbox.js';

const podsPath = '/api/v1/namespaces/default/pods';
const three = ['web-0', 'web-1', 'web-2'];

/** Software that writes its name on its disk at every start, and ends with code 1 when it is told to stop. */
const manifest = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: None, selector: { app: web } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: web
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 5
      containers:
      - name: main
        image: "${toolboxImage}"
        command: [sh, -c, 'trap "exit 1" TERM; hostname >> /data/starts; while :; do sleep 0.1; done']
        volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

let made: Machine;
let toolbox: Toolbox;

beforeAll(async () => {
  made = await machine('sts');
  await made.ok(['up', '--feature-gates', 'StatefulSetRecreateStrategy=true']);
  toolbox = await startToolbox(made.kubectl);
});

afterAll(() => made?.[Symbol.asyncDispose]());

const startsOf = (pod: string): Promise<string> =>
  made.kubectl.ok(['exec', pod, '--', 'cat', '/data/starts']);
const patch = (body: object): Promise<string> =>
  made.kubectl.ok(['patch', 'statefulset', 'web', '--type=merge', '-p', JSON.stringify(body)]);
const rollout = (...args: readonly string[]): Promise<string> =>
  made.kubectl.ok(
    ['rollout', ...args, '--timeout=60s'].filter(
      (arg) => args[0] === 'status' || !arg.startsWith('--timeout'),
    ),
  );
const revisionOf = ({ metadata }: Pod): string => metadata?.labels?.['controller-revision-hash'] ?? '';
const setOf = (): Promise<StatefulSet> => made.kubectl.json<StatefulSet>(['get', 'statefulset', 'web']);
const webPods = (): Promise<readonly Pod[]> => podsOf(made.kubectl, 'app=web');

describe('a StatefulSet on real containers', () => {
  it('A2-1 comes up in order, each Pod on a disk of its own', async () => {
    await made.ok(['up', '-'], { input: manifest });
    const pods = await webPods();
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual(three);
    pods.slice(1).forEach((pod, index) => {
      const before = pods[index];
      const ready = before && conditionOf(before, 'Ready')?.lastTransitionTime;
      expect(Date.parse(pod.metadata?.creationTimestamp ?? '')).toBeGreaterThanOrEqual(
        Date.parse(ready ?? ''),
      );
    });
    expect(await Promise.all(three.map(startsOf))).toEqual(three.map((name) => `${name}\n`));
  });

  it('A1-7 gives a deleted Pod its name, its DNS name and its disk back', async () => {
    const before = await podOf(made.kubectl, 'web-1');
    await made.kubectl.ok(['delete', 'pod', 'web-1', '--wait=false']);
    const after = await podIsNew(made.kubectl, 'web-1', before.metadata?.uid);
    expect(await startsOf('web-1')).toBe('web-1\nweb-1\n');
    const names = ['web-1.web.default.svc.cluster.local', 'web-1.web'];
    for (const name of names) expect(await toolbox.lookup(name)).toEqual([after.status?.podIP]);
    const full = await made.kubectl.ok(['exec', 'web-1', '--', 'hostname', '-f']);
    expect(full).toBe('web-1.web.default.svc.cluster.local\n');
  });

  it('A2-3 scales down from the highest, one after the other, and up again on the same disks', async () => {
    await using history = recordHistory<Pod>(made.kubectl, podsPath);
    await made.kubectl.ok(['scale', 'statefulset/web', '--replicas=1']);
    await setIsReady(made.kubectl, 'web', 1);
    const gone = (name: string): number =>
      history.first(({ type, object }) => type === 'DELETED' && object.metadata?.name === name) ?? Number.NaN;
    const leaving = history.first(
      ({ object }) => object.metadata?.name === 'web-1' && object.metadata.deletionTimestamp !== undefined,
    );
    expect(gone('web-2')).toBeLessThan(leaving ?? Number.NaN);
    await made.kubectl.ok(['scale', 'statefulset/web', '--replicas=3']);
    await setIsReady(made.kubectl, 'web', 3);
    expect(await startsOf('web-2')).toBe('web-2\nweb-2\n');
  });

  it('A3-10 is restarted, looked at and rolled back by kubectl', async () => {
    const first = (await setOf()).status?.currentRevision;
    await rollout('restart', 'statefulset/web');
    expect(await rollout('status', 'statefulset/web')).toContain(
      'partitioned roll out complete: 3 new pods have been updated',
    );
    expect((await setOf()).status?.currentRevision).not.toBe(first);
    expect((await rollout('history', 'statefulset/web')).match(/^\d+/gm)).toEqual(['1', '2']);
    await rollout('undo', 'statefulset/web', '--to-revision=1');
    await rollout('status', 'statefulset/web');
    const { items } = await made.kubectl.json<ListOf<ControllerRevision>>(['get', 'controllerrevisions']);
    expect(items.map(({ revision }) => revision).toSorted()).toEqual([2, 3]);
    expect((await webPods()).map(revisionOf)).toEqual([first, first, first]);
  });

  it('A3-14 a Pod that ends with code 1 in a partitioned rollout returns at its side of the partition', async () => {
    const old = (await setOf()).status?.currentRevision ?? '';
    const template = { metadata: { annotations: { version: '2' } } };
    await patch({ spec: { updateStrategy: { rollingUpdate: { partition: 1 } }, template } });
    await until('two are new', webPods, (pods) => pods.filter((pod) => revisionOf(pod) !== old).length === 2);
    await setIsReady(made.kubectl, 'web', 3);
    const before = await webPods();
    for (const name of ['web-0', 'web-2']) await made.kubectl.ok(['delete', 'pod', name, '--wait=false']);
    await podIsNew(made.kubectl, 'web-0', before[0]?.metadata?.uid);
    await podIsNew(made.kubectl, 'web-2', before[2]?.metadata?.uid);
    expect((await webPods()).map((pod) => revisionOf(pod) === old)).toEqual([true, false, false]);
    await patch({ spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } });
    await rollout('status', 'statefulset/web');
  });

  it('A3-11 a stuck Pod of a template that was taken back is replaced when the set is annotated so', async () => {
    const never = { name: 'main', readinessProbe: { exec: { command: ['false'] }, periodSeconds: 1 } };
    const strategic = (body: object): Promise<string> =>
      made.kubectl.ok(['patch', 'statefulset', 'web', '-p', JSON.stringify(body)]);
    const uid = (await podOf(made.kubectl, 'web-2')).metadata?.uid;
    await strategic({ spec: { template: { spec: { containers: [never] } } } });
    await until(
      'the broken web-2 runs',
      () => podOf(made.kubectl, 'web-2'),
      (pod) => pod.metadata?.uid !== uid && pod.status?.phase === 'Running',
    );
    await strategic({
      spec: { template: { spec: { containers: [{ name: 'main', readinessProbe: null }] } } },
    });
    await made.kubectl.ok(['annotate', 'statefulset/web', 'holdfast.dev/replace-stuck-pods=true']);
    await until('the set is whole', setOf, ({ status }) => status?.readyReplicas === 3, {
      timeoutMs: 60_000,
    });
    expect(await made.kubectl.ok(['describe', 'statefulset', 'web'])).toMatch(
      /Warning\s+ReplacingStuckPod .*replacing Pod web-2/,
    );
    await rollout('status', 'statefulset/web');
  });

  it('A3-6 Recreate: no container of the new template runs beside one of the old', async () => {
    await patch({ spec: { updateStrategy: { type: 'Recreate', rollingUpdate: null } } });
    const old = new Set((await webPods()).map(({ metadata }) => metadata?.uid));
    await using history = recordHistory<Pod>(made.kubectl, podsPath);
    await patch({ spec: { template: { metadata: { annotations: { version: '3' } } } } });
    await until(
      'all are new',
      webPods,
      (pods) => pods.length === 3 && pods.every(({ metadata }) => !old.has(metadata?.uid)),
    );
    await setIsReady(made.kubectl, 'web', 3);
    const isOld = ({ metadata }: Pod): boolean => old.has(metadata?.uid);
    const born = history.first(
      ({ type, object }) =>
        type === 'ADDED' && object.metadata?.name?.startsWith('web-') === true && !isOld(object),
    );
    for (const name of three) {
      const gone = history.first(
        ({ type, object }) => type === 'DELETED' && object.metadata?.name === name && isOld(object),
      );
      expect(gone).toBeLessThan(born ?? Number.NaN);
    }
    expect((await setOf()).status?.conditions).toMatchObject([
      { type: 'Progressing', reason: 'RecreateComplete' },
    ]);
  });
});

describe('holdfast resize', () => {
  const resize = (...args: readonly string[]) => made.holdfast(['resize', 'statefulset/web', ...args]);

  it('shows its plan and changes nothing with --dry-run, or when it cannot ask', async () => {
    const shown = await resize('--template', 'data=2Gi', '--dry-run');
    expect(shown.stdout).toContain('claim template data: 1Gi -> 2Gi');
    expect(shown.stdout).toContain('grow claim data-web-2 from 1Gi to 2Gi');
    expect(shown.stdout).toContain('nothing was changed (--dry-run)');
    const unasked = await resize('--template', 'data=2Gi');
    expect([unasked.code, unasked.stderr]).toEqual([
      1,
      'holdfast: nothing was changed: this is no terminal to ask at; add --yes, or --dry-run to look only\n',
    ]);
    const smaller = await resize('--template', 'data=10Mi', '--yes');
    expect(smaller.stderr).toBe(
      'holdfast: claim template data cannot shrink from 1Gi to 10Mi: volumes only grow\n',
    );
    expect((await setOf()).spec?.volumeClaimTemplates?.[0]?.spec?.resources?.requests).toEqual({
      storage: '1Gi',
    });
  });

  it('grows the claims and the template while the very same processes run on', async () => {
    const before = await runningContainers(made.kubectl);
    const done = await resize('--template', 'data=2Gi', '--yes');
    expect(done.stderr).toBe('');
    expect(done.stdout).toContain('done: 3 Pods run on, none was restarted');
    expect(await runningContainers(made.kubectl)).toEqual(before);
    await setIsReady(made.kubectl, 'web', 3);
    const claims = await made.kubectl.ok([
      'get',
      'pvc',
      '--no-headers',
      '-o',
      'custom-columns=:.metadata.name,:.status.capacity.storage',
    ]);
    expect(claims.trim().split(/\s+/)).toEqual(three.flatMap((name) => [`data-${name}`, '2Gi']));
    expect((await setOf()).spec?.volumeClaimTemplates?.[0]?.spec?.resources?.requests).toEqual({
      storage: '2Gi',
    });
    await made.kubectl.ok(['scale', 'statefulset/web', '--replicas=4']);
    await setIsReady(made.kubectl, 'web', 4);
    expect((await resize('--template', 'data=2Gi', '--yes')).stdout).toContain('nothing to do');
  });

  it('takes the templates of a file, on the cluster of a kubeconfig', async () => {
    const before = await runningContainers(made.kubectl);
    const input = manifest.replace('storage: 1Gi', 'storage: 3Gi');
    const kubeconfig = ['--kubeconfig', made.cluster.paths.stateFiles.kubeconfig];
    const args = ['--cluster', 'none', 'resize', 'statefulset/web', '-f', '-', '--yes', ...kubeconfig];
    const done = await made.holdfast(args, { input });
    expect([done.stderr, done.code]).toEqual(['', 0]);
    expect(await runningContainers(made.kubectl)).toEqual(before);
    await made.ok(['up', '-'], { input });
    expect((await setOf()).spec?.volumeClaimTemplates?.[0]?.spec?.resources?.requests).toEqual({
      storage: '3Gi',
    });
  });
});

describe('feature gates', () => {
  it('are refused by name, and while the cluster runs with others', async () => {
    const unknown = await made.holdfast(['up', '--feature-gates', 'Magic=true']);
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toContain(
      'there is no feature gate Magic here; there are MaxUnavailableStatefulSet, ',
    );
    const other = await made.holdfast(['up', '--feature-gates', 'MaxUnavailableStatefulSet=true']);
    expect(other.stderr).toContain(
      'runs with StatefulSetRecreateStrategy=true: take it down with `holdfast down` first',
    );
    await made.ok(['up', '--feature-gates', 'StatefulSetRecreateStrategy=true']);
  });

  it('are remembered for the cluster', async () => {
    await made.ok(['down']);
    await made.ok(['up', '--feature-gates', 'MaxUnavailableStatefulSet=true']);
    expect(await made.ok(['status'])).toContain(
      'gates       MaxUnavailableStatefulSet=true,StatefulSetRecreateStrategy=true',
    );
    const { featureGates } = JSON.parse(await made.ok(['status', '-o', 'json']));
    expect(featureGates).toEqual({ StatefulSetRecreateStrategy: true, MaxUnavailableStatefulSet: true });
    await patch({
      spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } },
    });
    expect((await setOf()).spec?.updateStrategy?.rollingUpdate).toMatchObject({ maxUnavailable: 2 });
  });
});
