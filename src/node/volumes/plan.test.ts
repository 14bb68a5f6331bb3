import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec, Volume, VolumeMount } from '../../api/generated/core-v1.js';
import { planVolumes } from './plan.js';
import { planImageVolumes, subPathOf } from './plan-mounts.js';
import { volumeReferences } from './references.js';
import type { VolumeObjects, VolumePlan } from './types.js';
import { boundClaim, objectsOf, podWith } from './volumes.fixture.js';

const podsDir = '/pods';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const settings = { metadata: { name: 'settings' }, data: { a: '1', b: '2' }, binaryData: { c: base64('3') } };
const password = { metadata: { name: 'password' }, data: { root: base64('geheim') } };
const some = objectsOf({ configMaps: [settings], secrets: [password], ...boundClaim('/data/pvc-1') });

function plan(pod: Pod, objects: VolumeObjects = some): VolumePlan {
  return planVolumes({ pod, objects, podsDir });
}

function problemOf(volume: Omit<Volume, 'name'>, objects: VolumeObjects = some): string {
  const { problems } = plan(podWith([{ name: 'v', ...volume }]), objects);
  return problems.map(({ message }) => message).join('; ');
}

function filesOf(volume: Omit<Volume, 'name'>, pod: Partial<Pod> = {}): Record<string, string> {
  const planned = plan({ ...podWith([{ name: 'v', ...volume }]), ...pod });
  expect(planned.problems).toEqual([]);
  const [only] = planned.preparations;
  const files = only?.type === 'files' ? only.files : [];
  return Object.fromEntries(
    files.map(({ path, mode, content }) => [`${path} ${mode.toString(8)}`, Buffer.from(content).toString()]),
  );
}

describe('what keeps a volume from being had', () => {
  const unbound = objectsOf({ claims: [{ metadata: { name: 'data' }, status: { phase: 'Pending' } }] });
  const { claims, persistentVolumes } = boundClaim('/data/pvc-1');
  const stranger = objectsOf({
    claims,
    persistentVolumes: persistentVolumes.map((it) => ({
      ...it,
      spec: { ...it.spec, claimRef: { uid: 'c2' } },
    })),
  });
  const claim = { persistentVolumeClaim: { claimName: 'data' } };
  const nfs = objectsOf({
    claims,
    persistentVolumes: [
      { metadata: { name: 'pvc-1' }, spec: { claimRef: { uid: 'c1' }, nfs: { path: '/', server: 's' } } },
    ],
  });
  const cases: readonly [string, Omit<Volume, 'name'>, string, VolumeObjects?][] = [
    ['no ConfigMap', { configMap: { name: 'x' } }, 'configmap "x" not found'],
    ['no Secret', { secret: { secretName: 'x' } }, 'secret "x" not found'],
    [
      'no key of a ConfigMap',
      { configMap: { name: 'settings', items: [{ key: 'k', path: 'p' }] } },
      'references non-existent config key: k',
    ],
    [
      'no key of a Secret',
      { secret: { secretName: 'password', items: [{ key: 'k', path: 'p' }] } },
      'references non-existent secret key: k',
    ],
    [
      'no ConfigMap of a projection',
      { projected: { sources: [{ secret: { name: 'password' } }, { configMap: { name: 'x' } }] } },
      'configmap "x" not found',
    ],
    ['no claim', { persistentVolumeClaim: { claimName: 'x' } }, 'persistentvolumeclaim "x" not found'],
    ['an unbound claim', claim, 'persistentvolumeclaim "data" is not bound to a volume yet', unbound],
    ['a lost volume', claim, 'persistentvolume "pvc-1" not found', objectsOf({ claims })],
    [
      "another claim's volume",
      claim,
      'persistentvolume "pvc-1" is bound to another claim than "data"',
      stranger,
    ],
    ['a volume from afar', claim, 'persistentvolume "pvc-1" is neither of type hostPath nor local', nfs],
    ['a socket', { hostPath: { path: '/s', type: 'Socket' } }, 'hostPath type Socket is not supported'],
    ['huge pages', { emptyDir: { medium: 'HugePages' } }, 'emptyDir medium HugePages is not supported'],
    ['another kind', { nfs: { path: '/', server: 's' } }, 'volume type nfs is not supported'],
    [
      'a token that could not be had',
      { projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
      'its ServiceAccount token is not there yet',
    ],
    [
      'a bundle of certificates',
      { projected: { sources: [{ clusterTrustBundle: { path: 'ca' } }] } },
      'projected source clusterTrustBundle is not supported',
    ],
    [
      'a way out',
      { configMap: { name: 'settings', items: [{ key: 'a', path: '../a' }] } },
      'invalid path "../a": must be relative, and neither hold nor start with ".."',
    ],
    [
      'a file as directory',
      {
        configMap: {
          name: 'settings',
          items: [
            { key: 'a', path: 'x' },
            { key: 'b', path: 'x/y' },
          ],
        },
      },
      '"x" is a file, so "x/y" cannot be below it',
    ],
  ];
  it.each(cases)('%s', (_name, volume, message, objects) => {
    expect(problemOf(volume, objects)).toBe(message);
  });

  it('the other volumes are planned all the same, and a volume nobody mounts is not looked at', () => {
    const volumes = [
      { name: 'bad', configMap: { name: 'x' } },
      { name: 'good', emptyDir: {} },
      { name: 'idle', configMap: { name: 'y' } },
    ];
    const mounts = ['bad', 'good'].map((name) => ({ name, mountPath: `/${name}` }));
    const planned = plan(podWith(volumes, mounts));
    expect(planned.problems).toEqual([{ volume: 'bad', message: 'configmap "x" not found' }]);
    expect(planned.preparations.map(({ volume }) => volume)).toEqual(['good']);
  });
});

describe('files', () => {
  it('come from all keys, or from items with their own paths and modes', () => {
    expect(filesOf({ configMap: { name: 'settings' } })).toEqual({
      'a 644': '1',
      'b 644': '2',
      'c 644': '3',
    });
    const items = [
      { key: 'a', path: 'x/./y', mode: 0o600 },
      { key: 'b', path: 'z' },
    ];
    expect(filesOf({ configMap: { name: 'settings', items, defaultMode: 0o400 } })).toEqual({
      'x/y 600': '1',
      'z 400': '2',
    });
    expect(filesOf({ secret: { secretName: 'password' } })).toEqual({ 'root 644': 'geheim' });
  });

  it('leave out what is optional and absent', () => {
    expect(filesOf({ configMap: { name: 'x', optional: true } })).toEqual({});
    expect(
      filesOf({ secret: { secretName: 'x', optional: true, items: [{ key: 'k', path: 'p' }] } }),
    ).toEqual({});
    const items = ['a', 'k'].map((key) => ({ key, path: key }));
    expect(filesOf({ configMap: { name: 'settings', optional: true, items } })).toEqual({ 'a 644': '1' });
  });

  it('project several sources into one directory, the last winning', () => {
    const sources = [
      { configMap: { name: 'settings', items: [{ key: 'a', path: 'one' }] } },
      { secret: { name: 'password', items: [{ key: 'root', path: 'one' }] } },
      { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' }, mode: 0o444 }] } },
    ];
    expect(filesOf({ projected: { sources, defaultMode: 0o440 } })).toEqual({
      'one 440': 'geheim',
      'name 444': 'db-0',
    });
  });

  describe('of a token', () => {
    const volume = {
      name: 'v',
      projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3607 } }] },
    };
    const objects = objectsOf({ tokens: new Map([['3607 ', 'secret']]) });
    const side = { name: 'side', volumeMounts: [] };
    const fileOf = (spec: Partial<PodSpec>): object | undefined => {
      const pod = podWith([volume], undefined, spec);
      const [only] = planVolumes({ pod, objects, podsDir: '/pods' }).preparations;
      return only?.type === 'files' ? { ...only.files[0], content: undefined, gid: only.gid } : undefined;
    };
    const mounts = [{ name: 'v', mountPath: '/v' }];
    const main = { name: 'main', volumeMounts: mounts };
    const cases: readonly [string, Partial<PodSpec>, object][] = [
      ['any user may read it', {}, { mode: 0o644, uid: undefined }],
      ['only the one user', { securityContext: { runAsUser: 7 } }, { mode: 0o600, uid: 7 }],
      [
        'any of two users',
        { containers: [{ ...main, securityContext: { runAsUser: 7 } }, side] },
        { mode: 0o644, uid: undefined },
      ],
      [
        'the user of all containers, whoever the Pod means',
        {
          securityContext: { runAsUser: 8 },
          containers: [{ ...main, securityContext: { runAsUser: 7 } }],
        },
        { mode: 0o600, uid: 7 },
      ],
      ['the group', { securityContext: { fsGroup: 9 } }, { mode: 0o640, uid: undefined, gid: 9 }],
      [
        'the user and the group',
        { securityContext: { fsGroup: 9, runAsUser: 7 } },
        { mode: 0o640, uid: 7, gid: 9 },
      ],
    ];
    it.each(cases)('%s', (_name, spec, expected) => {
      expect(fileOf(spec)).toMatchObject({ path: 'token', ...expected });
    });
  });

  it('are readable for fsGroup', () => {
    const pod = podWith([{ name: 'v', secret: { secretName: 'password', defaultMode: 0o400 } }], undefined, {
      securityContext: { fsGroup: 999 },
    });
    const [only] = plan(pod).preparations;
    expect(only).toMatchObject({ type: 'files', gid: 999, files: [{ path: 'root', mode: 0o440 }] });
  });
});

describe('downwardAPI', () => {
  const pod = podWith([], [], {
    containers: [
      {
        name: 'main',
        volumeMounts: [{ name: 'v', mountPath: '/v' }],
        resources: { limits: { cpu: '1500m', memory: '1Gi' }, requests: { memory: '100M' } },
      },
      { name: 'free' },
    ],
  });
  const metadata = { ...pod.metadata, annotations: { note: 'one\ntwo\u0001é\u2028' } };
  const fields: readonly [string, string][] = [
    ['metadata.name', 'db-0'],
    ['metadata.namespace', 'shop'],
    ['metadata.uid', 'uid-1'],
    ['metadata.labels', 'app="db"\ntier="a\\"b"'],
    ["metadata.labels['tier']", 'a"b'],
    ["metadata.annotations['none']", ''],
    ['metadata.annotations', 'note="one\\ntwo\\x01é\\u2028"'],
  ];
  const read = (item: object): string | undefined => {
    const volume = { name: 'v', downwardAPI: { items: [{ path: 'f', ...item }] } };
    const [only] = plan({ metadata, spec: { containers: [], ...pod.spec, volumes: [volume] } }).preparations;
    return only?.type === 'files' ? Buffer.from(only.files[0]?.content ?? []).toString() : undefined;
  };
  it.each(fields)('%s', (fieldPath, text) => {
    expect(read({ fieldRef: { fieldPath } })).toBe(text);
  });

  const resources: readonly [string, string, string | undefined, string][] = [
    ['main', 'limits.cpu', undefined, '2'],
    ['main', 'limits.cpu', '1m', '1500'],
    ['main', 'limits.memory', '1Mi', '1024'],
    ['main', 'limits.memory', '0', '1073741824'],
    ['main', 'requests.memory', '1Mi', '96'],
    ['main', 'requests.cpu', undefined, '0'],
    ['free', 'limits.memory', '1Gi', '8'],
    ['free', 'limits.cpu', undefined, '4'],
  ];
  it.each(resources)('%s %s by %s', (containerName, resource, divisor, text) => {
    expect(read({ resourceFieldRef: { containerName, resource, divisor } })).toBe(text);
  });
});

describe('emptyDir, claims and fsGroup', () => {
  const group = (fsGroupChangePolicy?: string) => ({ securityContext: { fsGroup: 27, fsGroupChangePolicy } });

  it('a memory volume is as large as the least of its limit, the containers, and the node', () => {
    const sizeOf = (sizeLimit?: string, memory?: string): number | undefined => {
      const pod = podWith([{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit } }]);
      const [main] = pod.spec?.containers ?? [];
      const containers = [{ name: 'main', ...main, resources: memory ? { limits: { memory } } : {} }];
      const [only] = plan({ ...pod, spec: { ...pod.spec, containers } }).preparations;
      return only?.type === 'emptyDir' ? only.sizeBytes : undefined;
    };
    expect(sizeOf()).toBe(8 * 2 ** 30);
    expect(sizeOf('1Mi')).toBe(2 ** 20);
    expect(sizeOf('1Gi', '1Mi')).toBe(2 ** 20);
  });

  it('a claim is its directory, given to the group unless it is read-only or on a hostPath made by hand', () => {
    const volume = { name: 'v', persistentVolumeClaim: { claimName: 'data' } };
    const claim = {
      type: 'claim',
      volume: 'v',
      path: '/data/pvc-1',
      persistentVolume: 'pvc-1',
      readOnly: false,
    };
    expect(plan(podWith([volume])).preparations).toEqual([claim]);
    expect(plan(podWith([volume], undefined, group())).preparations).toEqual([
      { ...claim, group: { gid: 27, always: true } },
    ]);
    expect(plan(podWith([volume], undefined, group('OnRootMismatch'))).preparations).toEqual([
      { ...claim, group: { gid: 27, always: false } },
    ]);
    const { claims, persistentVolumes } = boundClaim('/var');
    const byHand = persistentVolumes.map((it) => ({ ...it, metadata: { name: 'pvc-1' } }));
    const objects = objectsOf({ claims, persistentVolumes: byHand });
    expect(plan(podWith([volume], undefined, group()), objects).preparations).toEqual([
      { ...claim, path: '/var' },
    ]);
    const readOnly = { name: 'v', persistentVolumeClaim: { claimName: 'data', readOnly: true } };
    const planned = plan(podWith([readOnly], undefined, group()));
    expect(planned.preparations).toEqual([{ ...claim, readOnly: true }]);
    expect(planned.mounts.get('main')?.[0]?.mount.readonly).toBe(true);
  });
});

describe('mounts', () => {
  const volumes = [
    { name: 'v', emptyDir: {} },
    { name: 'c', configMap: { name: 'settings' } },
  ];
  const mountPlan = (...mounts: readonly VolumeMount[]): VolumePlan => plan(podWith(volumes, mounts));

  it('say where, how, and with what propagation', () => {
    const planned = mountPlan(
      { name: 'v', mountPath: '/v/', readOnly: true, mountPropagation: 'HostToContainer' },
      { name: 'c', mountPath: 'etc/c', subPath: 'a' },
    );
    const hostPath = '/pods/uid-1/volumes/kubernetes.io~empty-dir/v';
    expect(planned.mounts.get('main')).toEqual([
      {
        volume: 'v',
        mount: { hostPath, containerPath: '/v', readonly: true, propagation: 'HOST_TO_CONTAINER' },
      },
      {
        volume: 'c',
        mount: {
          hostPath: '/pods/uid-1/volumes/kubernetes.io~configmap/c',
          containerPath: '/etc/c',
          readonly: true,
          propagation: 'PRIVATE',
        },
        subPath: 'a',
      },
    ]);
  });

  const at = (path: string): string => `mount "${path}" of container "main"`;
  const refused: readonly [VolumeMount, string][] = [
    [{ name: 'v', mountPath: '/twice/' }, `${at('/twice')}: volume "c" is mounted there too`],
    [{ name: 'v', mountPath: '/' }, `${at('/')}: a volume cannot be mounted over the root directory`],
    [{ name: 'x', mountPath: '/x' }, 'volumeMounts names volume "x", which is not in spec.volumes'],
    [
      { name: 'v', mountPath: '/v', mountPropagation: 'Bidirectional' },
      `${at('/v')}: Bidirectional mount propagation is available only to privileged containers`,
    ],
    [
      { name: 'v', mountPath: '/v', readOnly: true, recursiveReadOnly: 'Enabled' },
      `${at('/v')}: recursiveReadOnly Enabled is not supported`,
    ],
  ];
  it.each(refused)('refuses %o', (mount, message) => {
    const { problems } = mountPlan({ name: 'c', mountPath: '/twice' }, mount);
    expect(problems.map((problem) => problem.message)).toEqual([message]);
  });

  it('a subPath may be made of the environment, and never leaves the volume', () => {
    const env = [
      { name: 'POD', value: 'db-0' },
      { name: 'UP', value: '..' },
    ];
    const of = (mount: Partial<VolumeMount>): string => {
      const [only] = mountPlan({ name: 'v', mountPath: '/v', ...mount }).mounts.get('main') ?? [];
      return only ? subPathOf(only, env) : 'none';
    };
    expect(of({})).toBe('');
    expect(of({ subPathExpr: 'data/$(POD)/$$(POD)' })).toBe('data/db-0/$(POD)');
    expect(() => of({ subPathExpr: '$(NONE)' })).toThrow('missing value for "NONE"');
    expect(() => of({ subPathExpr: 'a/$(UP)' })).toThrow("must not contain '..'");
    expect(() => of({ subPath: '/etc' })).toThrow('must not be an absolute path');
  });

  it('a VOLUME of the image gets a directory of the Pod unless a mount stands at its very path', () => {
    const planned = mountPlan({ name: 'v', mountPath: '/var/lib/mysql' });
    const paths = ['/var/lib/mysql/', '/var/lib/mysql/sub', '/a~b', '/a/b', '/a/b/', '/'];
    const places = planImageVolumes(
      planned,
      'main',
      paths.map((path) => ({ path })),
    );
    expect(places).toEqual([
      { path: '/var/lib/mysql/sub', hostPath: '/pods/uid-1/image-volumes/main/var~1lib~1mysql~1sub' },
      { path: '/a~b', hostPath: '/pods/uid-1/image-volumes/main/a~0b' },
      { path: '/a/b', hostPath: '/pods/uid-1/image-volumes/main/a~1b' },
    ]);
  });
});

describe('version and references', () => {
  const pod = podWith([
    { name: 'v', configMap: { name: 'settings' } },
    { name: 'p', projected: { sources: [{ secret: { name: 'password' } }] } },
    { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
  ]);

  it('the version changes when a content does, and only then', () => {
    const { version } = plan(pod);
    expect(plan({ ...pod, metadata: { ...pod.metadata, labels: { x: 'y' } } }).version).toBe(version);
    const other = { ...some, configMaps: new Map([['settings', { ...settings, data: { a: '1', b: '3' } }]]) };
    expect(plan(pod, other).version).not.toBe(version);
    expect(plan(pod, objectsOf()).version).not.toBe(version);
  });

  it('names what has to be looked up', () => {
    expect(volumeReferences(pod)).toEqual({
      configMaps: new Set(['settings']),
      secrets: new Set(['password']),
      claims: new Set(['data']),
    });
  });
});
