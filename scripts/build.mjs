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
  for (const file of [...sources, join(root, 'package-lock.json'), fileURLToPath(import.meta.url)].sort()) {
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
const options = {
  absWorkingDir: root,
  entryPoints,
  outdir: draft,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Native modules cannot be bundled; they are found in node_modules beside dist/.
  external: ['lmdb'],
  // Schema data lies in the bundle; a daemon that is started a hundred times should parse as little as it can.
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: 'none',
  sourcemap: false,
  logLevel: 'warning',
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
};
try {
  await build(options);
} catch {
  // esbuild has said what is wrong.
  rmSync(draft, { recursive: true });
  process.exit(1);
}
for (const name of readdirSync(draft)) renameSync(join(draft, name), join(dist, name));
rmSync(draft, { recursive: true });
writeFileSync(stampFile, now);
