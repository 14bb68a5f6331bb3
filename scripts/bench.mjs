// `npm run bench [-- PART...]`: builds, measures, and writes bench/results.md. Needs root.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, ensureModules, root } from './setup.mjs';

checkNode();
ensureModules();
ensureModules(join(root, 'test/tools'));
for (const args of [
  [join(root, 'scripts/build.mjs')],
  ['--import', 'tsx', join(root, 'bench/main.ts'), ...process.argv.slice(2)],
]) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
