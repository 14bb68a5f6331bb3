import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PaperCluster, startPaperCluster } from '../kubectl/paper-cluster.js';
import {
  ApiException,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  Log,
  PatchStrategy,
  PolicyV1Api,
  PortForward,
  RbacAuthorizationV1Api,
  setHeaderOptions,
  type V1Status,
  VersionApi,
  Watch,
} from '../tools/client-node.js';
import { until } from '../tools/eventually.js';
import { Kept } from './kept.js';

let cluster: PaperCluster;
let config: KubeConfig;
let core: CoreV1Api;
const namespace = 'default';

beforeAll(async () => {
  cluster = await startPaperCluster();
  config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  core = config.makeApiClient(CoreV1Api);
  const containers = [{ name: 'main', image: 'registry.example/one:1' }];
  await core.createNamespacedPod({ namespace, body: { metadata: { name: 'one' }, spec: { containers } } });
  await until(
    'the Pod runs',
    () => core.readNamespacedPod({ name: 'one', namespace }),
    ({ status }) => status?.phase === 'Running',
  );
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

/** The code and the reason that a call fails with. */
async function refusal(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => undefined,
    (why: unknown) => why,
  );
  if (!(error instanceof ApiException)) return error;
  const { reason, message }: V1Status = JSON.parse(error.body);
  return { code: error.code, reason, message };
}

describe("Kubernetes' client for Node.js", () => {
  it('asks for the version', async () => {
    const { major, minor, gitVersion } = await config.makeApiClient(VersionApi).getCode();
    expect({ major, minor }).toEqual({ major: '1', minor: '36' });
    expect(gitVersion).toMatch(/holdfast/);
  });

  it('creates, reads, replaces, lists and deletes objects with its types', async () => {
    const name = 'typed';
    const labels = { app: name };
    const made = await core.createNamespacedService({
      namespace,
      body: {
        metadata: { name, labels },
        spec: { selector: labels, ports: [{ port: 80, targetPort: 'web' }] },
      },
    });
    expect(made.spec).toMatchObject({
      type: 'ClusterIP',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 'web' }],
    });
    expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date);
    const changed = await core.replaceNamespacedService({
      name,
      namespace,
      body: { ...made, spec: { ...made.spec, sessionAffinity: 'ClientIP' } },
    });
    expect(changed.spec?.clusterIP).toBe(made.spec?.clusterIP);
    const stale = core.replaceNamespacedService({ name, namespace, body: made });
    expect(await refusal(stale)).toMatchObject({ code: 409, reason: 'Conflict' });
    const { items } = await core.listNamespacedService({ namespace, labelSelector: `app=${name}` });
    expect(items.map(({ metadata }) => metadata?.name)).toEqual([name]);
    await core.deleteNamespacedService({ name, namespace });
    expect(await refusal(core.readNamespacedService({ name, namespace }))).toEqual({
      code: 404,
      reason: 'NotFound',
      message: 'services "typed" not found',
    });
  });

  it('keeps bytes, dates, quantities and numbers-or-texts through its types and back', async () => {
    const data = { token: Buffer.from([0, 255, 10]).toString('base64') };
    const secret = await core.createNamespacedSecret({
      namespace,
      body: { metadata: { name: 'bytes' }, data },
    });
    expect([secret.type, secret.data]).toEqual(['Opaque', data]);
    const budget = await config.makeApiClient(PolicyV1Api).createNamespacedPodDisruptionBudget({
      namespace,
      body: {
        metadata: { name: 'half' },
        spec: { maxUnavailable: '50%', selector: { matchLabels: { a: 'b' } } },
      },
    });
    expect(budget.spec?.maxUnavailable).toBe('50%');
    const role = await config.makeApiClient(RbacAuthorizationV1Api).createClusterRole({
      body: {
        metadata: { name: 'reader' },
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
      },
    });
    expect(role.rules?.[0]?.verbs).toEqual(['get']);
    const job = await config.makeApiClient(BatchV1Api).createNamespacedCronJob({
      namespace,
      body: {
        metadata: { name: 'nightly' },
        spec: {
          schedule: '0 3 * * *',
          jobTemplate: {
            spec: {
              template: {
                spec: {
                  restartPolicy: 'Never',
                  containers: [{ name: 'c', image: 'i', resources: { limits: { cpu: '0.5' } } }],
                },
              },
            },
          },
        },
      },
    });
    const container = job.spec?.jobTemplate.spec?.template.spec?.containers[0];
    expect(container?.resources?.limits).toEqual({ cpu: '500m' });
  });

  it('says what is invalid, field by field', async () => {
    const body = { metadata: { name: 'Wrong_Name' }, spec: { containers: [] } };
    expect(await refusal(core.createNamespacedPod({ namespace, body }))).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: expect.stringContaining('spec.containers: Required value'),
    });
  });

  it('patches in all four ways', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const name = 'patched';
    const labels = { app: name };
    const containers = [
      { name: 'web', image: 'registry.example/web:1' },
      { name: 'side', image: 'registry.example/side:1' },
    ];
    await apps.createNamespacedDeployment({
      namespace,
      body: {
        metadata: { name },
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers } },
        },
      },
    });
    const patch = (
      type: PatchStrategy,
      body: unknown,
      more: { fieldManager?: string; force?: boolean } = {},
    ) =>
      apps.patchNamespacedDeployment(
        { name, namespace, body, ...more },
        setHeaderOptions('Content-Type', type),
      );
    const strategic = await patch(PatchStrategy.StrategicMergePatch, {
      spec: { template: { spec: { containers: [{ name: 'web', image: 'registry.example/web:2' }] } } },
    });
    expect(strategic.spec?.template.spec?.containers.map(({ image }) => image)).toEqual([
      'registry.example/web:2',
      'registry.example/side:1',
    ]);
    const merged = await patch(PatchStrategy.MergePatch, { metadata: { annotations: { note: 'merged' } } });
    expect(merged.metadata?.annotations).toMatchObject({ note: 'merged' });
    const json = await patch(PatchStrategy.JsonPatch, [
      { op: 'test', path: '/metadata/annotations/note', value: 'merged' },
      { op: 'replace', path: '/spec/replicas', value: 1 },
    ]);
    expect(json.spec?.replicas).toBe(1);
    const wanted = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas: 2 } };
    const apply = (force: boolean) =>
      patch(PatchStrategy.ServerSideApply, wanted, { fieldManager: 'applier', force });
    expect(await refusal(apply(false))).toMatchObject({ code: 409, reason: 'Conflict' });
    const applied = await apply(true);
    expect(applied.spec?.replicas).toBe(2);
    expect(applied.metadata?.managedFields).toContainEqual(
      expect.objectContaining({
        manager: 'applier',
        operation: 'Apply',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      }),
    );
  });

  it('watches until it has seen enough, and ends the watch', async () => {
    const seen: string[] = [];
    let ended: unknown = 'not yet';
    const controller = await new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/configmaps`,
      { labelSelector: 'watched=yes' },
      (phase, { metadata }) => seen.push(`${phase} ${metadata.name}`),
      (error) => {
        ended = error;
      },
    );
    const metadata = { name: 'in-view', labels: { watched: 'yes' } };
    const made = await core.createNamespacedConfigMap({ namespace, body: { metadata } });
    const out = { ...made, metadata: { ...made.metadata, labels: {} } };
    await core.replaceNamespacedConfigMap({ name: 'in-view', namespace, body: out });
    await until(
      'both events came',
      () => seen,
      (events) => events.length === 2,
    );
    expect(seen).toEqual(['ADDED in-view', 'DELETED in-view']);
    controller.abort();
    await until(
      'the watch is over',
      () => ended,
      (how) => how !== 'not yet',
    );
    await core.deleteNamespacedConfigMap({ name: 'in-view', namespace });
    expect(seen.length).toBe(2);
  });

  it('runs commands in a container: output, input to its end, exit code', async () => {
    const exec = async (command: string, stdin: Readable | null) => {
      const [stdout, stderr] = [new Kept(), new Kept()];
      const status = await new Promise<V1Status>((resolve, reject) => {
        new Exec(config)
          .exec(namespace, 'one', 'main', [command], stdout, stderr, stdin, false, resolve)
          .catch(reject);
      });
      return { status, stdout: stdout.text, stderr: stderr.text };
    };
    expect(await exec('say', null)).toMatchObject({
      status: { status: 'Success' },
      stdout: 'hello\n',
      stderr: '',
    });
    expect(await exec('fail', null)).toMatchObject({
      status: { reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '3' }] } },
      stderr: 'it went wrong\n',
    });
    const text = 'a line\n'.repeat(10_000);
    expect(await exec('cat', Readable.from([Buffer.from(text)]))).toMatchObject({ stdout: text });
  });

  it('reads logs', async () => {
    const out = new Kept();
    await new Log(config).log(namespace, 'one', 'main', out);
    await until(
      'the log is there',
      () => out.text,
      (log) => log.includes('second line'),
    );
    expect(out.text).toBe('log of main\nsecond line\n');
    expect(await core.readNamespacedPodLog({ name: 'one', namespace, tailLines: 1 })).toBe('log of main\n');
  });

  it('forwards a port', async () => {
    const [input, output, errors] = [new PassThrough(), new Kept(), new Kept()];
    const socket = await new PortForward(config).portForward(namespace, 'one', [8080], output, errors, input);
    input.write('there and ');
    input.write('back');
    await until(
      'the answer came',
      () => output.text,
      (text) => text.includes('back'),
    );
    expect([output.text, errors.text]).toEqual(['there and back', '']);
    input.end();
    expect(socket).toBeDefined();
  });
});
