import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timed, until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type Machine, startMachine } from '../tools/machine.js';
import { podOf } from '../tools/objects.js';
import { runProcess } from '../tools/process.js';
import { startToolbox, toolboxImage } from '../tools/toolbox.js';

let machine: Machine;
let scratch: string;

/** A Pod that runs a line of shell. */
function shellPod(name: string, script: string): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: "${toolboxImage}"
    command: [sh, -c, ${JSON.stringify(script)}]
    ports: [{ containerPort: 7000 }]
`;
}

/** Counts a second's tenths to its log; ends when the file appears. */
const counter =
  'n=0; until [ -e /tmp/end ]; do n=$((n+1)); echo "line $n"; sleep 0.1; done; echo last; sleep infinity';
/** Ends with 3 at its first start, and runs at its second. */
const onceFailing =
  '[ -e /dev/termination-log ] && echo told >/dev/termination-log; echo started; sleep 1; exit 3';
const speaker = 'while true; do echo "hello from $HOSTNAME" | nc -l -N 7000 >/dev/null; done';

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What a TCP server on this machine says before it closes. */
function readPort(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', reject);
    socket.end();
  });
}

beforeAll(async () => {
  machine = await startMachine('streams');
  scratch = await mkdtemp(join(tmpdir(), 'holdfast-streams-'));
  const { kubectl } = machine;
  await startToolbox(kubectl);
  const pods = [shellPod('counter', counter), shellPod('failing', onceFailing), shellPod('speaker', speaker)];
  await kubectl.ok(['apply', '-f', '-'], { input: pods.join('---') });
  await kubectl.ok(['wait', '--for=condition=Ready', 'pod/counter', 'pod/speaker', '--timeout=60s']);
});

afterAll(async () => {
  await machine?.[Symbol.asyncDispose]();
  if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
});

describe.each(kubectlVersions)('kubectl %s with containers', (version) => {
  let kubectl: Kubectl;
  beforeAll(() => {
    kubectl = machine.kubectlOf(version);
  });

  it('exec: output, stderr, exit code, environment', async () => {
    const script = 'echo out; echo err >&2; exit 7';
    expect(await kubectl.run(['exec', 'toolbox', '--', 'sh', '-c', script])).toMatchObject({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\ncommand terminated with exit code 7\n',
    });
    expect(await kubectl.ok(['exec', 'toolbox', '--', 'sh', '-c', 'echo $KUBERNETES_SERVICE_HOST'])).toBe(
      '10.96.0.1\n',
    );
    const { code, stderr } = await kubectl.run(['exec', 'toolbox', '--', 'no-such-program']);
    expect(code).toBeGreaterThan(0);
    expect(stderr).toContain('no-such-program');
  });

  it('exec -i: 10 MB arrive whole, and the end of the input ends it', async () => {
    const sent = randomBytes(10_000_000);
    const run = () => kubectl.run(['exec', '-i', 'toolbox', '--', 'cat'], { input: sent });
    const { value, seconds } = await timed(run);
    console.log(`kubectl ${version}: 10 MB there and back through exec in ${seconds.toFixed(2)} s`);
    expect([value.code, value.stderr, value.bytes.length]).toEqual([0, '', sent.length]);
    expect(sha256(value.bytes)).toBe(sha256(sent));
    const counted = await kubectl.ok(['exec', '-i', 'toolbox', '--', 'sha256sum'], { input: sent });
    expect(counted).toBe(`${sha256(sent)}  -\n`);
  });

  it('exec -it: a terminal, with its size and its exit code', async () => {
    const { file, env } = kubectl.command;
    const inner = `stty rows 33 cols 111; ${file} exec -it toolbox -- sh`;
    const typed = 'tty; stty size; echo "sum $((40+2))"; exit 5\n';
    const command = ['script', '--quiet', '--return', '--command', inner, '/dev/null'] as const;
    const { code, stdout } = await runProcess(command, { env: { ...env, TERM: 'xterm' }, input: typed });
    expect(stdout).toMatch(/\/dev\/pts\/\d+/);
    expect(stdout).toContain('33 111');
    expect(stdout).toContain('sum 42');
    expect(code).toBe(5);
  });

  it('logs: whole, from the end, with times, and of another container', async () => {
    await until(
      'three lines are there',
      () => kubectl.ok(['logs', 'counter']),
      (text) => text.startsWith('line 1\nline 2\nline 3\n'),
    );
    expect(await kubectl.ok(['logs', 'counter', '--tail=1'])).toMatch(/^(line \d+|last)\n$/);
    const [timed = ''] = (await kubectl.ok(['logs', 'counter', '--timestamps'])).split('\n');
    expect(timed).toMatch(/^\d{4}-\d\d-\d\dT\S+Z line 1$/);
    expect(await kubectl.ok(['logs', 'counter', '--limit-bytes=6'])).toBe('line 1');
    const { code, stderr } = await kubectl.run(['logs', 'counter', '-c', 'other']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('container other is not valid for pod counter'),
    ]);
  });

  it('logs -f goes on while the container speaks', async () => {
    const name = `follow-${version.replace('.', '-')}`;
    await kubectl.ok(['apply', '-f', '-'], { input: shellPod(name, counter) });
    await kubectl.ok(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s']);
    await using follow = kubectl.start(['logs', '-f', name]);
    await follow.printed(/line 5\n/);
    await kubectl.ok(['exec', name, '--', 'touch', '/tmp/end']);
    await follow.printed(/\nlast\n$/);
    expect(follow.stdout.startsWith('line 1\nline 2\nline 3\n')).toBe(true);
    // The end of the Pod is the end of its log.
    await kubectl.ok(['delete', 'pod', name, '--timeout=30s']);
    expect(await follow.ended).toBe(0);
  });

  it('a container that ends is started again, and its former log can be read', async () => {
    const pod = await until(
      'it was started again',
      () => podOf(kubectl, 'failing'),
      ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) > 0,
    );
    const last = pod.status?.containerStatuses?.[0]?.lastState?.terminated;
    expect([last?.exitCode, last?.message]).toEqual([3, 'told\n']);
    expect(await kubectl.ok(['logs', 'failing', '--previous'])).toBe('started\n');
    expect(await kubectl.ok(['describe', 'pod', 'failing'])).toMatch(/Exit Code: +3/);
  });

  it('cp: there and back', async () => {
    const sent = randomBytes(300_000);
    const from = join(scratch, `from-${version}`);
    const back = join(scratch, `back-${version}`);
    await writeFile(from, sent);
    await kubectl.ok(['cp', from, `toolbox:/tmp/copied-${version}`]);
    await kubectl.ok(['cp', `toolbox:/tmp/copied-${version}`, back]);
    expect(sha256(await readFile(back))).toBe(sha256(sent));
  });

  it('port-forward: to a port of a Pod', async () => {
    await using forward = kubectl.start(['port-forward', 'pod/speaker', ':7000']);
    const [, port] = await forward.printed(/Forwarding from 127\.0\.0\.1:(\d+) -> 7000/);
    for (const time of ['first', 'second']) {
      // It speaks to one client at a time, and kubectl ends a forward whose port nobody listens on for a moment.
      await until(
        `it listens a ${time} time`,
        () => kubectl.run(['exec', 'speaker', '--', 'ss', '-Hltn', 'sport = :7000']),
        ({ stdout }) => stdout.includes('LISTEN'),
      );
      expect(await readPort(Number(port))).toBe('hello from speaker\n');
    }
  });

  it('delete: within the grace of the Pod, or at once when forced', async () => {
    const name = `deaf-${version.replace('.', '-')}`;
    const deaf = shellPod(name, 'trap "" TERM; sleep infinity & wait; wait').replace(
      'Seconds: 1',
      'Seconds: 300',
    );
    await kubectl.ok(['apply', '-f', '-'], { input: deaf });
    await kubectl.ok(['wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s']);
    await kubectl.ok(['delete', 'pod', name, '--grace-period=1', '--timeout=30s']);
    expect((await kubectl.run(['get', 'pod', name])).code).toBe(1);
  });
});
