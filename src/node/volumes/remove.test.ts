import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mountPointsOf } from './mount-info.js';
import { listPodDirectories, removePodVolumes } from './remove.js';
import { recordedIo, temporaryDirectory } from './volumes.fixture.js';

describe("removing a Pod's directory", () => {
  it('unmounts the innermost first, lazily only what is busy, and leaves what links lead to', async () => {
    await using directory = await temporaryDirectory();
    const podsDir = join(directory.path, 'pods');
    const pod = join(podsDir, 'uid-1');
    const claim = join(directory.path, 'claim');
    await mkdir(join(pod, 'volumes/a'), { recursive: true });
    await mkdir(claim);
    await writeFile(join(claim, 'ibdata1'), 'data');
    await symlink(claim, join(pod, 'volumes/link'));
    const io = recordedIo();
    const other = join(podsDir, 'uid-10');
    io.points.push('/', other, pod, join(pod, 'volumes/a'), join(pod, 'volumes/a'));
    io.busy.add(pod);
    await removePodVolumes({ podsDir, uid: 'uid-1', io });
    expect(io.calls).toEqual([
      `unmount ${pod}/volumes/a`,
      `unmount ${pod}/volumes/a`,
      `unmount ${pod}`,
      `lazily unmount ${pod}`,
    ]);
    expect(io.points).toEqual(['/', other]);
    expect(await readdir(podsDir)).toEqual([]);
    expect(await readFile(join(claim, 'ibdata1'), 'utf8')).toBe('data');
    await removePodVolumes({ podsDir, uid: 'uid-1', io });
  });

  it('removes nothing while a mount is left', async () => {
    await using directory = await temporaryDirectory();
    const io = recordedIo();
    const inside = join(directory.path, 'uid-1/volumes');
    await mkdir(inside, { recursive: true });
    io.points.push(inside);
    const stuck = { ...io, unmount: async () => {} };
    await expect(removePodVolumes({ podsDir: directory.path, uid: 'uid-1', io: stuck })).rejects.toThrow(
      `${inside} is still mounted`,
    );
    expect((await stat(inside)).isDirectory()).toBe(true);
  });

  it.each(['', '.', '..', 'a/b', '../x'])('refuses "%s" as a uid', async (uid) => {
    await using directory = await temporaryDirectory();
    await expect(removePodVolumes({ podsDir: directory.path, uid, io: recordedIo() })).rejects.toThrow(
      'not the uid',
    );
  });

  it('lists the directories that are there', async () => {
    await using directory = await temporaryDirectory();
    expect(await listPodDirectories({ podsDir: join(directory.path, 'none') })).toEqual([]);
    await mkdir(join(directory.path, 'uid-1'));
    await writeFile(join(directory.path, 'file'), '');
    expect(await listPodDirectories({ podsDir: directory.path })).toEqual(['uid-1']);
  });

  it('reads mount points with their escapes', () => {
    const text =
      '22 1 8:1 / / rw - ext4 /dev/sda rw\n30 22 0:5 / /a\\040b\\134 rw shared:1 - tmpfs tmpfs rw\n';
    expect(mountPointsOf(text)).toEqual(['/', '/a b\\']);
  });
});
