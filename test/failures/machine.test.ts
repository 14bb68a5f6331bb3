import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/lib/run.js';
import type { TestCluster } from '../machine/cluster.js';
import { added, traces } from '../machine/traces.js';
import { environmentOf, holdfastCommand, machine } from '../tools/machine.js';
import { runProcess } from '../tools/process.js';
import { mountSmallDisk } from '../tools/small-disk.js';
import { toolboxImage } from '../tools/toolbox.js';
import { expectOneLine } from './one-line.js';

const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: one }\nspec:\n  terminationGracePeriodSeconds: 1\n  containers: [{ name: main, image: "${toolboxImage}", command: [sleep, infinity] }]\n`;

/**
 * Runs a command on this machine as it would be without containerd, without any installed package and without a source of
 * packages: apt-get is the real one, and everything is seen by this command alone.
 */
const withoutPackages = `
  empty=$(mktemp); chmod 644 $empty
  for program in $(command -v containerd || true); do mount --bind $empty $program; done
  for directory in /etc/apt /var/lib/apt /var/cache/apt; do mount -t tmpfs none $directory; done
  mkdir -p /etc/apt/apt.conf.d /etc/apt/preferences.d /var/lib/apt/lists/partial /var/cache/apt/archives/partial
  mount --bind $empty /var/lib/dpkg/status
  rm $empty
  exec "$@"`;

describe('containerd that is missing and cannot be installed', () => {
  it('is named in one line, and nothing is begun', async () => {
    await using one = await machine('bare');
    const before = await traces(one.cluster.paths);
    const command = [
      'unshare',
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-ec',
      withoutPackages,
      'sh',
    ] as const;
    const env = environmentOf(one.cluster);
    const line = expectOneLine(await runProcess([...command, ...holdfastCommand, 'up'], { env }));
    expect(line).toMatch(/apt-get could not install containerd/);
    expect(line).toMatch(/[Uu]nable to locate package|no installation candidate/);
    expect(added(before, await traces(one.cluster.paths))).toEqual([]);
    expect(existsSync(one.cluster.paths.state)).toBe(false);
  });
});

describe('a full disk', () => {
  it('while the cluster starts: one line, and it can be taken down without a trace', async () => {
    await using one = await machine('tiny');
    const { paths } = one.cluster;
    await using _disk = await mountSmallDisk(1, paths.home);
    await using _programs = killedAtEnd(one.cluster);
    const before = await traces(paths);
    const up = await one.holdfast(['up']);
    const down = await one.holdfast(['down', '--purge'], { timeoutMs: 60_000 });
    expect(expectOneLine(up)).toMatch(/no space left on device/i);
    expect([down.code, down.stdout]).toEqual([0, expect.stringContaining('is gone, with its data')]);
    expect(added(before, await traces(paths))).toEqual([]);
  });

  it('while a Pod is to start: so it is said, and it goes on when there is room', async () => {
    await using one = await machine('full');
    const { paths } = one.cluster;
    await using _disk = await mountSmallDisk(1024, paths.home);
    await using _programs = killedAtEnd(one.cluster);
    const ballast = join(paths.home, 'ballast');
    await run('fallocate', ['-l', '960M', ballast]);
    const failed = await one.holdfast(['up', '-', '--timeout', '10'], { input: pod });
    expect(expectOneLine(failed)).toMatch(/not ready after 10 s: pod\/one/);
    expect(failed.stdout).toMatch(
      /no node takes it: node-0 has the taint node\.kubernetes\.io\/disk-pressure:NoSchedule \(kubelet has disk pressure: \d+ MiB of its disk are free/,
    );
    await rm(ballast);
    const again = await one.holdfast(['up', '-', '--timeout', '90'], { input: pod });
    expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/^pod\/one unchanged$/m)]);
    expect((await one.holdfast(['down', '--purge'])).code).toBe(0);
  });
});

/** Ends what a failed test left running: on a full disk even taking it down may be what fails. */
function killedAtEnd(cluster: TestCluster): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      const { keeper, daemon, containerd } = await cluster.status();
      for (const { pid } of [keeper, daemon, containerd]) {
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      }
    },
  };
}
