// `npm test`: every check and suite, each with its time, and a last line "N passed, M failed".
// --long draws what is generated anew and adds what does not fit into a CI run; --only NAME[,NAME] runs a part.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { checkNode, ensureModules, root } from './setup.mjs';

checkNode();
ensureModules();
ensureModules(join(root, 'test/tools'));

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
const bin = (name) => join(root, 'node_modules/.bin', name);
const check = (name, command, ...args) => ({ name, run: () => runCheck(command, args) });
const suite = (name, project, env = {}) => ({ name, run: () => runSuite(name, project, env) });

const long = process.argv.includes('--long');
// A red test shall mean that something was changed; what chance finds is looked for in the long run.
if (long) {
  process.env.HOLDFAST_SEED ??= String(Date.now() % 2 ** 31);
  console.log(`HOLDFAST_SEED=${process.env.HOLDFAST_SEED}`);
}

const steps = [
  check('format and lint', bin('biome'), 'check', '.'),
  check('types', bin('tsc'), '--noEmit'),
  check('unused code', bin('knip')),
  check('generated files', process.execPath, join(root, 'scripts/verify.mjs')),
  suite('unit', 'unit'),
  suite('histories', 'histories'),
  suite('kubectl', 'kubectl'),
  check('build', process.execPath, join(root, 'scripts/build.mjs')),
  suite('machine', 'machine'),
  suite('containers', 'containers'),
  ...(long ? [suite('more histories', 'histories', { HOLDFAST_RUNS: '100000' })] : []),
];

let passed = 0;
let failed = 0;
const report = [];
const broken = [];
for (const step of steps.filter(wanted)) {
  const started = process.hrtime.bigint();
  console.log(`\n== ${step.name}`);
  const result = step.run();
  passed += result.passed;
  failed += result.failed;
  broken.push(...result.broken.map((line) => `${step.name}: ${line}`));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  report.push(
    `${step.name.padEnd(18)} ${seconds.toFixed(1).padStart(7)} s  ${result.passed} passed, ${result.failed} failed`,
  );
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${report.join('\n')}`);
// Again at the end: of a long run often only that is kept, and the name alone of what failed is half the way to its cause.
if (broken.length > 0) console.log(`\nFailed:\n${broken.join('\n')}\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function wanted(step) {
  const at = process.argv.indexOf('--only');
  return at < 0 || (process.argv[at + 1] ?? '').split(',').includes(step.name);
}

function runCheck(command, args) {
  const ok = spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
  return ok
    ? { passed: 1, failed: 0, broken: [] }
    : { passed: 0, failed: 1, broken: [`${command} ${args.join(' ')}`] };
}

function runSuite(name, project, env) {
  const output = join(scratch, `${name.replaceAll(' ', '-')}.json`);
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${output}`,
  ];
  const all = { ...process.env, ...env };
  const status = spawnSync(bin('vitest'), args, { cwd: root, stdio: 'inherit', env: all }).status;
  if (!existsSync(output)) return { passed: 0, failed: 1, broken: ['no test was run'] };
  const result = JSON.parse(readFileSync(output, 'utf8'));
  const lines = result.testResults.flatMap(failuresOf);
  // Vitest fails without a failed test when an error was thrown outside of all of them.
  if (lines.length === 0 && status !== 0) lines.push('an error outside of the tests (see above)');
  const { numPassedTests: passed, numFailedTests } = result;
  return { passed, failed: Math.max(numFailedTests, lines.length), broken: lines };
}

/** The failed tests of a file, each with the beginning of its message; or the file, when it could not be loaded. */
function failuresOf(file) {
  const path = relative(root, file.name);
  const start = (message) =>
    (message ?? '')
      .split('\n')
      .filter((line) => !line.includes('node_modules'))
      .join('\n')
      .slice(0, 1500);
  const tests = file.assertionResults.filter((test) => test.status === 'failed');
  if (tests.length === 0 && file.status === 'failed') return [`${path}\n${start(file.message)}`];
  return tests.map((test) => `${path} > ${test.fullName}\n${start(test.failureMessages[0])}`);
}
