import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/api/kube-object.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { runProcess } from '../tools/process.js';
import { podNamed } from './manifests.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

/** Arguments of `kubectl create`, what it prints, what is read back by which command, and a part of it. */
type Generated = readonly [
  args: readonly string[],
  printed: string,
  get: readonly string[],
  object: Readonly<Record<string, unknown>>,
];

const rbac = 'rbac.authorization.k8s.io';
const containers = [{ name: 'made', image: 'example:1' }];
const rule = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };
const user = { apiGroup: rbac, kind: 'User', name: 'ann' };

const generated: readonly Generated[] = [
  [['configmap', 'made', '--from-literal=a=b'], 'configmap/made', ['cm', 'made'], { data: { a: 'b' } }],
  [
    ['secret', 'generic', 'made', '--from-literal=a=b'],
    'secret/made',
    ['secret', 'made'],
    { type: 'Opaque', data: { a: 'Yg==' } },
  ],
  [
    ['secret', 'docker-registry', 'hub', '--docker-server=hub', '--docker-username=u', '--docker-password=p'],
    'secret/hub',
    ['secret', 'hub'],
    {
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': expect.stringMatching(/^eyJhdXRocyI6/) },
    },
  ],
  [
    ['deployment', 'made', '--image=example:1', '--replicas=2', '--port=80'],
    'deployment.apps/made',
    ['deploy', 'made'],
    {
      spec: {
        replicas: 2,
        template: { spec: { containers: [{ name: 'example', ports: [{ containerPort: 80 }] }] } },
      },
    },
  ],
  [
    ['service', 'clusterip', 'made', '--tcp=80:8080'],
    'service/made',
    ['svc', 'made'],
    {
      spec: {
        type: 'ClusterIP',
        selector: { app: 'made' },
        ports: [{ port: 80, targetPort: 8080, name: '80-8080' }],
      },
    },
  ],
  [
    ['service', 'clusterip', 'headless', '--clusterip=None'],
    'service/headless',
    ['svc', 'headless'],
    { spec: { clusterIP: 'None' } },
  ],
  [
    ['service', 'externalname', 'outside', '--external-name=db.example.com'],
    'service/outside',
    ['svc', 'outside'],
    { spec: { type: 'ExternalName', externalName: 'db.example.com' } },
  ],
  [
    ['job', 'made', '--image=example:1', '--', 'true'],
    'job.batch/made',
    ['job', 'made'],
    { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ command: ['true'] }] } } } },
  ],
  [
    ['cronjob', 'made', '--image=example:1', '--schedule=*/5 * * * *'],
    'cronjob.batch/made',
    ['cronjob', 'made'],
    { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: { spec: { containers } } } } } },
  ],
  [
    ['job', 'by-hand', '--from=cronjob/made'],
    'job.batch/by-hand',
    ['job', 'by-hand'],
    {
      metadata: {
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
        ownerReferences: [{ kind: 'CronJob', name: 'made' }],
      },
    },
  ],
  [
    ['role', 'made', '--verb=get,list', '--resource=pods'],
    `role.${rbac}/made`,
    ['role', 'made'],
    { rules: [rule] },
  ],
  [
    ['rolebinding', 'made', '--role=made', '--user=ann', '--serviceaccount=other:bob'],
    `rolebinding.${rbac}/made`,
    ['rolebinding', 'made'],
    {
      roleRef: { kind: 'Role', name: 'made' },
      subjects: [user, { kind: 'ServiceAccount', name: 'bob', namespace: 'other' }],
    },
  ],
  [['serviceaccount', 'made'], 'serviceaccount/made', ['sa', 'made'], {}],
  [
    ['quota', 'made', '--hard=pods=300,count/jobs.batch=200'],
    'resourcequota/made',
    ['quota', 'made'],
    { spec: { hard: { pods: '300', 'count/jobs.batch': '200' } } },
  ],
  [
    ['poddisruptionbudget', 'made', '--selector=app=made', '--min-available=50%'],
    'poddisruptionbudget.policy/made',
    ['pdb', 'made'],
    { spec: { minAvailable: '50%', selector: { matchLabels: { app: 'made' } } } },
  ],
  [
    ['ingress', 'made', '--class=front', '--rule=a.example.com/p*=made:80,tls=cert'],
    'ingress.networking.k8s.io/made',
    ['ingress', 'made'],
    {
      spec: {
        ingressClassName: 'front',
        tls: [{ hosts: ['a.example.com'], secretName: 'cert' }],
        rules: [{ host: 'a.example.com', http: { paths: [{ path: '/p', pathType: 'Prefix' }] } }],
      },
    },
  ],
];

/** Kinds without a namespace, with the version of kubectl in their names. */
const clusterWide = (name: string): readonly Generated[] => [
  [['namespace', name], `namespace/${name}`, ['ns', name], { status: { phase: 'Active' } }],
  [
    ['clusterrole', name, '--verb=get,list', '--resource=pods'],
    `clusterrole.${rbac}/${name}`,
    ['clusterrole', name],
    { rules: [rule] },
  ],
  [
    ['clusterrolebinding', name, `--clusterrole=${name}`, '--user=ann', '--group=staff'],
    `clusterrolebinding.${rbac}/${name}`,
    ['clusterrolebinding', name],
    {
      roleRef: { kind: 'ClusterRole', name },
      subjects: [user, { apiGroup: rbac, kind: 'Group', name: 'staff' }],
    },
  ],
  [
    ['priorityclass', name, '--value=7', '--description=above the rest'],
    `priorityclass.scheduling.k8s.io/${name}`,
    ['priorityclass', name],
    {
      value: 7,
      description: 'above the rest',
      preemptionPolicy: 'PreemptLowerPriority',
    },
  ],
];

let cluster: PaperCluster;
let certificate: { readonly cert: string; readonly key: string };

beforeAll(async () => {
  cluster = await startPaperCluster();
  const cert = await cluster.file('tls.crt', '');
  const key = await cluster.file('tls.key', '');
  const made = [
    '-keyout',
    key,
    '-out',
    cert,
    '-subj',
    '/CN=made',
    '-days',
    '1',
    '-nodes',
    '-newkey',
    'rsa:2048',
  ];
  await runProcess(['openssl', 'req', '-x509', ...made]);
  certificate = { cert, key };
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('create of kubectl %s', (version) => {
  let kubectl: Kubectl;
  beforeAll(async () => {
    kubectl = await cluster.ownNamespace(version);
  });

  it.each([...generated, ...clusterWide(`wide-${version.replace('.', '-')}`)])(
    '%j',
    async (args, printed, get, object) => {
      const name = printed.split('/').at(-1) ?? '';
      const dry = await kubectl.ok([
        'create',
        ...args.slice(0, 1),
        ...args.slice(1, 2),
        '--dry-run=server',
        ...args.slice(2),
      ]);
      expect(dry).toBe(`${printed} created (server dry run)\n`);
      expect((await kubectl.run(['get', ...get])).code).toBe(1);
      expect(await kubectl.ok(['create', ...args])).toBe(`${printed} created\n`);
      const stored = await kubectl.json<KubeObject>(['get', ...get]);
      expect(stored).toMatchObject({ ...object, metadata: { name, ...Object(object['metadata']) } });
      const twice = await kubectl.run(['create', ...args]);
      expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining(`"${name}" already exists`)]);
    },
  );

  it('configmap and secret of files', async () => {
    const text = await cluster.file('note.txt', 'hello\n');
    const binary = await cluster.file('pixel.bin', new Uint8Array([0, 255, 128]));
    const env = await cluster.file('some.env', 'A=1\nB=2\n');
    const args = [`--from-file=${text}`, `--from-file=other=${text}`, `--from-file=${binary}`];
    await kubectl.ok(['create', 'configmap', 'files', ...args]);
    expect(await kubectl.json(['get', 'cm', 'files'])).toMatchObject({
      data: { 'note.txt': 'hello\n', other: 'hello\n' },
      binaryData: { 'pixel.bin': 'AP+A' },
    });
    const hashed = await kubectl.ok(['create', 'cm', 'env', `--from-env-file=${env}`, '--append-hash']);
    const name = /^configmap\/(env-\w{10}) created\n$/.exec(hashed)?.[1] ?? '';
    expect(await kubectl.json(['get', 'cm', name])).toMatchObject({ data: { A: '1', B: '2' } });
    await kubectl.ok(['create', 'secret', 'generic', 'directory', `--from-file=${dirname(certificate.key)}`]);
    const keys = Object.keys((await kubectl.json<{ data: object }>(['get', 'secret', 'directory'])).data);
    expect(keys).toEqual(expect.arrayContaining(['tls.crt', 'tls.key', 'note.txt']));
  });

  it('secret tls', async () => {
    const args = [`--cert=${certificate.cert}`, `--key=${certificate.key}`];
    expect(await kubectl.ok(['create', 'secret', 'tls', 'cert', ...args])).toBe('secret/cert created\n');
    expect(await kubectl.json(['get', 'secret', 'cert'])).toMatchObject({
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': expect.any(String), 'tls.key': expect.any(String) },
    });
  });

  it.each(['nodeport', 'loadbalancer'])('service %s is refused by name', async (type) => {
    const { code, stderr } = await kubectl.run(['create', 'service', type, 'refused', '--tcp=80']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /Service "refused" is invalid: spec\.type: .*use type ClusterIP and reach it from the host/,
      ),
    ]);
  });

  it('token of a ServiceAccount, with which it asks as itself', async () => {
    await kubectl.ok(['create', 'serviceaccount', 'reader']);
    const token = (await kubectl.ok(['create', 'token', 'reader', '--duration=10m'])).trim();
    expect(token.split('.')).toHaveLength(3);
    const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
    const path = '/apis/authentication.k8s.io/v1/tokenreviews';
    const review = await kubectl.ok(['create', '--raw', path, '-f', '-'], { input: JSON.stringify(asked) });
    expect(JSON.parse(review)).toMatchObject({
      status: {
        authenticated: true,
        user: { username: `system:serviceaccount:v${version.replace('.', '-')}:reader` },
      },
    });
    const nobody = await kubectl.run(['create', 'token', 'nobody']);
    expect([nobody.code, nobody.stderr]).toEqual([
      1,
      'error: failed to create token: serviceaccounts "nobody" not found\n',
    ]);
  });

  it('files and standard input, raw, with an edit before', async () => {
    const file = await cluster.file('pod.yaml', podNamed('from-file'));
    expect(await kubectl.ok(['create', '-f', file])).toBe('pod/from-file created\n');
    const twice = await kubectl.run(['create', '-f', file]);
    expect([twice.code, twice.stderr]).toEqual([
      1,
      `Error from server (AlreadyExists): error when creating "${file}": pods "from-file" already exists\n`,
    ]);
    const both = `${podNamed('a')}---${podNamed('b')}`;
    expect(await kubectl.ok(['create', '-f', '-', '-o', 'name'], { input: both })).toBe('pod/a\npod/b\n');
    const path = `/api/v1/namespaces/v${version.replace('.', '-')}/configmaps`;
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'raw-' } };
    const raw = await kubectl.ok(['create', '--raw', path, '-f', '-'], { input: JSON.stringify(body) });
    expect(JSON.parse(raw).metadata.name).toMatch(/^raw-[a-z0-9]{5}$/);
    const EDITOR = await cluster.file('rename.sh', '#!/bin/sh\nsed -i "s/from-file/edited/" "$1"\n');
    expect(await kubectl.ok(['create', '--edit', '-f', file], { env: { EDITOR } })).toBe(
      'pod/edited created\n',
    );
  });

  it('unknown fields: refused, warned of, or let through', async () => {
    const misspelt = (name: string) => podNamed(name).replace('image:', 'imagePulPolicy: Never, image:');
    const field = 'unknown field "spec.containers[0].imagePulPolicy"';
    const strict = await kubectl.run(['create', '-f', '-'], { input: misspelt('strict') });
    expect([strict.code, strict.stderr]).toEqual([
      1,
      `Error from server (BadRequest): error when creating "STDIN": Pod in version "v1" cannot be handled as a Pod: strict decoding error: ${field}\n`,
    ]);
    const warned = await kubectl.run(['create', '-f', '-', '--validate=warn'], { input: misspelt('warned') });
    expect([warned.stdout, warned.stderr]).toEqual(['pod/warned created\n', `Warning: ${field}\n`]);
    const ignored = await kubectl.run(['create', '-f', '-', '--validate=false'], { input: misspelt('let') });
    expect([ignored.stdout, ignored.stderr]).toEqual(['pod/let created\n', '']);
  });
});
