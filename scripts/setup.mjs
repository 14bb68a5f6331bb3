// Brings a plain clone to the point where the project's own tools run: node_modules as the lock file says.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root directory. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Ends the process with one clear line when this Node.js is too old. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`holdfast: Node.js ${process.versions.node} is too old; install 20.19 or newer`);
  process.exit(1);
}

/** Runs `npm ci` in `directory` unless what is installed there is already what its lock file says. */
export function ensureModules(directory = root) {
  if (installed(directory)) return;
  console.log(`installing npm packages in ${directory === root ? 'node_modules' : directory} ...`);
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (done.status === 0) return;
  console.error('holdfast: `npm ci` failed; see its message above');
  process.exit(1);
}

// npm writes node_modules/.package-lock.json last; each locked package must be there at its version.
function installed(directory) {
  const hidden = join(directory, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(directory, 'package-lock.json'), 'utf8')).packages;
  const have = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || have[path]?.version === entry.version,
  );
}
