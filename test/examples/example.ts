import { expect } from 'vitest';
import type { Pod } from '../../src/api/generated/core-v1.js';
import type { Kubectl } from '../tools/kubectl.js';
import type { Machine } from '../tools/machine.js';
import { claimOf, podIsNew, podOf } from '../tools/objects.js';
import { type ReadmeRun, readmeCommands, runReadme } from '../tools/readme.js';
import { toolboxIn } from '../tools/toolbox.js';

/** Runs the commands of an example's README under a heading; each must succeed and print what is said behind it. */
export async function followReadme(
  machine: Machine,
  readme: string,
  heading: string,
): Promise<readonly ReadmeRun[]> {
  const commands = await readmeCommands(readme, heading);
  const runs = await runReadme(machine, commands);
  const shown = runs.map(({ command, printed }) => `$ ${command}\n${printed}`).join('\n');
  expect(
    runs.map(({ command, code }) => `${code} ${command}`),
    shown,
  ).toEqual(commands.map(({ command }) => `0 ${command}`));
  for (const { command, prints, printed } of runs) {
    for (const part of prints.split(', ')) expect(printed, command).toContain(part);
  }
  return runs;
}

/** The host's port of a published Service. */
export async function publishedPort({ cluster }: Machine, service: string): Promise<number> {
  const { published } = await cluster.status();
  return published.find((one) => one.service === service)?.hostPort ?? Number.NaN;
}

/** Deletes a Pod and waits until its successor is ready, which must have its name, its claim and its DNS name. */
export async function expectSameIdentity(
  kubectl: Kubectl,
  pod: string,
  how: { readonly deletion: readonly string[]; readonly seenFrom: string },
): Promise<Pod> {
  const set = pod.replace(/-\d+$/, '');
  const before = await podOf(kubectl, pod);
  const claim = await claimOf(kubectl, `data-${pod}`);
  await kubectl.ok(['delete', 'pod', pod, '--wait=false', ...how.deletion]);
  const after = await podIsNew(kubectl, pod, before.metadata?.uid);
  const claimNow = await claimOf(kubectl, `data-${pod}`);
  expect([claimNow.metadata?.uid, claimNow.spec?.volumeName]).toEqual([
    claim.metadata?.uid,
    claim.spec?.volumeName,
  ]);
  const mounted = after.spec?.volumes?.flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []);
  expect(mounted).toEqual([`data-${pod}`]);
  const seen = toolboxIn(kubectl, how.seenFrom);
  expect(await seen.lookup(`${pod}.${set}`)).toEqual([after.status?.podIP]);
  return after;
}
