import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headless, notebookSet } from '../course/other-manifests.js';
import { added, traces } from '../machine/traces.js';
import { environmentOf, type Machine, machine, startMachine } from '../tools/machine.js';
import { podOf, setIsReady } from '../tools/objects.js';
import { startToolbox } from '../tools/toolbox.js';
import { expectOneLine } from './one-line.js';

const manifest = `${headless('notebook')}---${notebookSet.replace('replicas: 3', 'replicas: 1')}`;

/** How often the only member of the set was started, by what stands on its volume. */
async function starts({ kubectl }: Machine): Promise<number> {
  return Number(await kubectl.ok(['exec', 'notebook-0', '--', 'sh', '-c', 'wc -l </pages/starts']));
}

/** Applies the set and waits for it. */
async function apply({ kubectl }: Machine): Promise<void> {
  await kubectl.ok(['apply', '-f', '-'], { input: manifest });
  await setIsReady(kubectl, 'notebook', 1);
}

/** A simulated cluster of the same name comes and goes, and the one that runs containers neither becomes it nor loses anything by it. */
async function namesakeOnPaper(real: Machine): Promise<void> {
  expect(expectOneLine(await real.holdfast(['up', '--simulated']))).toContain(
    `cluster ${real.cluster.paths.name} runs containers and cannot become simulated`,
  );
  const home = await mkdtemp(join(tmpdir(), 'holdfast-paper-'));
  const paper = { env: { ...environmentOf(real.cluster), HOLDFAST_HOME: home } };
  expect(await real.ok(['up', '--simulated'], paper)).toContain('no container runs in it');
  expect(await real.ok(['down', '--purge'], paper)).toContain('is gone, with its data');
  // It went with its only cluster; unless something failed.
  await rm(home, { recursive: true, force: true });
  expect((await real.cluster.status()).state).toBe('running');
  // It would have been started again.
  expect(await starts(real)).toBe(2);
}

describe('two clusters', () => {
  it('run side by side with the same addresses, and do not see one another', async () => {
    await using one = await startMachine('left');
    await using two = await startMachine('right');
    await Promise.all([apply(one), apply(two)]);
    const [left, right] = await Promise.all([startToolbox(one.kubectl), startToolbox(two.kubectl)]);
    await one.kubectl.ok(['exec', 'notebook-0', '--', 'sh', '-c', 'echo mine >>/pages/starts']);
    expect([await starts(one), await starts(two)]).toEqual([2, 1]);
    const name = 'notebook-0.notebook.default.svc.cluster.local';
    for (const [side, toolbox] of [
      [one, left],
      [two, right],
    ] as const)
      expect(await toolbox.addresses(name)).toEqual([
        (await podOf(side.kubectl, 'notebook-0')).status?.podIP,
      ]);
    await namesakeOnPaper(one);
    expect(await one.ok(['down'])).toContain('is down');
    expect((await two.cluster.status()).state).toBe('running');
    expect(await right.addresses(name)).toHaveLength(1);
    expect(await starts(two)).toBe(1);
    await one.cluster.up();
    await setIsReady(one.kubectl, 'notebook', 1);
    expect(await starts(one)).toBe(3);
  });
});

describe('down', () => {
  it.each([
    ['', []],
    [', also when daemon and containerd were killed first', ['daemon', 'containerd']],
  ] as const)('leaves nothing but the data, purge nothing at all%s', async (_when, killed) => {
    await using one = await machine('leave');
    const before = await traces(one.cluster.paths);
    expect(await one.ok(['up'])).toContain('is up at');
    await apply(one);
    const status = await one.cluster.status();
    for (const program of killed) process.kill(status[program].pid ?? Number.NaN, 'SIGKILL');
    await one.ok(['down']);
    expect(added(before, await traces(one.cluster.paths))).toEqual([]);
    expect(existsSync(one.cluster.paths.state)).toBe(true);
    expect(await one.ok(['status'])).toContain('is stopped; its data is kept');
    expect(await one.ok(['down'])).toContain('was not running');
    await one.ok(['up']);
    await setIsReady(one.kubectl, 'notebook', 1);
    expect(await starts(one)).toBe(2);
    await one.ok(['down', '--purge']);
    expect(added(before, await traces(one.cluster.paths))).toEqual([]);
    expect(existsSync(one.cluster.paths.state)).toBe(false);
    expect(await one.ok(['status'])).toContain('there is no cluster');
  });
});
