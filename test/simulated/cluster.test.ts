import { readdirSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../src/api/generated/core-v1.js';
import type { ClusterStatus } from '../../src/cluster/index.js';
import { expectOneLine } from '../failures/one-line.js';
import { until } from '../tools/eventually.js';
import type { ListOf } from '../tools/objects.js';
import { type Installation, install } from './installation.js';

const many = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: many }
spec:
  serviceName: many
  replicas: 200
  podManagementPolicy: Parallel
  selector: { matchLabels: { app: many } }
  template:
    metadata: { labels: { app: many } }
    spec: { containers: [{ name: c, image: c }] }
`;

let user: Installation;

beforeAll(async () => {
  user = await install();
});

afterAll(() => user?.[Symbol.asyncDispose]());

async function status(): Promise<ClusterStatus> {
  return JSON.parse(await user.ok(['status', '-o', 'json']));
}

/** Every file of the user's home that is not the cluster's state. */
function filesBeside(): readonly string[] {
  return readdirSync(user.home, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((file) => !file.startsWith(user.state));
}

async function pods(): Promise<readonly Pod[]> {
  return (await user.kubectl.json<ListOf<Pod>>(['get', 'pods'])).items;
}

/** What tells one life of a Pod's containers from another. */
function livesOf(list: readonly Pod[]): readonly string[] {
  return list.map(({ metadata, status: is }) => {
    const [container] = is?.containerStatuses ?? [];
    return `${metadata?.name} ${metadata?.uid} ${is?.podIP} ${container?.restartCount} ${container?.state?.running?.startedAt}`;
  });
}

describe('a simulated cluster of an ordinary user', () => {
  it('comes up with the whole architecture, and says that nothing runs', async () => {
    const output = await user.ok([
      'up',
      '--simulated',
      '--simulated-nodes',
      '2',
      'examples/mysql/architecture.yaml',
    ]);
    expect(output).toMatch(
      /^cluster default is up at https:\/\/127\.0\.0\.1:\d+, simulated: no container runs in it \(2 simulated nodes\)$/m,
    );
    expect(output).toContain('statefulset/mysql: 3 of 3 ready');
    expect(output).toMatch(/^ready after \d/m);
    expect(output).toContain('mysql is up on paper only: no MySQL runs, and nothing is replicated.');
    expect(output).not.toContain('takes writes');
    expect(output).toContain(`export KUBECONFIG=${user.state}/kubeconfig`);
    // Its keeper and its daemon, neither of which is root's.
    expect(user.processes().map((pid) => statSync(`/proc/${pid}`).uid === 0)).toEqual([false, false]);
  });

  it('shows itself as simulated wherever it is looked at', async () => {
    const nodes = await user.kubectl.ok(['get', 'nodes', '-o', 'wide']);
    expect(nodes).toMatch(/^simulated-0 +Ready .* simulated:\/\/0$/m);
    expect(nodes).toMatch(/^simulated-1 +Ready .* simulated:\/\/0$/m);
    expect(await user.kubectl.ok(['get', 'nodes', '-l', 'holdfast.dev/simulated=true', '-o', 'name'])).toBe(
      'node/simulated-0\nnode/simulated-1\n',
    );
    const described = await user.kubectl.ok(['describe', 'pod', 'mysql-0']);
    expect(described).toMatch(/^Node: +simulated-\d\//m);
    expect(described).toMatch(/Container ID: +simulated:\/\//);
    expect(described).toMatch(/Image ID: +simulated:\/\/mysql:8/);
    const text = await user.ok(['status']);
    expect(text).toContain('cluster default is running, simulated: no container runs in it\n');
    expect(text).toContain('  simulated   2 simulated nodes\n');
    expect((await status()).simulated).toEqual({ nodes: 2, speed: 1 });
    expect(await user.ok(['why', 'pod/mysql-1'])).toBe(
      'Pod default/mysql-1: it runs and is ready\n\nThis cluster is simulated: no container runs in it.\n',
    );
    expect(JSON.parse(await user.ok(['why', 'pod/mysql-1', '-o', 'json']))).toMatchObject([
      { reason: 'Settled', simulated: true },
    ]);
  });

  it.each([
    [['exec', 'mysql-0', '--', 'true'], 'no command can be run in it'],
    [['logs', 'mysql-0'], 'it has no logs'],
    [['attach', 'mysql-0'], 'there is nothing to attach to'],
    [['port-forward', 'mysql-0', ':3306'], 'no port of it can be reached'],
    [['debug', 'mysql-0', '--image=busybox', '--profile=general'], 'no other can be added to look into it'],
  ])('refuses kubectl %j', async (args, why) => {
    const { code, stderr } = await user.kubectl.run(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`pod mysql-0 is simulated on node simulated-\\d: no container runs in it, so ${why}`),
    );
  });

  it.each([
    [['exec', 'mysql-0', '--', 'true'], /^holdfast: pod mysql-0 is simulated/],
    [['up', '--simulated', '--publish', 'mysql'], /--publish mysql: no port of a simulated cluster/],
    [['up', '--publish', 'mysql'], /cluster default is simulated and cannot run containers/],
    [['up'], /cluster default is simulated and cannot run containers/],
    [['up', '--simulated', '--simulated-nodes', '3'], /runs with 2 simulated nodes: take it down/],
    [['up', '--simulated-nodes', '3'], /--simulated-nodes goes with --simulated/],
    [['--cluster', 'other', 'up'], /containers need root: .* --simulated/],
    [['image', 'load', 'x.tar'], /is simulated: its nodes have no images/],
  ])('refuses holdfast %j in one line', async (args, said) => {
    // Root may make a cluster with containers; nobody else is told so.
    const result = await user.holdfast(args);
    expect(expectOneLine(result)).toMatch(said);
    expect((await status()).simulated).toEqual({ nodes: 2, speed: 1 });
  });

  it('tells whoever mistypes a rule, and warns of what containers could not have', async () => {
    const typed = await user.kubectl.run(['annotate', 'pod', 'mysql-0', 'simulated.holdfast.dev/fail=1']);
    expect(typed.code).toBe(1);
    expect(typed.stderr).toContain('must be "exit" and a code from 0 to 255');
    const overrides = '{"spec":{"hostNetwork":true}}';
    const { stderr } = await user.kubectl.run(['run', 'host', '--image=x', `--overrides=${overrides}`]);
    expect(stderr).toContain(
      'no harm in a simulated cluster, but one with containers refuses it: spec.hostNetwork',
    );
    await user.kubectl.ok(['delete', 'pod', 'host', '--wait=false']);
  });

  it('grows claims by resize', async () => {
    const output = await user.ok(['resize', 'sts/mysql', '--template', 'mysql-storage=6Gi', '--yes']);
    expect(output).toContain('done: 3 Pods run on, none was restarted');
  });

  it('runs a set of 200 Pods on its two nodes', async () => {
    await user.kubectl.ok(['apply', '-f', '-'], { input: many });
    await user.kubectl.ok(['rollout', 'status', 'statefulset/many', '--timeout=60s']);
    const on = (await pods()).map(({ spec }) => spec?.nodeName);
    expect(on.filter((name) => name === 'simulated-0').length).toBeGreaterThan(50);
    expect(on.filter((name) => name === 'simulated-1').length).toBeGreaterThan(50);
    await user.kubectl.ok(['delete', 'statefulset', 'many']);
    await until('its Pods are gone', pods, (left) => left.length === 3);
  });

  it('is started again when its daemon is killed: nothing that was acknowledged is lost, and Pods live on', async () => {
    const before = livesOf(await pods());
    const { pid } = (await status()).daemon;
    await user.kubectl.ok(['create', 'configmap', 'last-word', '--from-literal=a=b']);
    process.kill(pid ?? Number.NaN, 'SIGKILL');
    // Whoever connects now waits in the socket, which the keeper holds.
    expect(await user.kubectl.ok(['get', 'configmap', 'last-word', '-o', 'name'])).toBe(
      'configmap/last-word\n',
    );
    const after = await until('it is ready', status, ({ state }) => state === 'running');
    expect(after.daemon).toMatchObject({ restarts: 1 });
    expect(after.daemon.pid).not.toBe(pid);
    expect(livesOf(await pods())).toEqual(before);
  });

  it('gets another keeper when that is killed', async () => {
    const before = await status();
    process.kill(before.keeper.pid ?? Number.NaN, 'SIGKILL');
    const after = await until(
      'another keeper has a daemon',
      status,
      ({ state, keeper }) => state === 'running' && keeper.pid !== before.keeper.pid,
    );
    expect(after.apiPort).toBe(before.apiPort);
    expect(await user.kubectl.ok(['get', 'configmap', 'last-word', '-o', 'name'])).toBe(
      'configmap/last-word\n',
    );
  });

  it('goes down and leaves its data only, and comes up with it', async () => {
    const before = livesOf(await pods());
    expect(await user.ok(['down'])).toContain(`cluster default is down; its data is kept in ${user.state}`);
    await until('its processes have ended', user.processes, (left) => left.length === 0);
    expect(filesBeside()).toEqual([]);
    expect(await user.ok(['status'])).toBe(
      'cluster default, which is simulated, is stopped; its data is kept\n',
    );
    expect(expectOneLine(await user.holdfast(['up']))).toMatch(/is simulated and cannot run containers/);
    expect(await user.ok(['up', '--simulated'])).toContain('(2 simulated nodes)');
    expect(livesOf(await pods())).toEqual(before);
    expect(await user.ok(['down'])).toContain('is down');
    const fewer = await user.ok(['up', '--simulated', '--simulated-nodes', '1', '--simulated-speed', '10']);
    expect(fewer).toContain('(1 simulated node, Pods 10 times as fast as told)');
    expect(await user.kubectl.ok(['get', 'nodes', '-o', 'name'])).toBe('node/simulated-0\n');
  });

  it('is gone without a trace when it is purged', async () => {
    expect(await user.ok(['down', '--purge'])).toContain('cluster default is gone, with its data');
    await until('its processes have ended', user.processes, (left) => left.length === 0);
    const left = readdirSync(user.home, { recursive: true, encoding: 'utf8' });
    expect(left.filter((path) => path.includes('holdfast'))).toEqual([]);
    expect(await user.ok(['status'])).toContain('there is no cluster default');
    expect(await user.ok(['down'])).toContain('was not running');
  });
});
