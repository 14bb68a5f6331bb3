// `npm run up`: from a plain clone to the course's replicated MySQL. Arguments are handed to `holdfast up`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, ensureModules, root } from './setup.mjs';

checkNode();
if (process.getuid?.() !== 0) {
  console.error('holdfast: containers need root: run `npm run up` as root');
  process.exit(1);
}
ensureModules();
run(join(root, 'scripts/build.mjs'));
run(
  ...[join(root, 'bin/holdfast.mjs'), 'up', join(root, 'examples/mysql/architecture.yaml')],
  ...['--publish', 'mysql-master', '--publish', 'mysql', '--timeout', '900'],
  ...process.argv.slice(2),
);

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
