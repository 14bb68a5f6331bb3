import { lstat, mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../../src/lib/run.js';
import { systemClock } from '../../../src/lib/system-clock.js';
import {
  listPodDirectories,
  planVolumes,
  prepareVolumes,
  removePodVolumes,
  systemVolumeIo,
} from '../../../src/node/volumes/index.js';
import {
  boundClaim,
  objectsOf,
  podWith,
  temporaryDirectory,
} from '../../../src/node/volumes/volumes.fixture.js';

const io = systemVolumeIo({ clock: systemClock });
const fsGroup = { securityContext: { fsGroup: 4711 } };
const ownerOf = async (path: string): Promise<string> => {
  const { uid, gid, mode } = await lstat(path);
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`;
};

describe('volumes on this machine', () => {
  it('memory volumes are bounded, belong to fsGroup, and go with the Pod even while in use', async () => {
    await using directory = await temporaryDirectory();
    const podsDir = directory.path;
    const volume = { name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } };
    const plan = planVolumes({ pod: podWith([volume], undefined, fsGroup), objects: objectsOf(), podsDir });
    await prepareVolumes({ plan, io });
    await prepareVolumes({ plan, io });
    const path = join(plan.podDir, 'volumes/kubernetes.io~empty-dir/v');
    expect((await io.mountPoints()).filter((point) => point === path).length).toBe(1);
    expect(await ownerOf(path)).toBe('0:4711 2777');
    await expect(writeFile(join(path, 'big'), Buffer.alloc(2 * 2 ** 20))).rejects.toThrow('ENOSPC');

    const user = await open(join(path, 'used'), 'w');
    try {
      await removePodVolumes({ podsDir, uid: 'uid-1', io });
    } finally {
      await user.close();
    }
    expect((await io.mountPoints()).filter((point) => point.startsWith(podsDir))).toEqual([]);
    expect(await listPodDirectories({ podsDir })).toEqual([]);
  });

  it('a claim and written files belong to fsGroup; the claim outlives the Pod', async () => {
    await using directory = await temporaryDirectory();
    const podsDir = join(directory.path, 'pods');
    const data = join(directory.path, 'data');
    await mkdir(data, { mode: 0o700 });
    await writeFile(join(data, 'file'), 'kept', { mode: 0o600 });
    const volumes = [
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'secret', secret: { secretName: 's', defaultMode: 0o400 } },
    ];
    const secrets = [{ metadata: { name: 's' }, data: { key: Buffer.from('x').toString('base64') } }];
    const objects = objectsOf({ ...boundClaim(data), secrets });
    const plan = planVolumes({ pod: podWith(volumes, undefined, fsGroup), objects, podsDir });
    await prepareVolumes({ plan, io });
    expect(await ownerOf(data)).toBe('0:4711 2770');
    expect(await ownerOf(join(data, 'file'))).toBe('0:4711 660');
    const secret = join(plan.podDir, 'volumes/kubernetes.io~secret/secret/..data/key');
    expect(await ownerOf(secret)).toBe('0:4711 440');
    expect(await ownerOf(plan.podDir)).toBe('0:0 700');
    await removePodVolumes({ podsDir, uid: 'uid-1', io });
    expect(await readFile(join(data, 'file'), 'utf8')).toBe('kept');
    expect(await readdir(podsDir)).toEqual([]);
  });

  it('a bind mount of a claim that somebody left below the Pod is unmounted, not emptied', async () => {
    await using directory = await temporaryDirectory();
    const data = join(directory.path, 'data');
    const inside = join(directory.path, 'pods/uid-1/left behind');
    await mkdir(data);
    await mkdir(inside, { recursive: true });
    await writeFile(join(data, 'file'), 'kept');
    await run('mount', ['--bind', data, inside]);
    await removePodVolumes({ podsDir: join(directory.path, 'pods'), uid: 'uid-1', io });
    expect(await readFile(join(data, 'file'), 'utf8')).toBe('kept');
    await expect(stat(inside)).rejects.toThrow('ENOENT');
  });
});
