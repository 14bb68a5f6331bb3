import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StatefulSet } from '../../src/api/generated/apps-v1.js';
import type { Job } from '../../src/api/generated/batch-v1.js';
import type { ConfigMap } from '../../src/api/generated/core-v1.js';
import type { Kubectl } from '../tools/kubectl.js';
import { setIsReady } from '../tools/objects.js';
import { writeChart } from './chart.js';
import { type PaperCluster, startPaperCluster } from './paper-cluster.js';

let cluster: PaperCluster;
let chart: string;

beforeAll(async () => {
  cluster = await startPaperCluster();
  chart = await writeChart(cluster);
});
afterAll(() => cluster?.[Symbol.asyncDispose]());

/** Where what is installed goes by server-side apply, as helm 4 does by itself, and where not. */
const ways = [
  { way: 'server-side apply', namespace: 'server', flag: '--server-side=true' },
  { way: 'client-side patches', namespace: 'client', flag: '--server-side=false' },
];

describe.each(ways)('helm with $way', ({ namespace, flag }) => {
  let kubectl: Kubectl;
  const helm = (...args: readonly string[]): Promise<string> => cluster.helm.ok([...args, '-n', namespace]);
  const install = (name: string, ...args: readonly string[]) =>
    cluster.helm.run(['install', name, chart, flag, '--wait', '--timeout=20s', '-n', namespace, ...args]);
  const upgrade = (...args: readonly string[]) =>
    cluster.helm.run(['upgrade', 'notes', chart, flag, '--wait', '-n', namespace, ...args]);
  const colour = async () => (await kubectl.json<ConfigMap>(['get', 'cm', 'notes-config'])).data?.['colour'];
  const names = async (kinds: string): Promise<readonly string[]> =>
    (await kubectl.ok(['get', kinds, '-o', 'name'])).split('\n').filter((name) => name.includes('/notes'));
  const history = async (): Promise<readonly string[]> => {
    const revisions: readonly { revision: number; status: string; description: string }[] = JSON.parse(
      await helm('history', 'notes', '-o', 'json'),
    );
    return revisions.map(({ revision, status, description }) => `${revision} ${status}: ${description}`);
  };

  beforeAll(async () => {
    await cluster.kubectl('1.35').ok(['create', 'namespace', namespace]);
    kubectl = cluster.kubectl('1.35').in(namespace);
  });

  it('a dry run on the server installs nothing', async () => {
    const shown = await helm('install', 'notes', chart, flag, '--dry-run=server');
    expect(shown).toMatch(/^STATUS: pending-install$/m);
    expect(shown).toContain('# Source: notes/templates/all.yaml');
    expect(await names('all,cm,secret,role')).toEqual([]);
  });

  it('installs, with hooks before and after, and waits until all is ready', async () => {
    const { code, stdout, stderr } = await install('notes');
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    expect(stdout).toMatch(/^STATUS: deployed\nREVISION: 1\nDESCRIPTION: Install complete\n/m);
    expect(stdout).toMatch(/^NOTES:\nnotes is green\.$/m);
    const set = await kubectl.json<StatefulSet>(['get', 'sts', 'notes']);
    expect(set.status?.readyReplicas).toBe(1);
    expect(set.metadata).toMatchObject({
      labels: { 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: { 'meta.helm.sh/release-name': 'notes', 'meta.helm.sh/release-namespace': namespace },
    });
    for (const when of ['pre-install', 'post-install'])
      expect((await kubectl.json<Job>(['get', 'job', `notes-${when}`])).status?.succeeded).toBe(1);
    const manager = flag.endsWith('true') ? 'Apply' : 'Update';
    const managed = await kubectl.json<ConfigMap>(['get', 'cm', 'notes-config', '--show-managed-fields']);
    expect(managed.metadata?.managedFields).toMatchObject([{ manager: 'helm', operation: manager }]);
  });

  it('list, status and get tell what is there', async () => {
    expect(JSON.parse(await helm('list', '-o', 'json'))).toMatchObject([
      {
        name: 'notes',
        namespace,
        revision: '1',
        status: 'deployed',
        chart: 'notes-0.1.0',
        app_version: '1.0',
      },
    ]);
    const status = await helm('status', 'notes');
    expect(status).toMatch(/^STATUS: deployed$/m);
    expect(status).toMatch(/==> v1\/StatefulSet\nNAME +READY +AGE\nnotes +1\/1/);
    expect(await helm('get', 'manifest', 'notes')).toContain('kind: StatefulSet');
    expect(await helm('get', 'values', 'notes', '--all', '-o', 'json')).toContain('"colour":"green"');
    expect(await helm('get', 'hooks', 'notes')).toContain('helm.sh/hook: pre-install');
  });

  it('test runs the test Pod; it may fail', async () => {
    expect(await helm('test', 'notes', '--timeout=20s')).toMatch(
      /^TEST SUITE: +notes-test\n[\s\S]*^Phase: +Succeeded$/m,
    );
    expect(await kubectl.ok(['get', 'pod', 'notes-test', '-o', 'jsonpath={.status.phase}'])).toBe(
      'Succeeded',
    );
  });

  it('upgrades, and keeps the history', async () => {
    const { code, stdout } = await upgrade('--set', 'colour=red,replicas=2', '--timeout=20s');
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Release "notes" has been upgraded. Happy Helming!'),
    ]);
    expect(await colour()).toBe('red');
    await setIsReady(kubectl, 'notes', 2);
    expect((await kubectl.json<Job>(['get', 'job', 'notes-post-upgrade'])).status?.succeeded).toBe(1);
    expect(await history()).toEqual(['1 superseded: Install complete', '2 deployed: Upgrade complete']);
  });

  it('an upgrade that never gets ready is rolled back on request', async () => {
    const { code, stderr } = await upgrade(
      '--set',
      'stuck=true,colour=blue',
      '--rollback-on-failure',
      '--timeout=3s',
    );
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/UPGRADE FAILED: release notes failed, and has been rolled back/),
    ]);
    expect(await colour()).toBe('red');
    const last = (await history()).slice(-2);
    expect(last).toEqual([expect.stringMatching(/^3 failed: /), '4 deployed: Rollback to 2']);
    await kubectl.ok(['rollout', 'status', 'deploy/notes', '--timeout=20s']);
  });

  it('rolls back to a revision', async () => {
    expect(await helm('rollback', 'notes', '1', '--wait', '--timeout=20s')).toBe(
      'Rollback was a success! Happy Helming!\n',
    );
    expect(await colour()).toBe('green');
    await setIsReady(kubectl, 'notes', 1);
    expect((await history()).at(-1)).toBe('5 deployed: Rollback to 1');
  });

  it('a hook that fails stops the installation', async () => {
    const { code, stderr } = await install('broken', '--set', 'hookExit=1');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/INSTALLATION FAILED: failed pre-install: .*broken-pre-install/s),
    ]);
    expect((await kubectl.run(['get', 'sts', 'broken'])).code).toBe(1);
    await helm('uninstall', 'broken');
  });

  it('upgrade --install installs what is not there; a second install is refused', async () => {
    const flags = ['--install', flag, '--wait', '--timeout=20s', '-n', namespace];
    const { code, stdout } = await cluster.helm.run(['upgrade', 'other', chart, ...flags]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('Release "other" does not exist. Installing it now.'),
    ]);
    const twice = await install('other');
    expect([twice.code, twice.stderr]).toEqual([
      1,
      expect.stringContaining('cannot reuse a name that is still in use'),
    ]);
    await helm('uninstall', 'other', '--wait', '--timeout=20s');
  });

  it('uninstalls everything but the hooks', async () => {
    expect(await helm('uninstall', 'notes', '--wait', '--timeout=20s')).toBe('release "notes" uninstalled\n');
    expect(await names('sts,deploy,svc,cm,secret,sa,role,rs')).toEqual([]);
    expect(JSON.parse(await helm('list', '-o', 'json'))).toEqual([]);
    expect(await names('jobs')).toContain('job.batch/notes-post-install');
  });
});

describe('helm template', () => {
  it('renders what kubectl applies, first and again', async () => {
    const kubectl = cluster.kubectl('1.35');
    const render = (...args: readonly string[]) =>
      cluster.helm.ok(['template', 'drawn', chart, '--no-hooks', ...args]);
    await kubectl.ok(['apply', '-f', '-'], { input: await render() });
    await setIsReady(kubectl, 'drawn', 1);
    const again = await kubectl.ok(['apply', '-f', '-'], { input: await render('--set', 'replicas=2') });
    expect(again).toContain('configmap/drawn-config unchanged\n');
    expect(again).toContain('statefulset.apps/drawn configured\n');
    await setIsReady(kubectl, 'drawn', 2);
  });
});
