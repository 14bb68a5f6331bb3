// `npm run verify`: rebuilds every generated file in a scratch folder and compares it with what is committed.
// With --write it replaces the committed files instead. Exits 1 with the list of files that differ.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkNode, ensureModules, root } from './setup.mjs';

/** Folders that hold nothing but generated files. */
const generated = ['src/api/generated', 'src/api/schema/generated'];

/** Single files that are made from code. */
const pages = ['docs/api.md', 'docs/why.md'];

checkNode();
ensureModules();
ensureModules(join(root, 'scripts/gen'));
process.exitCode = process.argv.includes('--write') ? write() : compare();

function write() {
  for (const folder of generated) rmSync(join(root, folder), { recursive: true, force: true });
  return generate(root);
}

function compare() {
  const scratch = mkdtempSync(join(tmpdir(), 'holdfast-verify-'));
  try {
    const status = generate(scratch);
    if (status !== 0) return status;
    const inFolders = generated.flatMap((folder) => differences(folder, scratch));
    return report([...inFolders, ...pages.flatMap((path) => different(path, scratch))]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The types and schemas first: the pages are made from them too. */
function generate(target) {
  return run('scripts/gen/src/main.ts', target) || run('scripts/docs/main.ts', target);
}

function run(script, target) {
  const arguments_ = ['--import', 'tsx', join(root, script), target];
  return spawnSync(process.execPath, arguments_, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

function differences(folder, scratch) {
  const names = new Set([...filesIn(join(root, folder)), ...filesIn(join(scratch, folder))]);
  return [...names].sort().flatMap((name) => different(join(folder, name), scratch));
}

function different(path, scratch) {
  const why = difference(join(root, path), join(scratch, path));
  return why === undefined ? [] : [`${path}: ${why}`];
}

function filesIn(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function difference(committed, rebuilt) {
  if (!existsSync(committed)) return 'missing';
  if (!existsSync(rebuilt)) return 'not generated any more';
  return readFileSync(committed).equals(readFileSync(rebuilt)) ? undefined : 'differs';
}

function report(list) {
  if (list.length === 0) {
    console.log('generated files: as committed');
    return 0;
  }
  console.error(
    `generated files that are not as the generator makes them (node scripts/verify.mjs --write):\n${list.join('\n')}`,
  );
  return 1;
}
