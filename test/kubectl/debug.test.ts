import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../src/api/generated/core-v1.js';
import { until } from '../tools/eventually.js';
import { type Kubectl, kubectlVersions } from '../tools/kubectl.js';
import { type Machine, startMachine } from '../tools/machine.js';
import { runProcess } from '../tools/process.js';
import { toolboxImage } from '../tools/toolbox.js';

const namespace = (version: string): string => `debug-${version.replace('.', '-')}`;

/** A Pod whose one process has a name to look for, and a job that runs next to it. */
function objectsIn(name: string): string {
  return `
apiVersion: v1
kind: Namespace
metadata: { name: ${name} }
---
apiVersion: v1
kind: Pod
metadata: { name: app, namespace: ${name} }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - { name: app, image: "${toolboxImage}", command: [sleep, "86399"] }
---
apiVersion: batch/v1
kind: Job
metadata: { name: task, namespace: ${name} }
spec:
  completions: 2
  parallelism: 2
  completionMode: Indexed
  template:
    spec:
      restartPolicy: Never
      containers:
      - { name: c, image: "${toolboxImage}", command: [sh, -c, 'echo "index $JOB_COMPLETION_INDEX on $HOSTNAME"'] }
`;
}

let machine: Machine;

beforeAll(async () => {
  machine = await startMachine('debug');
});

afterAll(() => machine?.[Symbol.asyncDispose]());

describe.each(kubectlVersions)('kubectl %s debug with containers', (version) => {
  let kubectl: Kubectl;

  beforeAll(async () => {
    kubectl = machine.kubectlOf(version).in(namespace(version));
    await kubectl.ok(['apply', '-f', '-'], { input: objectsIn(namespace(version)) });
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/app', '--timeout=60s']);
  });

  afterAll(() => kubectl?.ok(['delete', 'namespace', namespace(version), '--wait=false']));

  const image = `--image=${toolboxImage}`;
  const pull = '--image-pull-policy=IfNotPresent';

  it('a Job runs in containers, and each of its Pods knows its index', async () => {
    await kubectl.ok(['wait', '--for=condition=complete', 'job/task', '--timeout=60s']);
    const logs = await kubectl.ok(['logs', '-l', 'job-name=task', '--tail=-1']);
    expect(logs.trimEnd().split('\n').sort()).toEqual(['index 0 on task-0', 'index 1 on task-1']);
  });

  it('a container that sees the processes of its target, and does not count for the Pod', async () => {
    await kubectl.ok([
      ...['debug', 'app', image, pull, '--target=app', '--container=look', '--'],
      ...['sh', '-c', 'tr "\\0" " " </proc/1/cmdline; echo; sleep 3600'],
    ]);
    const running = (): Promise<Pod> => kubectl.json<Pod>(['get', 'pod', 'app']);
    const pod = await until(
      'it runs',
      running,
      ({ status }) => status?.ephemeralContainerStatuses?.[0]?.state?.running !== undefined,
    );
    expect(pod.spec?.ephemeralContainers).toMatchObject([{ name: 'look', targetContainerName: 'app' }]);
    expect(pod.status).toMatchObject({
      phase: 'Running',
      ephemeralContainerStatuses: [{ name: 'look', ready: false, restartCount: 0 }],
    });
    expect(pod.status?.containerStatuses).toHaveLength(1);
    await until(
      'it says what it sees',
      () => kubectl.ok(['logs', 'app', '-c', 'look']),
      (text) => text.includes('sleep 86399'),
    );
    expect(await kubectl.ok(['exec', 'app', '-c', 'look', '--', 'cat', '/proc/1/comm'])).toBe('sleep\n');
    expect(await kubectl.ok(['describe', 'pod', 'app'])).toMatch(/^Ephemeral Containers:\n {2}look:\n/m);
  });

  it('a container that ends is not run again, and the Pod stays ready', async () => {
    await kubectl.ok(['debug', 'app', image, pull, '--container=brief', '--', 'sh', '-c', 'exit 4']);
    const ended = await until(
      'it has ended',
      () => kubectl.json<Pod>(['get', 'pod', 'app']),
      ({ status }) =>
        status?.ephemeralContainerStatuses?.some(({ state }) => state?.terminated !== undefined) === true,
    );
    const brief = ended.status?.ephemeralContainerStatuses?.find(({ name }) => name === 'brief');
    expect(brief).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 4, reason: 'Error' } } });
    expect(await kubectl.ok(['get', 'pod', 'app'])).toMatch(/\napp +1\/1 +Running +0 /);
  });

  it('-it: a terminal in the new container', async () => {
    const { file, env } = kubectl.command;
    // What is printed before kubectl is attached is in the log only, so it waits for a line, and leaves time to read the answer.
    const script = 'read line; cat /proc/1/comm; echo "sum $((40+2)) $line"; tty; sleep 2';
    const debug = ['-n', namespace(version), 'debug', '-it', 'app', image, pull, '--target=app'];
    const inner = [file, ...debug, '--', 'sh', '-c', `'${script}'`].join(' ');
    const command = ['script', '--quiet', '--return', '--command', inner, '/dev/null'] as const;
    const { code, stdout } = await runProcess(command, {
      env: { ...env, TERM: 'xterm' },
      input: 'typed\n',
      timeoutMs: 60_000,
    });
    expect([code, stdout]).toEqual([0, expect.stringContaining('sum 42 typed')]);
    expect(stdout).toMatch(/sleep\r?\n/);
  });

  it('--copy-to: a copy of the Pod with a container more', async () => {
    await kubectl.ok([
      ...['debug', 'app', '--copy-to=copy', image, pull, '--container=beside', '--share-processes', '--'],
      ...['sleep', '3600'],
    ]);
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/copy', '--timeout=60s']);
    const seen = await kubectl.ok([
      'exec',
      'copy',
      '-c',
      'beside',
      '--',
      'sh',
      '-c',
      'cat /proc/[0-9]*/cmdline | tr "\\0" " "',
    ]);
    expect(seen).toContain('sleep 86399');
    await kubectl.ok(['delete', 'pod', 'copy', '--now']);
  });

  it('node/...: refused by name, since a Pod has no way into the host here', async () => {
    const { code, stderr } = await kubectl.run(['debug', 'node/node-0', image, '--', 'true']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/spec\.hostNetwork: Forbidden: .*\n?[\s\S]*spec\.hostPID: Forbidden: /);
  });

  it('the Pod goes with all that was added to it', async () => {
    await kubectl.ok(['delete', 'pod', 'app', '--timeout=30s']);
    expect((await kubectl.run(['get', 'pod', 'app'])).stderr).toContain('not found');
  });
});
