import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Pod, Volume, VolumeMount } from '../../api/generated/core-v1.js';
import { planVolumes } from './plan.js';
import { mountsOf, prepareVolumes, refreshVolumes } from './prepare.js';
import type { VolumeObjects, VolumePlan } from './types.js';
import { emptyDirsOverLimit } from './usage.js';
import { VolumesNotReadyError } from './volume-error.js';
import {
  boundClaim,
  objectsOf,
  podWith,
  type RecordedIo,
  recordedIo,
  temporaryDirectory,
} from './volumes.fixture.js';

const modeOf = async (path: string): Promise<string> => ((await lstat(path)).mode & 0o7777).toString(8);
const settings = (data: Record<string, string>): VolumeObjects =>
  objectsOf({ configMaps: [{ metadata: { name: 'settings' }, data }] });

interface World extends AsyncDisposable {
  readonly path: string;
  readonly io: RecordedIo;
  plan(pod: Pod, objects?: VolumeObjects): VolumePlan;
}

async function world(): Promise<World> {
  const directory = await temporaryDirectory();
  const podsDir = join(directory.path, 'pods');
  return {
    path: directory.path,
    io: recordedIo(),
    plan: (pod, objects = objectsOf()) => planVolumes({ pod, objects, podsDir }),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

describe('written files', () => {
  const pod = podWith([{ name: 'v', configMap: { name: 'settings', defaultMode: 0o640 } }]);

  it('are links through ..data, and all change at once', async () => {
    await using it_ = await world();
    const { io } = it_;
    const plan = it_.plan(pod, settings({ a: '1', b: '2' }));
    await prepareVolumes({ plan, io });
    const root = join(plan.podDir, 'volumes/kubernetes.io~configmap/v');
    const first = await readlink(join(root, '..data'));
    expect(first).toMatch(/^\.\.2026_01_02_03_04_05\./);
    expect(await readlink(join(root, 'a'))).toBe('..data/a');
    expect(await modeOf(join(root, '..data/a'))).toBe('640');
    expect(await modeOf(join(root, first))).toBe('755');
    expect(await modeOf(join(plan.podDir, 'volumes'))).toBe('700');

    expect(await refreshVolumes({ plan, io })).toEqual([]);
    expect(await readlink(join(root, '..data'))).toBe(first);

    const next = it_.plan(pod, settings({ b: '3', 'c.cnf': '4' }));
    expect(await refreshVolumes({ plan: next, io })).toEqual(['v']);
    const second = await readlink(join(root, '..data'));
    expect(await readdir(root)).toEqual(['..data', second, 'b', 'c.cnf'].sort());
    expect(await readFile(join(root, 'b'), 'utf8')).toBe('3');
  });

  it('are put right after a change by hand or a write that was cut short', async () => {
    await using it_ = await world();
    const { io } = it_;
    const plan = it_.plan(pod, settings({ a: '1' }));
    await prepareVolumes({ plan, io });
    const root = join(plan.podDir, 'volumes/kubernetes.io~configmap/v');
    await chmod(join(root, '..data/a'), 0o600);
    await mkdir(join(root, '..2025_12_31_00_00_00.abcdef'));
    await symlink('nowhere', join(root, '..data_tmp'));
    expect(await refreshVolumes({ plan, io })).toEqual(['v']);
    expect((await readdir(root)).length).toBe(3);
    expect(await modeOf(join(root, '..data/a'))).toBe('640');
  });

  it('stay as they are when their object is gone', async () => {
    await using it_ = await world();
    const { io } = it_;
    const plan = it_.plan(pod, settings({ a: '1' }));
    await prepareVolumes({ plan, io });
    expect(await refreshVolumes({ plan: it_.plan(pod), io })).toEqual([]);
    expect(await readFile(join(plan.podDir, 'volumes/kubernetes.io~configmap/v/a'), 'utf8')).toBe('1');
  });
});

describe('preparing', () => {
  it('makes an emptyDir once, and mounts memory once', async () => {
    await using it_ = await world();
    const { io } = it_;
    const memory = { name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } };
    const plan = it_.plan(podWith([{ name: 'd', emptyDir: {} }, memory]));
    await prepareVolumes({ plan, io });
    const disk = join(plan.podDir, 'volumes/kubernetes.io~empty-dir/d');
    expect(await modeOf(disk)).toBe('777');
    await writeFile(join(disk, 'kept'), '');
    await chmod(disk, 0o700);
    await prepareVolumes({ plan, io });
    expect(await readdir(disk)).toEqual(['kept']);
    expect(await modeOf(disk)).toBe('700');
    expect(io.calls).toEqual(['tmpfs {"sizeBytes":1048576,"mode":511}']);
  });

  it('never makes the directory of a claim, and prepares the rest', async () => {
    await using it_ = await world();
    const { io } = it_;
    const volumes = [
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'conf', configMap: { name: 'x' } },
      { name: 'tmp', emptyDir: {} },
    ];
    const path = join(it_.path, 'gone');
    const plan = it_.plan(podWith(volumes), objectsOf(boundClaim(path)));
    const error = await prepareVolumes({ plan, io }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VolumesNotReadyError);
    expect(error).toHaveProperty(
      'message',
      `MountVolume.SetUp failed for volume "conf" : configmap "x" not found; ` +
        `MountVolume.SetUp failed for volume "data" : the directory of volume pvc-1 is missing: ${path}`,
    );
    await expect(stat(path)).rejects.toThrow('ENOENT');
    expect(await modeOf(join(plan.podDir, 'volumes/kubernetes.io~empty-dir/tmp'))).toBe('777');
  });

  it('gives a claim to fsGroup once for a Pod, links untouched', async () => {
    await using it_ = await world();
    const { io } = it_;
    const data = join(it_.path, 'data');
    await mkdir(join(data, 'sub'), { recursive: true });
    await writeFile(join(data, 'sub/file'), '', { mode: 0o600 });
    await writeFile(join(it_.path, 'outside'), '', { mode: 0o600 });
    await symlink('../outside', join(data, 'link'));
    const volume = { name: 'v', persistentVolumeClaim: { claimName: 'data' } };
    const pod = podWith([volume], undefined, { securityContext: { fsGroup: 4711 } });
    const plan = it_.plan(pod, objectsOf(boundClaim(data)));
    await prepareVolumes({ plan, io });
    const changed = io.calls.map((call) => call.replace(/^chown \d+:4711 /, '').replace(data, ''));
    expect(changed).toEqual(['/link', '/sub/file', '/sub', '']);
    expect(await modeOf(join(data, 'sub'))).toBe('2775');
    expect(await modeOf(join(data, 'sub/file'))).toBe('660');
    expect(await modeOf(join(it_.path, 'outside'))).toBe('600');
    await chmod(join(data, 'sub/file'), 0o600);
    await prepareVolumes({ plan, io });
    expect(await modeOf(join(data, 'sub/file'))).toBe('600');
  });

  const types: readonly [string, string, string | undefined][] = [
    ['DirectoryOrCreate', 'new/dir', undefined],
    ['FileOrCreate', 'new-file', undefined],
    ['', 'any', undefined],
    ['Directory', 'none', 'is not a directory'],
    ['Directory', 'file', 'is not a directory'],
    ['DirectoryOrCreate', 'file', 'is not a directory'],
    ['File', 'dir', 'is not a file'],
    ['File', 'file', undefined],
    ['Directory', 'dir', undefined],
  ];
  it.each(types)('a hostPath of type "%s" at %s', async (type, name, message) => {
    await using it_ = await world();
    const { io } = it_;
    await mkdir(join(it_.path, 'dir'));
    await writeFile(join(it_.path, 'file'), '');
    const path = join(it_.path, name);
    const plan = it_.plan(podWith([{ name: 'v', hostPath: { path, type } }]));
    if (message !== undefined) await expect(prepareVolumes({ plan, io })).rejects.toThrow(message);
    else {
      await prepareVolumes({ plan, io });
      expect((await stat(path)).isFile()).toBe(type.startsWith('File'));
    }
  });

  it('finds emptyDirs on disk that hold more than they may', async () => {
    await using it_ = await world();
    const { io } = it_;
    const plan = it_.plan(podWith([{ name: 'v', emptyDir: { sizeLimit: '16Ki' } }]));
    await prepareVolumes({ plan, io });
    expect(await emptyDirsOverLimit({ plan })).toEqual([]);
    const below = join(plan.podDir, 'volumes/kubernetes.io~empty-dir/v/a');
    await mkdir(below);
    await writeFile(join(below, 'big'), Buffer.alloc(40_000, 1));
    expect(await emptyDirsOverLimit({ plan })).toMatchObject([{ volume: 'v', limitBytes: 16_384 }]);
  });
});

describe('the mounts of a container', () => {
  const volumes: readonly Volume[] = [
    { name: 'v', emptyDir: {} },
    { name: 'c', configMap: { name: 'settings' } },
  ];

  async function pathOf(
    it_: World,
    mount: Partial<VolumeMount>,
    env: Parameters<typeof mountsOf>[0]['env'] = [],
  ) {
    const plan = it_.plan(podWith(volumes, [{ name: 'v', mountPath: '/v', ...mount }]), settings({ a: '1' }));
    await prepareVolumes({ plan, io: it_.io });
    const [only] = await mountsOf({ plan, container: 'main', env, io: it_.io });
    return only?.hostPath ?? '';
  }

  it('make a subPath that is missing, with the mode of the volume', async () => {
    await using it_ = await world();
    const path = await pathOf(it_, { subPathExpr: 'a/$(POD)' }, [{ name: 'POD', value: 'db-0' }]);
    expect(path).toMatch(/kubernetes\.io~empty-dir\/v\/a\/db-0$/);
    expect(await modeOf(path)).toBe('777');
  });

  it('follow links inside the volume: a subPath of a ConfigMap is the file of that moment', async () => {
    await using it_ = await world();
    const path = await pathOf(it_, { name: 'c', subPath: 'a' });
    expect(path).toMatch(/\/c\/\.\.2026_01_02_03_04_05\.[^/]+\/a$/);
    expect(await readFile(path, 'utf8')).toBe('1');
  });

  const traps: readonly [string, string, string][] = [
    ['/etc', 'link', 'not within volume path'],
    ['../../../../..', 'link/x', 'not within volume path'],
    ['nowhere', 'link', 'leads nowhere'],
  ];
  it.each(traps)('refuse a link to %s', async (target, subPath, message) => {
    await using it_ = await world();
    const volume = await pathOf(it_, {});
    await symlink(target, join(volume, 'link'));
    await writeFile(join(volume, 'file'), '');
    await expect(pathOf(it_, { subPath })).rejects.toThrow(message);
    await expect(pathOf(it_, { subPath: 'file/x' })).rejects.toThrow('is below a file');
    await symlink('.', join(volume, 'self'));
    expect(await pathOf(it_, { subPath: 'self/file' })).toBe(join(await realpath(volume), 'file'));
  });

  it('keep the VOLUME directories of an image', async () => {
    await using it_ = await world();
    const { io } = it_;
    const plan = it_.plan(podWith([]));
    await prepareVolumes({ plan, io });
    const imageVolumes = [{ path: '/var/lib/mysql', owner: { uid: 999, gid: 998 }, mode: 0o1777 }];
    const [mount] = await mountsOf({ plan, container: 'main', env: [], imageVolumes, io });
    expect(mount).toEqual({
      hostPath: join(plan.podDir, 'image-volumes/main/var~1lib~1mysql'),
      containerPath: '/var/lib/mysql',
      readonly: false,
      propagation: 'PRIVATE',
    });
    expect(await modeOf(mount?.hostPath ?? '')).toBe('1777');
    await writeFile(join(mount?.hostPath ?? '', 'ibdata1'), '');
    expect(await mountsOf({ plan, container: 'main', env: [], imageVolumes, io })).toEqual([mount]);
    expect(await readdir(mount?.hostPath ?? '')).toEqual(['ibdata1']);
    expect(io.calls.length).toBe(1);
  });
});
