import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../../src/api/generated/core-v1.js';
import { kinds } from '../../../src/api/kinds.js';
import { type NodeCluster, startNodeCluster } from './cluster.js';
import { startTestMachine, type TestMachine } from './node.js';

/** How long a poll may take on a busy machine. */
const soon = { timeout: 15_000 };
let machine: TestMachine;
let cluster: NodeCluster;

beforeAll(async () => {
  machine = await startTestMachine();
  cluster = await startNodeCluster(machine);
});

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await machine?.[Symbol.asyncDispose]();
});

type Main = Partial<PodSpec['containers'][number]>;

function podOf(name: string, main: Main, spec: Partial<PodSpec> = {}): Pod {
  const container = { name: 'main', image: 'busybox:1', command: ['sleep', '1000'], ...main };
  return {
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 1, ...spec, containers: [container] },
  };
}

const create = (pod: Pod): Promise<Pod> => cluster.client.create(kinds.Pod, pod);
const remove = async (name: string): Promise<void> => {
  await cluster.client.delete(kinds.Pod, { namespace: 'default', name });
  await cluster.until(name, (pod) => pod === undefined);
};

describe('a Pod on this machine', () => {
  it('runs, is ready, tells of itself and goes', async () => {
    await create(podOf('plain', {}));
    const pod = await cluster.ready('plain');
    expect(pod.status).toMatchObject({ phase: 'Running', hostIP: '10.244.0.1' });
    expect(pod.status?.podIP).toMatch(/^10\.244\./);
    const [status] = pod.status?.containerStatuses ?? [];
    expect(status).toMatchObject({
      ready: true,
      started: true,
      restartCount: 0,
      image: 'docker.io/library/busybox:1',
    });
    expect(await cluster.exec('plain', 'cat', '/etc/resolv.conf')).toBe(
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    );
    expect(await cluster.exec('plain', 'hostname')).toBe('plain\n');
    expect(await cluster.exec('plain', 'cat', '/etc/hosts')).toContain(`${pod.status?.podIP}\tplain\n`);
    await remove('plain');
    expect(await cluster.events('plain')).toEqual([
      'Scheduled: Successfully assigned default/plain to node-0',
      'Pulled: Container image "busybox:1" already present on machine',
      'Created: Created container: main',
      'Started: Started container main',
      'Killing: Stopping container main',
    ]);
  });

  it('runs init containers in order, and then the rest', async () => {
    const share = { name: 'share', mountPath: '/share' };
    const step = (name: string, command: string): PodSpec['containers'][number] => ({
      name,
      image: 'busybox:1',
      command: ['sh', '-c', command],
      volumeMounts: [share],
    });
    await create(
      podOf(
        'staged',
        { command: ['sh', '-c', 'cat /share/log; sleep 1000'], volumeMounts: [share] },
        {
          initContainers: [
            step('first', 'echo first >> /share/log'),
            step('second', 'echo second >> /share/log'),
          ],
          volumes: [{ name: 'share', emptyDir: {} }],
        },
      ),
    );
    const pod = await cluster.ready('staged');
    expect(
      pod.status?.initContainerStatuses?.map(({ state, ready }) => [state?.terminated?.reason, ready]),
    ).toEqual([
      ['Completed', true],
      ['Completed', true],
    ]);
    expect(await cluster.logs('staged')).toBe('first\nsecond\n');
    await remove('staged');
  });

  it('restarts what ends, at once for the first time and then with back-off, and keeps the last words', async () => {
    const command = ['sh', '-c', 'echo run; echo why > /dev/termination-log; exit 3'];
    await create(podOf('crash', { command }));
    const pod = await cluster.until(
      'crash',
      (now) => now?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff',
    );
    const [status] = pod?.status?.containerStatuses ?? [];
    expect(status?.restartCount).toBe(1);
    expect(status?.lastState?.terminated).toMatchObject({ exitCode: 3, reason: 'Error', message: 'why\n' });
    expect(status?.state?.waiting?.message).toMatch(
      /^back-off 10s restarting failed container=main pod=crash_default\(/,
    );
    expect(await cluster.logs('crash', { previous: true })).toBe('run\n');
    expect(await cluster.events('crash')).toContainEqual(
      expect.stringMatching(/^BackOff: Back-off restarting failed container main in pod crash_default/),
    );
    await remove('crash');
  });

  it('ends when it is to run once: Succeeded and Failed', async () => {
    await create(podOf('done', { command: ['sh', '-c', 'exit 0'] }, { restartPolicy: 'Never' }));
    await create(podOf('broken', { command: ['sh', '-c', 'exit 7'] }, { restartPolicy: 'Never' }));
    const done = await cluster.until('done', (pod) => pod?.status?.phase === 'Succeeded');
    const broken = await cluster.until('broken', (pod) => pod?.status?.phase === 'Failed');
    expect(done?.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'PodCompleted',
    });
    expect(broken?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(7);
    await remove('done');
    await remove('broken');
  });

  it('gives the environment, and waits for what it names', async () => {
    await create(
      podOf('env', {
        command: ['sh', '-c', 'echo $(GREETING) $NAME $FROM_SECRET $MEM; sleep 1000'],
        resources: { limits: { memory: '64Mi', cpu: '500m' }, requests: { memory: '32Mi', cpu: '250m' } },
        envFrom: [{ configMapRef: { name: 'env-map' } }],
        env: [
          { name: 'WHO', value: 'world' },
          { name: 'GREETING', value: 'hello $(WHO) $(FROM_MAP)' },
          { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'FROM_SECRET', valueFrom: { secretKeyRef: { name: 'env-secret', key: 'k' } } },
          { name: 'MEM', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
        ],
      }),
    );
    const stuck = await cluster.until(
      'env',
      (pod) => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
    );
    expect(stuck?.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe(
      'configmap "env-map" not found',
    );
    await cluster.client.create(kinds.ConfigMap, {
      metadata: { name: 'env-map', namespace: 'default' },
      data: { FROM_MAP: 'map' },
    });
    await cluster.client.create(kinds.Secret, {
      metadata: { name: 'env-secret', namespace: 'default' },
      data: { k: Buffer.from('s3cret').toString('base64') },
    });
    await cluster.ready('env');
    expect(await cluster.logs('env')).toBe('hello world map env s3cret 64\n');
    expect(
      await cluster.exec('env', 'sh', '-c', 'echo $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT'),
    ).toBe('10.96.0.1:443\n');
    await remove('env');
  });

  it('is ready by its probes, and is restarted when it does not live', async () => {
    const serve =
      'mkdir -p /tmp/www && touch /tmp/www/ok && httpd -p 8080 -h /tmp/www && touch /tmp/alive && sleep 1000';
    await create(
      podOf('probed', {
        command: ['sh', '-c', serve],
        ports: [{ name: 'web', containerPort: 8080 }],
        startupProbe: {
          exec: { command: ['test', '-e', '/tmp/alive'] },
          periodSeconds: 1,
          failureThreshold: 20,
        },
        readinessProbe: { httpGet: { path: '/ok', port: 'web' }, periodSeconds: 1, failureThreshold: 1 },
        livenessProbe: {
          exec: { command: ['test', '-e', '/tmp/alive'] },
          periodSeconds: 1,
          failureThreshold: 2,
        },
      }),
    );
    await create(
      podOf('tcp', {
        command: ['sh', '-c', 'sleep 1; httpd -f -p 9000'],
        readinessProbe: { tcpSocket: { port: 9000 }, periodSeconds: 1 },
      }),
    );
    await cluster.ready('tcp');
    await cluster.ready('probed');
    await cluster.exec('probed', 'rm', '/tmp/www/ok');
    await cluster.until(
      'probed',
      (pod) =>
        pod?.status?.conditions?.some(
          ({ type, reason }) => type === 'Ready' && reason === 'ContainersNotReady',
        ) === true,
    );
    await cluster.exec('probed', 'rm', '/tmp/alive');
    await cluster.until('probed', (pod) => pod?.status?.containerStatuses?.[0]?.restartCount === 1);
    await cluster.ready('probed');
    const events = await cluster.events('probed');
    expect(events).toContainEqual(
      'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404',
    );
    expect(events).toContainEqual('Killing: Container main failed liveness probe, will be restarted');
    await remove('probed');
    await remove('tcp');
  });

  it('is ready only when its readiness gates are met, and leaves the conditions of others alone', async () => {
    await create(podOf('gated', {}, { readinessGates: [{ conditionType: 'example.dev/ready' }] }));
    const waiting = await cluster.until(
      'gated',
      (pod) =>
        pod?.status?.conditions?.some(
          ({ type, reason }) => type === 'Ready' && reason === 'ReadinessGatesNotReady',
        ) === true,
    );
    expect(waiting?.status?.conditions?.find(({ type }) => type === 'Ready')?.message).toBe(
      'corresponding condition of pod readiness gate "example.dev/ready" does not exist.',
    );
    await cluster.client.modify(
      kinds.Pod,
      { namespace: 'default', name: 'gated' },
      (pod) => ({
        ...pod,
        status: {
          ...pod.status,
          conditions: [...(pod.status?.conditions ?? []), { type: 'example.dev/ready', status: 'True' }],
        },
      }),
      { subresource: 'status' },
    );
    await cluster.ready('gated');
    await remove('gated');
  });

  it('keeps what a claim holds, and stops in its grace', async () => {
    await cluster.client.create(kinds.PersistentVolumeClaim, {
      metadata: { name: 'data', namespace: 'default' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    const spec: Partial<PodSpec> = {
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
      terminationGracePeriodSeconds: 20,
    };
    const command = [
      'sh',
      '-c',
      'trap "echo bye >> /data/log; exit 0" TERM; echo hello >> /data/log; cat /data/log; while true; do sleep 0.05; done',
    ];
    const main: Main = {
      command,
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
      lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo pre >> /data/log'] } } },
    };
    await create(podOf('keeper', main, spec));
    await cluster.ready('keeper');
    await remove('keeper');
    await create(podOf('keeper', main, spec));
    await cluster.ready('keeper');
    await expect.poll(() => cluster.logs('keeper'), soon).toBe('hello\npre\nbye\nhello\n');
    await remove('keeper');
  });

  it('waits for a claim, and says which', async () => {
    await create(
      podOf(
        'claimless',
        { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
        { nodeName: 'node-0', volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'late' } }] },
      ),
    );
    await expect
      .poll(() => cluster.events('claimless'), soon)
      .toContainEqual(
        'FailedMount: MountVolume.SetUp failed for volume "data" : persistentvolumeclaim "late" not found',
      );
    await cluster.client.create(kinds.PersistentVolumeClaim, {
      metadata: { name: 'late', namespace: 'default' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    await cluster.ready('claimless');
    await remove('claimless');
  });

  it('keeps the VOLUME directories of its image when its container restarts, with what the image has in them', async () => {
    await create(
      podOf('declared', {
        command: [
          'sh',
          '-c',
          'ls /declared; stat -c %u:%g /declared; [ -e /declared/mark ] && sleep 1000; touch /declared/mark; exit 0',
        ],
      }),
    );
    await cluster.until(
      'declared',
      (pod) =>
        pod?.status?.containerStatuses?.[0]?.restartCount === 1 && pod.status.containerStatuses[0].ready,
    );
    expect(await cluster.logs('declared', { previous: true })).toBe('from-image\n999:999\n');
    await expect.poll(() => cluster.logs('declared'), soon).toBe('from-image\nmark\n999:999\n');
    await remove('declared');
  });

  it('runs as whom it is told, with what it is allowed', async () => {
    await create(
      podOf(
        'secured',
        {
          securityContext: {
            runAsUser: 999,
            runAsGroup: 998,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
          },
          resources: { limits: { memory: '64Mi', cpu: '500m' } },
          volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
        },
        {
          securityContext: { fsGroup: 4711, supplementalGroups: [4712] },
          volumes: [{ name: 'scratch', emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } }],
        },
      ),
    );
    await cluster.ready('secured');
    expect(await cluster.exec('secured', 'id')).toMatch(
      /^uid=999\(mysql\) gid=998 groups=998,2000\(extra\),4711,4712\n|^uid=999\(mysql\) gid=998 groups=.*4711,4712/,
    );
    const status = await cluster.exec('secured', 'cat', '/proc/1/status');
    expect(status).toMatch(/CapBnd:\t0000000000000400/);
    expect(status).toMatch(/NoNewPrivs:\t1/);
    await expect(cluster.exec('secured', 'touch', '/file')).rejects.toThrow('Read-only');
    expect(await cluster.exec('secured', 'sh', '-c', 'touch /scratch/f && stat -c %g:%a /scratch')).toBe(
      '4711:2777\n',
    );
    await remove('secured');
  });

  it('says why an image cannot be had', async () => {
    await create(podOf('imageless', { image: 'no-such-image:1' }));
    await create(podOf('never', { image: 'no-such-image:1', imagePullPolicy: 'Never' }));
    await create(podOf('odd', { image: 'NOT/an image' }));
    await cluster.until(
      'never',
      (pod) => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImageNeverPull',
    );
    await cluster.until(
      'odd',
      (pod) => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'InvalidImageName',
    );
    await cluster.until(
      'imageless',
      (pod) => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ErrImagePull',
    );
    await cluster.until(
      'imageless',
      (pod) => pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ImagePullBackOff',
    );
    for (const name of ['never', 'odd', 'imageless']) await remove(name);
  });

  it('throws a Pod off that writes more than it may', async () => {
    const greedy: Main = {
      command: ['sh', '-c', 'dd if=/dev/zero of=/scratch/big bs=1M count=3; sleep 1000'],
      volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
    };
    await create(podOf('greedy', greedy, { volumes: [{ name: 'scratch', emptyDir: { sizeLimit: '1Mi' } }] }));
    const pod = await cluster.until('greedy', (now) => now?.status?.phase === 'Failed');
    expect(pod?.status).toMatchObject({
      reason: 'Evicted',
      message: 'Usage of EmptyDir volume "scratch" exceeds the limit "1Mi". ',
    });
    await remove('greedy');
  });

  it('shows changes of a ConfigMap in its files', async () => {
    const key = { namespace: 'default', name: 'live' };
    await cluster.client.create(kinds.ConfigMap, { metadata: key, data: { text: 'one' } });
    const mount = [
      { name: 'conf', mountPath: '/conf' },
      { name: 'conf', mountPath: '/one.txt', subPath: 'text' },
    ];
    await create(
      podOf('live', { volumeMounts: mount }, { volumes: [{ name: 'conf', configMap: { name: 'live' } }] }),
    );
    await cluster.ready('live');
    expect(await cluster.exec('live', 'cat', '/conf/text', '/one.txt')).toBe('oneone');
    await cluster.client.modify(kinds.ConfigMap, key, (map) => ({ ...map, data: { text: 'two' } }));
    await expect.poll(() => cluster.exec('live', 'cat', '/conf/text'), soon).toBe('two');
    await remove('live');
  });

  it('runs sidecars beside the rest, and shares what the Pod shares', async () => {
    const side = {
      name: 'side',
      image: 'busybox:1',
      restartPolicy: 'Always',
      command: ['sh', '-c', 'trap "exit 0" TERM; while true; do sleep 0.05; done'],
    };
    await create(
      podOf(
        'paired',
        { command: ['sh', '-c', 'ps | grep -c "sleep 0.05" > /dev/termination-log'] },
        { initContainers: [side], restartPolicy: 'Never', shareProcessNamespace: true },
      ),
    );
    const pod = await cluster.until('paired', (now) => now?.status?.phase === 'Succeeded');
    expect(pod?.status?.initContainerStatuses?.[0]).toMatchObject({ name: 'side', restartCount: 0 });
    await remove('paired');
  });

  it('serves logs to their end, and streams by address', async () => {
    await create(
      podOf(
        'talker',
        { command: ['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 0.2; done'] },
        { restartPolicy: 'Never' },
      ),
    );
    const pod = await cluster.until(
      'talker',
      (now) => now?.status?.containerStatuses?.[0]?.state?.running !== undefined,
    );
    if (pod === undefined) throw new Error('the Pod is gone');
    const streams = { container: 'main', stdin: false, stdout: true, stderr: true, tty: false };
    expect((await cluster.agent.api.exec(pod, { ...streams, command: ['id'] })).pathname).toMatch(
      /^\/exec\//,
    );
    expect((await cluster.agent.api.attach(pod, streams)).pathname).toMatch(/^\/attach\//);
    expect((await cluster.agent.api.portForward(pod, [80])).pathname).toMatch(/^\/portforward\//);
    let text = '';
    for await (const chunk of cluster.agent.api.logs(
      pod,
      { container: 'main', follow: true },
      AbortSignal.timeout(20_000),
    ))
      text += Buffer.from(chunk);
    expect(text).toBe('1\n2\n3\n');
    await expect(cluster.agent.api.exec(pod, { ...streams, command: ['id'] })).rejects.toThrow(
      'container main in pod talker is not running',
    );
    await remove('talker');
  });

  it('is gone at once when it is removed by force, and nothing is left', async () => {
    const stubborn = podOf(
      'forced',
      { command: ['sh', '-c', 'trap "" TERM; while true; do sleep 1; done'] },
      { terminationGracePeriodSeconds: 60 },
    );
    await create(stubborn);
    const { metadata } = await cluster.ready('forced');
    await cluster.client.delete(
      kinds.Pod,
      { namespace: 'default', name: 'forced' },
      { gracePeriodSeconds: 0 },
    );
    await create(stubborn);
    const again = await cluster.ready('forced');
    expect(again.metadata?.uid).not.toBe(metadata?.uid);
    await cluster.client.delete(
      kinds.Pod,
      { namespace: 'default', name: 'forced' },
      { gracePeriodSeconds: 30 },
    );
    await cluster.client.delete(
      kinds.Pod,
      { namespace: 'default', name: 'forced' },
      { gracePeriodSeconds: 1 },
    );
    await cluster.until('forced', (pod) => pod === undefined, 10_000);
    await expect.poll(() => readdir(join(machine.home, 'pods')), soon).toEqual([]);
    await expect.poll(() => readdir(join(machine.home, 'logs')), soon).toEqual([]);
  });
});
