import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../../src/lib/run.js';

interface SmallImage {
  readonly reference: string;
  readonly config: object;
  /** Fills the image's root directory. */
  fill(root: string): Promise<void>;
}

const applets =
  'sh sleep cat echo ls id env httpd nc wget touch rm test true false mkdir stat mount tail head date kill ps hostname grep chmod dd wc printf sync tr md5sum nslookup mkfifo';

const busybox: SmallImage = {
  reference: 'docker.io/library/busybox:1',
  config: { Env: ['PATH=/bin'], Cmd: ['sh'], Volumes: { '/declared': {} } },
  async fill(root) {
    for (const name of ['bin', 'etc', 'proc', 'tmp', 'declared']) await mkdir(join(root, name));
    await copyFile('/bin/busybox', join(root, 'bin/busybox'));
    for (const name of applets.split(' ')) await symlink('busybox', join(root, 'bin', name));
    await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\nmysql:x:999:999::/:/bin/sh\n');
    await writeFile(join(root, 'etc/group'), 'root:x:0:\nmysql:x:999:\nextra:x:2000:mysql\n');
    await writeFile(join(root, 'declared/from-image'), 'image');
    await run('chown', ['999:999', join(root, 'declared')]);
  },
};

const pause: SmallImage = {
  reference: 'holdfast.local/pause:1',
  config: { Entrypoint: ['/pause', '-P'] },
  fill: (root) => copyFile('/usr/bin/catatonit', join(root, 'pause')),
};

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes an archive of one layer that `ctr images import` takes. */
async function archive(folder: string, image: SmallImage): Promise<string> {
  const name = image.reference.replaceAll(/[/:]/g, '_');
  const root = join(folder, `${name}.root`);
  const parts = join(folder, `${name}.parts`);
  await mkdir(root, { recursive: true });
  await mkdir(parts);
  await image.fill(root);
  await run('tar', ['-C', root, '-cf', join(parts, 'layer.tar'), '.']);
  const layer = sha256(await readFile(join(parts, 'layer.tar')));
  const rootfs = { type: 'layers', diff_ids: [`sha256:${layer}`] };
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  await writeFile(
    join(parts, 'config.json'),
    JSON.stringify({ architecture, os: 'linux', config: image.config, rootfs }),
  );
  const manifest = [{ Config: 'config.json', RepoTags: [image.reference], Layers: ['layer.tar'] }];
  await writeFile(join(parts, 'manifest.json'), JSON.stringify(manifest));
  await run('tar', [
    '-C',
    parts,
    '-cf',
    join(folder, `${name}.tar`),
    'manifest.json',
    'config.json',
    'layer.tar',
  ]);
  return join(folder, `${name}.tar`);
}

/** Makes two images from programs of this machine and loads them: a busybox, and the one that sandboxes run. */
export async function loadSmallImages(folder: string, socket: string): Promise<void> {
  for (const image of [busybox, pause]) {
    const path = await archive(folder, image);
    await run('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', 'import', path]);
  }
}
