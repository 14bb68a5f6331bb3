import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../lib/log.js';
import { changeSettings } from '../settings.js';
import { holdFreePort } from './held-socket.js';
import { HostPorts, nearPort, PortTakenError } from './ports.js';

describe('nearPort', () => {
  it.each([
    [undefined, 20_000],
    ['mysql', 20_000],
    ['3306', 3306],
    ['80', 8080],
  ])('of %s is %i', (port, near) => expect(nearPort(port)).toBe(near));
});

describe('HostPorts', () => {
  let directory = '';
  let file = '';
  let open: HostPorts[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'holdfast-'));
    file = join(directory, 'settings.json');
    open = [];
  });

  afterEach(async () => {
    for (const ports of open) await release(ports);
    rmSync(directory, { recursive: true });
  });

  async function release(ports: HostPorts): Promise<void> {
    await ports.api[Symbol.asyncDispose]();
    for (const { socket } of ports.published) await socket[Symbol.asyncDispose]();
  }

  async function opened(): Promise<HostPorts> {
    const ports = await HostPorts.open(file, undefined, silentLogger);
    open.push(ports);
    return ports;
  }

  const service = (name: string) => ({ namespace: 'default', service: name, near: 32_000 });

  it('remember what they were', async () => {
    const first = await opened();
    const { hostPort } = (await first.publish(service('a'))).published;
    expect((await first.publish(service('a'))).published.hostPort).toBe(hostPort);
    const api = first.api.port;
    await release(first);
    open = [];
    const second = await opened();
    expect(second.api.port).toBe(api);
    expect(second.published.map(({ published }) => published)).toEqual([
      { namespace: 'default', service: 'a', hostPort },
    ]);
  });

  it('move when they are taken, and never to where another one was', async () => {
    await using other = await holdFreePort(32_100);
    const [taken, free] = [other.port, other.port + 1];
    const published = [
      { namespace: 'default', service: 'a', hostPort: taken },
      { namespace: 'default', service: 'b', hostPort: free },
    ];
    changeSettings(file, { apiPort: 32_200, published });
    const ports = await opened();
    const byService = new Map(
      ports.published.map((each) => [each.published.service, each.published.hostPort]),
    );
    expect(byService.get('b')).toBe(free);
    expect(byService.get('a')).toBeGreaterThan(free);
    await expect(ports.publish({ ...service('c'), hostPort: taken })).rejects.toThrow(PortTakenError);
  });

  it('are given back', async () => {
    const ports = await opened();
    const { hostPort } = (await ports.publish(service('a'))).published;
    expect(await ports.unpublish(hostPort)).toBe(true);
    expect(await ports.unpublish(hostPort)).toBe(false);
    await using again = await holdFreePort(hostPort);
    expect(again.port).toBe(hostPort);
  });
});
