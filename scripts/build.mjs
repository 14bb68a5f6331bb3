// Bundles the programs into dist/: the command line, the keeper, the daemon and the DNS worker. Does nothing when no source changed.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleOptions } from './bundle-options.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');

/** Program name and entry; an entry that is not written yet is left out. */
const entries = {
  cli: 'src/cli/main.ts',
  keeper: 'src/cluster/keeper-main.ts',
  daemon: 'src/cluster/daemon-main.ts',
  'image-builder': 'src/cluster/image-builder-main.ts',
  'dns-worker': 'src/dns/worker-main.ts',
  testing: 'src/testing/index.ts',
};

function files(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

/** Names, sizes and times of all that goes into the bundles: reading them is much faster than bundling. */
function stamp() {
  const hash = createHash('sha256');
  const sources = files(join(root, 'src')).filter((file) => !file.endsWith('.test.ts'));
  const others = ['package-lock.json', 'scripts/build.mjs', 'scripts/bundle-options.mjs'].map((file) =>
    join(root, file),
  );
  for (const file of [...sources, ...others].sort()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

const now = stamp();
if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === now) process.exit(0);

const { build } = await import('esbuild');
const entryPoints = Object.fromEntries(
  Object.entries(entries).filter(([, file]) => existsSync(join(root, file))),
);
rmSync(stampFile, { force: true });
// Built aside and moved into place: a program that starts meanwhile reads the old file or the new one.
const draft = join(dist, `.new-${process.pid}`);
mkdirSync(draft, { recursive: true });
try {
  await build({ ...bundleOptions, entryPoints, outdir: draft });
} catch {
  // esbuild has said what is wrong.
  rmSync(draft, { recursive: true });
  process.exit(1);
}
for (const name of readdirSync(draft)) renameSync(join(draft, name), join(dist, name));
rmSync(draft, { recursive: true });
writeFileSync(stampFile, now);
