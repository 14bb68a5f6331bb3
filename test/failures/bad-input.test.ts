import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { added, traces } from '../machine/traces.js';
import { holdPort } from '../tools/held-port.js';
import { environmentOf, holdfastCommand, type Machine, machine, startMachine } from '../tools/machine.js';
import { type ProcessResult, runProcess } from '../tools/process.js';
import { startRegistry } from '../tools/registry.js';
import { expectOneLine } from './one-line.js';

const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: first }\nspec: { ports: [{ port: 80 }] }\n';

/** A Pod of that image. */
function podOf(image: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: { name: one }\nspec: { containers: [{ name: main, image: "${image}" }] }\n`;
}

let files: string;

/** Writes a manifest and gives its path. */
async function fileOf(name: string, text: string): Promise<string> {
  const path = join(files, name);
  await writeFile(path, text);
  return path;
}

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'holdfast-bad-'));
});

afterAll(() => rm(files, { recursive: true, force: true }));

describe('refused before anything is started', () => {
  let stopped: Machine;
  let before: readonly string[];

  beforeAll(async () => {
    stopped = await machine('refused');
    before = await traces(stopped.cluster.paths);
  });

  afterAll(async () => {
    await stopped?.[Symbol.asyncDispose]();
  });

  /** Nothing was made, neither on the machine nor in the home. */
  async function expectUntouched(): Promise<void> {
    expect(added(before, await traces(stopped.cluster.paths))).toEqual([]);
    expect(existsSync(stopped.cluster.paths.state)).toBe(false);
  }

  it('not root', async () => {
    const asNobody = [
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      ...holdfastCommand,
    ] as const;
    const result = await runProcess([...asNobody, 'up'], { env: environmentOf(stopped.cluster) });
    expect(expectOneLine(result)).toMatch(/root/);
    await expectUntouched();
  });

  it('malformed YAML: the file and the line', async () => {
    const file = await fileOf(
      'malformed.yaml',
      `${service}---\napiVersion: v1\nkind: Pod\nmetadata: { name: x\n`,
    );
    expect(expectOneLine(await stopped.holdfast(['up', file]))).toMatch(
      /malformed\.yaml:\d+: not valid YAML: /,
    );
    const tab = await fileOf('tab.yaml', 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n');
    expect(expectOneLine(await stopped.holdfast(['up', tab]))).toMatch(/tab\.yaml:4: not valid YAML: /);
    await expectUntouched();
  });

  it.each([
    ['a file that does not exist', ['up', '/nowhere/at-all.yaml'], /\/nowhere\/at-all\.yaml: no such file/],
    [
      'a name that cannot be used',
      ['--cluster', 'Not_A_Name', 'up'],
      /cluster name "Not_A_Name" cannot be used/,
    ],
    ['a port that cannot be read', ['up', '--publish', 'a:b:c'], /--publish a:b:c: write it as/],
    ['a command for a cluster that was never up', ['kubectl', 'get', 'pods'], /was never up/],
  ])('%s', async (_what, args, said) => {
    expect(expectOneLine(await stopped.holdfast(args))).toMatch(said);
    await expectUntouched();
  });

  it('a document without a kind: the file and the line', async () => {
    const file = await fileOf('kindless.yaml', `${service}---\napiVersion: v1\nmetadata: { name: x }\n`);
    expect(expectOneLine(await stopped.holdfast(['up', file]))).toMatch(/kindless\.yaml:6: kind is not set/);
    await expectUntouched();
  });
});

describe('refused by a running cluster', () => {
  let running: Machine;

  beforeAll(async () => {
    running = await startMachine('bad');
  });

  afterAll(() => running?.[Symbol.asyncDispose]());

  /** None of the objects of a refused file was made. */
  async function expectNothingApplied(): Promise<void> {
    const { code } = await running.kubectl.run(['get', 'service', 'first']);
    expect(code).toBe(1);
  }

  it('an unknown kind, by name, and nothing of the file is applied', async () => {
    const file = await fileOf(
      'unicorn.yaml',
      `${service}---\napiVersion: v1\nkind: Unicorn\nmetadata: { name: x }\n`,
    );
    expect(expectOneLine(await running.holdfast(['up', file]))).toMatch(/unicorn\.yaml:6: .*"Unicorn"/);
    await expectNothingApplied();
  });

  it('an unknown field, by name, and nothing of the file is applied', async () => {
    const misspelt = podOf('x').replace('image:', 'imagge:');
    const file = await fileOf('misspelt.yaml', `${service}---\n${misspelt}`);
    expect(expectOneLine(await running.holdfast(['up', file]))).toMatch(
      /misspelt\.yaml:6: .*unknown field "spec\.containers\[0\]\.imagge"/,
    );
    await expectNothingApplied();
  });

  it('a field that this node does not honour, by name', async () => {
    const onHost = podOf('x').replace('spec: {', 'spec: { hostNetwork: true,');
    const file = await fileOf('host-network.yaml', `${service}---\n${onHost}`);
    expect(expectOneLine(await running.holdfast(['up', file]))).toMatch(/hostNetwork/);
    await expectNothingApplied();
  });

  it('an image that nobody can supply: its name, and why', async () => {
    const image = '127.0.0.1:9/nobody/has-it:1';
    const result = await waitInVain('nobody', image);
    expect(result.stdout).toContain(`Failed to pull image "${image}"`);
    expect(result.stdout).toMatch(/ErrImagePull|ImagePullBackOff/);
  });

  it('a registry that answers 401: so it is said, and nothing stands in', async () => {
    await using registry = await startRegistry(401);
    // A stand-in exists for mysql:8, and must not be used: the registry was reached, and said no.
    const image = `${registry.host}/library/mysql:8`;
    const result = await waitInVain('unauthorized', image);
    expect(registry.asked().length).toBeGreaterThan(0);
    expect(result.stdout).toContain(`Failed to pull image "${image}"`);
    expect(result.stdout).toMatch(/401 Unauthorized/);
    expect(result.stdout).not.toMatch(/stands in/);
  });

  /** Applies a Pod of that image, and waits for it as long as a person would who knows that it is in vain. */
  async function waitInVain(name: string, image: string): Promise<ProcessResult> {
    const file = await fileOf(`${name}.yaml`, podOf(image).replace('name: one', `name: ${name}`));
    const result = await running.holdfast(['up', file, '--timeout', '10']);
    expect(expectOneLine(result)).toContain(`not ready after 10 s: pod/${name}`);
    await running.kubectl.ok(['delete', 'pod', name, '--timeout=30s']);
    return result;
  }
});

describe('ports that are taken', () => {
  it('the next free one is used, remembered, and shown', async () => {
    await using taken = await holdPort(6443);
    await using one = await startMachine('ports');
    const { apiPort } = await one.cluster.status();
    expect(apiPort).toBeGreaterThan(6443);
    expect(taken.port).toBe(6443);
    expect(await one.ok(['status'])).toContain(`https://127.0.0.1:${apiPort}`);
    await one.cluster.down();
    await one.cluster.up();
    expect((await one.cluster.status()).apiPort).toBe(apiPort);
    await one.kubectl.ok(['get', '--raw', '/readyz']);
  });
});
