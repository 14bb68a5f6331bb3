import { spawn } from 'node:child_process';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish } from '../../src/cluster/index.js';
import { startTestCluster, type TestCluster } from './cluster.js';

/** Something that is asked all the time; `stop` gives the longest time without an answer, in milliseconds. */
interface Probe {
  stop(): Promise<number>;
}

/** Asks the API through a published port, over a new connection each time. */
function probePort(port: number): Probe {
  let [last, longest, stopped] = [performance.now(), 0, false];
  const once = (): Promise<boolean> =>
    new Promise((resolve) => {
      const outgoing = request(
        { host: '127.0.0.1', port, path: '/readyz', agent: false, rejectUnauthorized: false },
        (response) => {
          response.resume().once('end', () => resolve(true));
        },
      );
      outgoing.once('error', () => resolve(false)).end();
    });
  const loop = async (): Promise<void> => {
    while (!stopped) {
      if (!(await once())) continue;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopped = true;
      await running;
      return Math.round(longest);
    },
  };
}

/** Asks DNS from inside the node's network. */
async function probeDns(netns: string): Promise<Probe> {
  const script = fileURLToPath(new URL('dns-probe.mjs', import.meta.url));
  const child = spawn('nsenter', [`--net=${netns}`, process.execPath, script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await expect.poll(() => output, { timeout: 10_000 }).toContain('answered');
  return {
    stop: async () => {
      child.stdin.end();
      await new Promise((resolve) => child.once('close', resolve));
      return Number(output.trim().split('\n').at(-1));
    },
  };
}

describe('what a kill costs', () => {
  let cluster: TestCluster;
  let port = 0;

  beforeAll(async () => {
    cluster = await startTestCluster('out');
    port = (await publish(cluster.paths, { namespace: 'default', service: 'kubernetes', near: 24_000 }))
      .hostPort;
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  it.each(['daemon', 'keeper', 'containerd'] as const)('kill -9 of the %s', async (program) => {
    const dns = await probeDns(cluster.paths.netns.path);
    const published = probePort(port);
    const before = await cluster.status();
    process.kill(before[program].pid ?? Number.NaN, 'SIGKILL');
    await expect
      .poll(
        async () => {
          const now = await cluster.status();
          return now.state === 'running' && now[program].pid !== before[program].pid;
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    const [withoutDns, withoutPort] = [await dns.stop(), await published.stop()];
    console.info(
      `kill -9 of the ${program}: ${withoutDns} ms without DNS, ${withoutPort} ms without published ports`,
    );
    // A wide bound: it tells an outage that ends by itself from one that does not.
    expect(Math.max(withoutDns, withoutPort)).toBeLessThan(10_000);
  });
});
