// `npm run up`: from a plain clone to the course's replicated MySQL. Arguments are handed to `holdfast up`; with `--simulated` it all
// comes up on paper, for which nobody has to be root, and no port is published.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, ensureModules, root } from './setup.mjs';

checkNode();
const simulated = process.argv.includes('--simulated');
if (!simulated && process.getuid?.() !== 0) {
  console.error('holdfast: containers need root: run `npm run up` as root, or `npm run up -- --simulated`');
  process.exit(1);
}
ensureModules();
run(join(root, 'scripts/build.mjs'));
run(
  ...[join(root, 'bin/holdfast.mjs'), 'up', join(root, 'examples/mysql/architecture.yaml')],
  ...(simulated ? [] : ['--publish', 'mysql-master', '--publish', 'mysql', '--timeout', '900']),
  ...process.argv.slice(2),
);

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
