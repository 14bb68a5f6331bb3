import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Exec, KubeConfig, Log, PortForward, type V1Status } from '../tools/client-node.js';
import { until } from '../tools/eventually.js';
import { type Machine, startMachine } from '../tools/machine.js';
import { toolboxImage } from '../tools/toolbox.js';
import { Kept } from './kept.js';

/** What comes to its port goes back. */
const echo =
  'mkfifo /tmp/back; echo begun; while true; do nc -l -N 7000 </tmp/back | tee -a /tmp/seen >/tmp/back; done';
const manifest = `
apiVersion: v1
kind: Pod
metadata: { name: echo }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - { name: main, image: "${toolboxImage}", command: [sh, -c, ${JSON.stringify(echo)}] }
`;

let machine: Machine;
let config: KubeConfig;
let namespace: string;

beforeAll(async () => {
  machine = await startMachine('clients');
  const { kubectl } = machine;
  await kubectl.ok(['apply', '-f', '-'], { input: manifest });
  await kubectl.ok(['wait', '--for=condition=Ready', 'pod/echo', '--timeout=60s']);
  config = new KubeConfig();
  config.loadFromString(await kubectl.ok(['config', 'view', '--raw', '--flatten']));
  namespace = await kubectl.ok(['get', 'pod', 'echo', '-o', 'jsonpath={.metadata.namespace}']);
});
afterAll(() => machine?.[Symbol.asyncDispose]());

// The other end is containerd's own streaming server.
describe("Kubernetes' client for Node.js and a real container", () => {
  it('runs a command: output, input to its end, exit code', async () => {
    const [stdout, stderr] = [new Kept(), new Kept()];
    const input = Readable.from([Buffer.from('three\nshort\nlines\n')]);
    const command = ['sh', '-c', 'wc -l; echo trouble >&2; exit 7'];
    const status = await new Promise<V1Status>((resolve, reject) => {
      new Exec(config)
        .exec(namespace, 'echo', 'main', command, stdout, stderr, input, false, resolve)
        .catch(reject);
    });
    expect(status.details?.causes).toEqual([{ reason: 'ExitCode', message: '7' }]);
    expect([stdout.text, stderr.text]).toEqual(['3\n', 'trouble\n']);
  });

  it('follows a log', async () => {
    const out = new Kept();
    const controller = await new Log(config).log(namespace, 'echo', 'main', out, { follow: true });
    await until(
      'the log is there',
      () => out.text,
      (text) => text === 'begun\n',
    );
    controller.abort();
  });

  it('forwards a port, both ways', async () => {
    const [input, output, errors] = [new PassThrough(), new Kept(), new Kept()];
    await new PortForward(config).portForward(namespace, 'echo', [7000], output, errors, input);
    for (const line of ['there and back\n', 'and once more\n']) {
      input.write(line);
      await until(
        'the answer came',
        () => output.text,
        (text) => text.endsWith(line),
      );
    }
    expect([output.text, errors.text]).toEqual(['there and back\nand once more\n', '']);
    input.end();
  });

  it('says why a port cannot be forwarded', async () => {
    const [input, output, errors] = [new PassThrough(), new Kept(), new Kept()];
    await new PortForward(config).portForward(namespace, 'echo', [7001], output, errors, input);
    await until(
      'the error came',
      () => errors.text,
      (text) => text.includes('7001'),
    );
    expect(errors.text).toContain('refused');
    expect(output.text).toBe('');
    input.end();
  });
});
