import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type Machine, startMachine } from '../tools/machine.js';
import { runProcess } from '../tools/process.js';
import { toolboxImage } from '../tools/toolbox.js';

const image = toolboxImage;

/** Says a line of each container, then each second what time it is; echoes what it is told on its terminal or its input. */
const pods = `
apiVersion: v1
kind: Pod
metadata: { name: pair, labels: { app: pair } }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - { name: left, image: "${image}", command: [sh, -c, "echo left 1; echo left 2; sleep infinity"] }
  - { name: right, image: "${image}", command: [sh, -c, "echo right 1; sleep 2; echo right 2; sleep infinity"] }
---
apiVersion: v1
kind: Pod
metadata: { name: echo, labels: { app: pair } }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - { name: main, image: "${image}", stdin: true, command: [sh, -c, "while read -r line; do echo heard $line; done; sleep infinity"] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: "${image}"
    ports: [{ name: talk, containerPort: 7000 }]
    command: [sh, -c, "while true; do echo hello from $HOSTNAME | nc -l -N 7000 >/dev/null; done"]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: talk }] }
`;

let machine: Machine;
let scratch: string;

/** What a TCP server on this machine says before it closes. */
function readPort(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.end();
  });
}

beforeAll(async () => {
  machine = await startMachine('attached');
  scratch = await mkdtemp(join(tmpdir(), 'holdfast-attached-'));
  await machine.kubectl.ok(['apply', '-f', '-'], { input: pods });
  await machine.kubectl.ok(['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s']);
  // The second line of `right`, two seconds after the first.
  await until(
    'both have spoken',
    () => machine.kubectl.ok(['logs', 'pair', '-c', 'right']),
    (text) => text.includes('right 2'),
  );
});

afterAll(async () => {
  await machine?.[Symbol.asyncDispose]();
  if (scratch !== undefined) await rm(scratch, { recursive: true, force: true });
});

describe.each(kubectlVersions)('kubectl %s with containers that run', (version) => {
  let kubectl: Kubectl;
  beforeAll(() => {
    kubectl = machine.kubectlOf(version);
  });

  it('logs of one container, of all, of several Pods', async () => {
    const first = await kubectl.run(['logs', 'pair']);
    expect(first.stdout).toBe('left 1\nleft 2\n');
    expect(first.stderr).toBe('Defaulted container "left" out of: left, right\n');
    expect(await kubectl.ok(['logs', 'pair', '-c', 'right'])).toBe('right 1\nright 2\n');
    // What comes from several at once comes in any order.
    const lines = async (...args: readonly string[]) =>
      (await kubectl.ok(['logs', ...args, '--all-containers'])).trimEnd().split('\n').toSorted();
    expect(await lines('pair')).toEqual(['left 1', 'left 2', 'right 1', 'right 2']);
    expect(await lines('pair', '--prefix', '--tail=1')).toEqual([
      '[pod/pair/left] left 2',
      '[pod/pair/right] right 2',
    ]);
    expect(await lines('-l', 'app=pair', '--tail=1')).toEqual(expect.arrayContaining(['left 2', 'right 2']));
    const many = await kubectl.run([
      'logs',
      '-f',
      '-l',
      'app=pair',
      '--all-containers',
      '--max-log-requests=2',
    ]);
    expect([many.code, many.stderr]).toEqual([
      1,
      expect.stringContaining(
        'you are attempting to follow 3 log streams, but maximum allowed concurrency is 2',
      ),
    ]);
  });

  it('logs since a time, and for how many bytes', async () => {
    const stamped = await kubectl.ok(['logs', 'pair', '-c', 'right', '--timestamps']);
    const [, second = ''] = stamped.trimEnd().split('\n');
    const [time = '', ...words] = second.split(' ');
    expect(words).toEqual(['right', '2']);
    expect(await kubectl.ok(['logs', 'pair', '-c', 'right', `--since-time=${time}`])).toBe('right 2\n');
    expect(await kubectl.ok(['logs', 'pair', '-c', 'right', '--since=1h'])).toBe('right 1\nright 2\n');
    await until(
      'a second has passed',
      () => kubectl.ok(['logs', 'pair', '-c', 'left', '--since=1s']),
      (text) => text === '',
    );
    expect(await kubectl.ok(['logs', 'pair', '-c', 'left', '--limit-bytes=4'])).toBe('left');
    const both = await kubectl.run(['logs', 'pair', '--since=1s', `--since-time=${time}`]);
    expect([both.code, both.stderr]).toEqual([
      1,
      expect.stringContaining('at most one of `sinceTime` or `sinceSeconds` may be specified'),
    ]);
    const none = await kubectl.run(['logs', 'pair', '-c', 'left', '--previous']);
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringMatching(/previous terminated container "left" in pod "pair" not found/),
    ]);
  });

  it('attach: hears what is said, and passes on what is typed', async () => {
    await using attached = kubectl.start(['attach', '-i', 'echo', '--quiet']);
    attached.write(`from ${version}\n`);
    await attached.printed(new RegExp(`heard from ${version}\\n`));
    attached.kill('SIGTERM');
    await attached.ended;
    expect(await kubectl.ok(['logs', 'echo'])).toContain(`heard from ${version}\n`);
    const nobody = await kubectl.run(['attach', 'nobody']);
    expect([nobody.code, nobody.stderr]).toEqual([
      1,
      'Error from server (NotFound): pods "nobody" not found\n',
    ]);
  });

  it('run -i --rm: the output, the exit code, and nothing left', async () => {
    const name = `once-${version.replace('.', '-')}`;
    const flags = [
      `--image=${image}`,
      '--restart=Never',
      '--quiet',
      '-i',
      '--rm',
      '--env=WHO=me',
      '--command',
      '--',
    ];
    const { code, stdout } = await kubectl.run(
      ['run', name, ...flags, 'sh', '-c', 'read -r x; echo $x $WHO; exit 4'],
      { input: 'hello\n' },
    );
    expect([code, stdout]).toEqual([4, expect.stringContaining('hello me\n')]);
    expect((await kubectl.run(['get', 'pod', name])).stderr).toBe(
      `Error from server (NotFound): pods "${name}" not found\n`,
    );
  });

  it('run -it --rm: a terminal of its own', async () => {
    const name = `typed-${version.replace('.', '-')}`;
    const { file, env } = kubectl.command;
    const inner = `${file} run ${name} --image=${image} --restart=Never --quiet -it --rm --command -- sh`;
    const command = ['script', '--quiet', '--return', '--command', inner, '/dev/null'] as const;
    const typed = 'tty; echo "sum $((40+2))"; exit\n';
    const { stdout } = await runProcess(command, { env: { ...env, TERM: 'xterm' }, input: typed });
    expect(stdout).toMatch(/sum 42\r?\n/);
    expect((await kubectl.run(['get', 'pod', name])).code).toBe(1);
  });

  it('exec: in a named container, as a command that is not there, in a Pod that is not there', async () => {
    expect(await kubectl.ok(['exec', 'pair', '-c', 'right', '--', 'sh', '-c', 'echo $HOSTNAME'])).toBe(
      'pair\n',
    );
    expect(await kubectl.ok(['exec', 'svc/web', '--', 'hostname'])).toBe('web\n');
    const missing = await kubectl.run(['exec', 'web', '--', 'no-such-program']);
    expect([missing.code, missing.stderr]).toEqual([
      expect.any(Number),
      expect.stringMatching(
        /exec failed.*no-such-program.*not found|"no-such-program": executable file not found in \$PATH/s,
      ),
    ]);
    expect(missing.code).not.toBe(0);
    const other = await kubectl.run(['exec', 'web', '-c', 'other', '--', 'true']);
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringContaining('container other is not valid for pod web'),
    ]);
    const nobody = await kubectl.run(['exec', 'nobody', '--', 'true']);
    expect([nobody.code, nobody.stderr]).toEqual([
      1,
      'Error from server (NotFound): pods "nobody" not found\n',
    ]);
  });

  it('cp: whole directories, there and back', async () => {
    const from = join(scratch, `from-${version}`);
    const big = randomBytes(2_000_000);
    await mkdir(join(from, 'inner'), { recursive: true });
    await writeFile(join(from, 'note.txt'), 'hello\n');
    await writeFile(join(from, 'inner/big.bin'), big);
    const there = `/tmp/there-${version}`;
    await kubectl.ok(['cp', from, `pair:${there}`, '-c', 'left']);
    expect(await kubectl.ok(['exec', 'pair', '-c', 'left', '--', 'cat', `${there}/note.txt`])).toBe(
      'hello\n',
    );
    const back = join(scratch, `back-${version}`);
    await kubectl.ok(['cp', `default/pair:${there}`, back, '-c', 'left']);
    expect(await readFile(join(back, 'note.txt'), 'utf8')).toBe('hello\n');
    expect((await readFile(join(back, 'inner/big.bin'))).equals(big)).toBe(true);
  });

  it('port-forward: to the target port of a Service', async () => {
    await using forward = kubectl.start(['port-forward', 'service/web', ':80']);
    const [, port] = await forward.printed(/Forwarding from 127\.0\.0\.1:(\d+) -> 7000/);
    await until(
      'it listens',
      () => kubectl.run(['exec', 'web', '--', 'ss', '-Hltn', 'sport = :7000']),
      ({ stdout }) => stdout.includes('LISTEN'),
    );
    expect(await readPort(Number(port))).toBe('hello from web\n');
    expect(forward.stdout).toContain(`Handling connection for ${port}\n`);
  });

  it('port-forward: a port that nobody listens on ends the connection, and says so', async () => {
    await using forward = kubectl.start(['port-forward', 'pod/pair', ':7001']);
    const [, port] = await forward.printed(/Forwarding from 127\.0\.0\.1:(\d+) -> 7001/);
    expect(await readPort(Number(port))).toBe('');
    await until(
      'kubectl has said it',
      () => forward.stderr,
      (text) => /connection refused/i.test(text),
    );
  });
});

it('what kubectl removes as it ends is cleared away once, without a failure', async () => {
  const log = await readFile(join(machine.cluster.paths.stateFiles.logs, 'daemon.log'), 'utf8');
  const failures = log
    .split('\n')
    .filter((line) => line.includes('"level":"error"') && line.includes('node-leftovers'));
  expect(failures).toEqual([]);
});
