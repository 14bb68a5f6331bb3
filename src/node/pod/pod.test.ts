import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodSpec, Service } from '../../api/generated/core-v1.js';
import type { ImageInfo } from '../cri/container-runtime.js';
import { parseResolvConf, podDns } from './dns-config.js';
import { containerEnv } from './env.js';
import { hostsFile, kernelHostname } from './hosts-file.js';
import type { Lookups } from './lookups.js';
import { runtimeResources } from './resources.js';
import { runtimeSecurity } from './security.js';
import { serviceVariables } from './service-env.js';

const main: Container = { name: 'main', image: 'busybox' };
const podOf = (spec: Partial<PodSpec> = {}): Pod => ({
  metadata: {
    name: 'mysql-0',
    namespace: 'shop',
    uid: 'u',
    labels: { app: 'db', tier: 'back' },
    annotations: { note: 'a "quoted" one' },
  },
  spec: { nodeName: 'node-0', containers: [main], ...spec },
});

const nothing: Lookups = {
  configMap: () => undefined,
  secret: () => undefined,
  claim: () => undefined,
  volume: () => undefined,
  services: () => [],
};
const lookups: Lookups = {
  ...nothing,
  configMap: (_, name) => (name === 'map' ? { data: { one: '1' } } : undefined),
  secret: (_, name) =>
    name === 'key' ? { data: { password: Buffer.from('s3cret').toString('base64') } } : undefined,
};
const runtime = {
  podIPs: ['10.244.0.7'],
  hostIP: '10.244.0.1',
  allocatable: { cpu: '2', memory: '1073741824' },
};
const envOf = (own: Partial<Container>): Record<string, string> => {
  const container = { ...main, ...own };
  return Object.fromEntries(
    containerEnv({ pod: podOf({ containers: [container] }), container, lookups, runtime }),
  );
};

describe('the environment', () => {
  it('refers to what stands before it', () => {
    const env = [
      { name: 'FIRST', value: 'a' },
      { name: 'SECOND', value: '$(FIRST)b$(THIRD)' },
      { name: 'THIRD', value: 'c' },
    ];
    expect(envOf({ env })).toEqual({ FIRST: 'a', SECOND: 'ab$(THIRD)', THIRD: 'c' });
  });

  it('takes ConfigMaps and Secrets whole or by key', () => {
    const env = [
      { name: 'P', valueFrom: { secretKeyRef: { name: 'key', key: 'password' } } },
      { name: 'Q', valueFrom: { configMapKeyRef: { name: 'map', key: 'none', optional: true } } },
    ];
    expect(
      envOf({
        env,
        envFrom: [
          { prefix: 'M_', configMapRef: { name: 'map' } },
          { secretRef: { name: 'gone', optional: true } },
        ],
      }),
    ).toEqual({ M_one: '1', P: 's3cret' });
  });

  it.each([
    [{ configMapKeyRef: { name: 'none', key: 'k' } }, 'configmap "none" not found'],
    [{ secretKeyRef: { name: 'none', key: 'k' } }, 'secret "none" not found'],
    [{ secretKeyRef: { name: 'key', key: 'k' } }, "couldn't find key k in Secret shop/key"],
  ])('says what is missing: %j', (valueFrom, message) => {
    expect(() => envOf({ env: [{ name: 'A', valueFrom }] })).toThrow(message);
  });

  it.each([
    ['metadata.name', 'mysql-0'],
    ['metadata.namespace', 'shop'],
    ["metadata.labels['app']", 'db'],
    ['metadata.labels', 'app="db"\ntier="back"'],
    ['metadata.annotations', 'note="a \\"quoted\\" one"'],
    ['spec.nodeName', 'node-0'],
    ['status.podIP', '10.244.0.7'],
    ['status.hostIP', '10.244.0.1'],
  ])('reads field %s', (fieldPath, expected) => {
    expect(envOf({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath } } }] })).toEqual({ A: expected });
  });

  it.each([
    ['limits.cpu', undefined, '1'],
    ['limits.cpu', '1m', '500'],
    ['requests.cpu', '1m', '250'],
    ['limits.memory', '1Mi', '1024'],
    ['requests.memory', undefined, '0'],
  ])('reads resource %s in units of %s', (resource, divisor, expected) => {
    const resources = { limits: { cpu: '500m' }, requests: { cpu: '250m' } };
    expect(
      envOf({ resources, env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource, divisor } } }] }),
    ).toEqual({ A: expected });
  });

  it('tells of Services', () => {
    const service = (namespace: string, name: string, clusterIP: string): Service => ({
      metadata: { name, namespace },
      spec: {
        clusterIP,
        ports: [
          { name: 'sql', port: 3306 },
          { name: 'x', port: 53, protocol: 'UDP' },
        ],
      },
    });
    const services = [
      service('shop', 'my-db', '10.96.0.5'),
      service('shop', 'headless', 'None'),
      service('other', 'far', '10.96.0.6'),
      service('default', 'kubernetes', '10.96.0.1'),
    ];
    const found = serviceVariables(services, 'shop', true);
    expect(found.get('MY_DB_SERVICE_HOST')).toBe('10.96.0.5');
    expect(found.get('MY_DB_SERVICE_PORT_SQL')).toBe('3306');
    expect(found.get('MY_DB_PORT')).toBe('tcp://10.96.0.5:3306');
    expect(found.get('MY_DB_PORT_53_UDP_PROTO')).toBe('udp');
    expect([...found.keys()].filter((name) => /FAR|HEADLESS/.test(name))).toEqual([]);
    expect(
      [...serviceVariables(services, 'shop', false).keys()].every((name) => name.startsWith('KUBERNETES')),
    ).toBe(true);
  });
});

describe('names and addresses', () => {
  it('gives /etc/hosts as Kubernetes writes it', () => {
    const pod = podOf({
      hostname: 'mysql-0',
      subdomain: 'mysql',
      hostAliases: [{ ip: '1.2.3.4', hostnames: ['a', 'b'] }],
    });
    expect(hostsFile(pod, ['10.244.0.7'], 'cluster.local').split('\n').slice(0, 2)).toEqual([
      '# Kubernetes-managed hosts file.',
      '127.0.0.1\tlocalhost',
    ]);
    expect(hostsFile(pod, ['10.244.0.7'], 'cluster.local')).toMatch(
      /\n10\.244\.0\.7\tmysql-0\.mysql\.shop\.svc\.cluster\.local\tmysql-0\n\n# Entries added by HostAliases\.\n1\.2\.3\.4\ta\tb\n$/,
    );
  });

  it('names the host', () => {
    expect(kernelHostname(podOf(), 'cluster.local')).toBe('mysql-0');
    expect(kernelHostname({ ...podOf(), metadata: { name: `${'a'.repeat(62)}-b` } }, 'cluster.local')).toBe(
      'a'.repeat(62),
    );
    expect(kernelHostname(podOf({ subdomain: 'mysql', setHostnameAsFQDN: true }), 'cluster.local')).toBe(
      'mysql-0.mysql.shop.svc.cluster.local',
    );
  });

  const settings = {
    clusterDns: '10.96.0.10',
    clusterDomain: 'cluster.local',
    node: parseResolvConf('search home lan\nnameserver 9.9.9.9\noptions timeout:1\n'),
  };
  const cluster = ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'home', 'lan'];
  it.each<[Partial<PodSpec>, ReturnType<typeof podDns>]>([
    [{}, { servers: ['10.96.0.10'], searches: cluster, options: ['ndots:5'] }],
    [{ dnsPolicy: 'Default' }, { servers: ['9.9.9.9'], searches: ['home', 'lan'], options: ['timeout:1'] }],
    [
      {
        dnsPolicy: 'None',
        dnsConfig: {
          nameservers: ['1.1.1.1'],
          searches: ['x'],
          options: [{ name: 'a', value: '1' }, { name: 'b' }],
        },
      },
      { servers: ['1.1.1.1'], searches: ['x'], options: ['a:1', 'b'] },
    ],
    [
      { dnsConfig: { nameservers: ['1.1.1.1'], searches: ['x'], options: [{ name: 'ndots', value: '2' }] } },
      { servers: ['10.96.0.10', '1.1.1.1'], searches: [...cluster, 'x'], options: ['ndots:2'] },
    ],
  ])('gives resolv.conf for %j', (spec, expected) => {
    expect(podDns(podOf(spec), settings)).toEqual(expected);
  });
});

describe('limits', () => {
  const resourcesOf = (resources: Container['resources']) => {
    const container = { ...main, resources };
    return runtimeResources(podOf({ containers: [container] }), container, 1000 * 2 ** 20);
  };

  it('are what the kubelet makes of them', () => {
    expect(resourcesOf(undefined)).toMatchObject({
      cpuShares: 2,
      cpuQuota: undefined,
      memoryLimitBytes: undefined,
      oomScoreAdj: 1000,
    });
    expect(resourcesOf({ limits: { cpu: '500m', memory: '100Mi' } })).toMatchObject({
      cpuShares: 512,
      cpuQuota: 50_000,
      cpuPeriod: 100_000,
      memoryLimitBytes: 100 * 2 ** 20,
      oomScoreAdj: -997,
    });
    expect(resourcesOf({ requests: { memory: '500Mi' } })).toMatchObject({ oomScoreAdj: 500 });
    expect(resourcesOf({ limits: { cpu: '1m' } })).toMatchObject({ cpuQuota: 1000, cpuShares: 2 });
  });
});

describe('security', () => {
  const image = (user: Partial<ImageInfo>): ImageInfo => ({
    id: '',
    repoTags: [],
    repoDigests: [],
    size: 0,
    volumes: [],
    ...user,
  });
  const securityOf = (
    own: Container['securityContext'],
    ofPod: PodSpec['securityContext'],
    user: Partial<ImageInfo> = {},
  ) => runtimeSecurity(podOf({ securityContext: ofPod }), { ...main, securityContext: own }, image(user));

  it('takes the container before the Pod before the image', () => {
    expect(securityOf({}, {}, { userId: 27 })).toMatchObject({ runAsUser: 27 });
    expect(securityOf({}, {}, { userName: 'mysql' })).toMatchObject({ runAsUserName: 'mysql' });
    expect(securityOf({}, {})).toMatchObject({ runAsUser: 0 });
    expect(
      securityOf({}, { runAsUser: 5, fsGroup: 7, supplementalGroups: [8] }, { userName: 'mysql' }),
    ).toMatchObject({ runAsUser: 5, supplementalGroups: [8, 7] });
    expect(securityOf({ runAsUser: 6 }, { runAsUser: 5 })).toMatchObject({ runAsUser: 6 });
  });

  it.each([
    [{ runAsNonRoot: true }, {}, 'image will run as root'],
    [{ runAsNonRoot: true, runAsUser: 0 }, {}, 'breaks non-root policy'],
    [{ runAsNonRoot: true }, { userName: 'mysql' }, 'non-numeric user (mysql)'],
  ])('refuses root: %j', (own, user, message) => {
    expect(() => securityOf(own, {}, user)).toThrow(message);
    expect(securityOf({ ...own, runAsUser: 9 }, {}, user).runAsUser).toBe(9);
  });

  it('keeps privileges from being gained, and profiles', () => {
    expect(securityOf({ allowPrivilegeEscalation: false }, {})).toMatchObject({
      noNewPrivileges: true,
      seccomp: 'Unconfined',
    });
    expect(securityOf({}, { seccompProfile: { type: 'RuntimeDefault' } })).toMatchObject({
      seccomp: 'RuntimeDefault',
    });
  });
});
