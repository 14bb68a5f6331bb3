import { mkdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event, Pod } from '../../src/api/generated/core-v1.js';
import { eventually, until } from '../tools/eventually.js';
import { recordHistory } from '../tools/history.js';
import { kubectlVersions } from '../tools/kubectl.js';
import { type Machine, startMachine } from '../tools/machine.js';
import { claimNames, isReady, type ListOf, podIsNew, podOf, podsOf, setIsReady } from '../tools/objects.js';
import { startToolbox, type Toolbox } from '../tools/toolbox.js';
import {
  claimOfDeployment,
  deployment,
  deploymentWithTemplates,
  headless,
  neverReadySet,
  notebookSet,
  setWithoutService,
  sharedDeployment,
  staticVolume,
} from './other-manifests.js';

let machine: Machine;
let toolbox: Toolbox;

/** Applies a manifest text. */
function apply(manifest: string): Promise<string> {
  return machine.kubectl.ok(['apply', '-f', '-'], { input: manifest });
}

/** Deletes what a manifest made, and waits until it is gone. */
function remove(manifest: string): Promise<string> {
  return machine.kubectl.ok(['delete', '-f', '-', '--timeout=60s'], { input: manifest });
}

/** What a member of the notebook says by its own name; it speaks to one client at a time, and is away for a moment between two. */
async function askNotebook(ordinal: number): Promise<string> {
  const ask = (): Promise<string> => toolbox.sh(`nc -w 2 notebook-${ordinal}.notebook 7000 </dev/null`);
  return (await eventually(`notebook-${ordinal} speaks`, ask)).trim();
}

beforeAll(async () => {
  machine = await startMachine('other');
  toolbox = await startToolbox(machine.kubectl);
  // Its wait is announced after ten seconds; they pass while the other tests run.
  await apply(neverReadySet);
});

afterAll(() => machine?.[Symbol.asyncDispose]());

describe('a Deployment, beside a StatefulSet', () => {
  it('M1: starts its Pods all at once, with random names and a new name and address each time', async () => {
    const { kubectl } = machine;
    await using history = recordHistory<Pod>(kubectl, '/api/v1/namespaces/default/pods');
    await apply(deployment);
    await kubectl.ok(['rollout', 'status', 'deployment/random', '--timeout=60s']);
    const pods = await podsOf(kubectl, 'app=random');
    const names = pods.map(({ metadata }) => metadata?.name ?? '');
    expect(names).toHaveLength(3);
    for (const name of names) expect(name).toMatch(/^random-[a-z0-9]{5,10}-[a-z0-9]{5}$/);
    const made = names.map(
      (name) => history.first(({ object }) => object.metadata?.name === name) ?? Number.NaN,
    );
    const firstReady = history.first(
      ({ object }) => names.includes(object.metadata?.name ?? '') && isReady(object),
    );
    expect(Math.max(...made)).toBeLessThan(firstReady ?? Number.NaN);
    const [gone] = pods;
    await kubectl.ok(['delete', 'pod', gone?.metadata?.name ?? '']);
    await kubectl.ok(['rollout', 'status', 'deployment/random', '--timeout=60s']);
    const again = await podsOf(kubectl, 'app=random');
    const fresh = again.find(({ metadata }) => !names.includes(metadata?.name ?? ''));
    expect(again).toHaveLength(3);
    expect(fresh?.status?.podIP).not.toBe(gone?.status?.podIP);
    await remove(deployment);
  });

  it('M17: its Pods share one volume', async () => {
    const { kubectl } = machine;
    await apply(`${claimOfDeployment}---${sharedDeployment}`);
    await kubectl.ok(['rollout', 'status', 'deployment/shared', '--timeout=60s']);
    const [one, two] = (await podsOf(kubectl, 'app=shared')).map(({ metadata }) => metadata?.name ?? '');
    await kubectl.ok(['exec', one ?? '', '--', 'sh', '-c', 'echo "from $HOSTNAME" >/data/note']);
    expect(await kubectl.ok(['exec', two ?? '', '--', 'cat', '/data/note'])).toBe(`from ${one}\n`);
    expect((await claimNames(kubectl)).filter((name) => name.includes('shared'))).toEqual(['shared']);
    await remove(`${sharedDeployment}---${claimOfDeployment}`);
  });

  it.each(kubectlVersions)(
    'M17: one with volumeClaimTemplates is refused by field name (kubectl %s)',
    async (version) => {
      const { code, stderr } = await machine
        .kubectlOf(version)
        .run(['apply', '-f', '-'], { input: deploymentWithTemplates });
      expect(code).toBe(1);
      expect(stderr).toContain('unknown field "spec.volumeClaimTemplates"');
    },
  );
});

describe('names', () => {
  it('M6: serviceName and its Service make the names; without them there are none', async () => {
    const { kubectl } = machine;
    await apply(setWithoutService);
    await setIsReady(kubectl, 'nameless', 1);
    expect(await toolbox.dnsStatus('nameless-0.nameless.default.svc.cluster.local')).toBe('NXDOMAIN');
    expect(await toolbox.lookup('nameless-0.nameless')).toEqual([]);
    await apply(headless('nameless'));
    // The Service selects the Pod now, but the Pod was not told to live under it.
    const { status } = await podOf(kubectl, 'nameless-0');
    await until(
      'the Service has the Pod',
      () => toolbox.addresses('nameless.default.svc.cluster.local'),
      (addresses) => addresses.includes(status?.podIP ?? ''),
    );
    expect(await toolbox.dnsStatus('nameless-0.nameless.default.svc.cluster.local')).toBe('NXDOMAIN');
    await remove(`${setWithoutService}---${headless('nameless')}`);
  });
});

describe('any stateful software', () => {
  it('M16: a set that is not MySQL keeps its names, claims and data; only the operator knows MySQL', async () => {
    const { kubectl } = machine;
    await apply(`${headless('notebook')}---${notebookSet}`);
    await setIsReady(kubectl, 'notebook', 3);
    const pages = [0, 1, 2].map((ordinal) => `pages-notebook-${ordinal}`);
    expect((await claimNames(kubectl)).filter((name) => name.includes('notebook'))).toEqual(pages);
    for (const peer of [0, 1, 2]) {
      expect(await askNotebook(peer)).toBe(`notebook-${peer} was started 1 times`);
    }
    const { uid } = (await podOf(kubectl, 'notebook-1')).metadata ?? {};
    await kubectl.ok(['delete', 'pod', 'notebook-1', '--wait=false']);
    const again = await podIsNew(kubectl, 'notebook-1', uid);
    // At once after it is ready: nothing may remember that the name was gone.
    expect(await toolbox.addresses('notebook-1.notebook.default.svc.cluster.local')).toEqual([
      again.status?.podIP,
    ]);
    expect(await askNotebook(1)).toBe('notebook-1 was started 2 times');
    expect(again.spec?.readinessGates ?? []).toEqual([]);
    const { items } = await kubectl.json<ListOf<Pod>>(['get', 'configmaps,secrets']);
    expect(items.filter(({ metadata }) => metadata?.name?.includes('notebook'))).toEqual([]);
    await remove(notebookSet);
    expect((await claimNames(kubectl)).filter((name) => name.includes('notebook'))).toEqual(pages);
    await apply(notebookSet);
    await setIsReady(kubectl, 'notebook', 3);
    expect(await askNotebook(0)).toBe('notebook-0 was started 2 times');
  });
});

describe('volumes', () => {
  it('M9: a volume made by an administrator is bound to the claim that asks for it', async () => {
    const { kubectl } = machine;
    const directory = `${machine.cluster.paths.home}/by-hand`;
    await mkdir(directory);
    await apply(staticVolume(directory));
    await kubectl.ok(['wait', '--for=jsonpath={.status.phase}=Bound', 'pvc/by-hand', '--timeout=30s']);
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/by-hand', '--timeout=60s']);
    expect((await kubectl.ok(['get', 'pv', 'by-hand', '--no-headers'])).split(/\s+/).slice(0, 7)).toEqual([
      ...['by-hand', '2Gi', 'RWO', 'Retain', 'Bound', 'default/by-hand', 'manual'],
    ]);
    expect((await kubectl.ok(['get', 'pvc', 'by-hand', '--no-headers'])).split(/\s+/).slice(0, 6)).toEqual([
      ...['by-hand', 'Bound', 'by-hand', '2Gi', 'RWO', 'manual'],
    ]);
    await kubectl.ok(['exec', 'by-hand', '--', 'sh', '-c', 'echo kept >/data/file']);
    expect(await readFile(`${directory}/file`, 'utf8')).toBe('kept\n');
    await kubectl.ok(['delete', 'pod', 'by-hand', '--timeout=60s']);
    await kubectl.ok(['delete', 'pvc', 'by-hand', '--timeout=60s']);
    await kubectl.ok(['wait', '--for=jsonpath={.status.phase}=Released', 'pv/by-hand', '--timeout=30s']);
    await kubectl.ok(['delete', 'pv', 'by-hand', '--timeout=60s']);
  });
});

describe('a predecessor that never becomes ready', () => {
  it('M2: holds the rest back, and the set says so', async () => {
    const { kubectl } = machine;
    const args = [
      'get',
      'events',
      '--field-selector',
      'involvedObject.kind=StatefulSet,involvedObject.name=stuck',
    ];
    const told = await until(
      'the wait is told',
      () => kubectl.json<ListOf<Event>>(args),
      ({ items }) => items.some(({ reason }) => reason === 'PodNotReady'),
      { timeoutMs: 30_000 },
    );
    expect(told.items.find(({ reason }) => reason === 'PodNotReady')?.message).toMatch(/stuck-0 .*stuck-1/);
    const pods = await podsOf(kubectl, 'app=stuck');
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual(['stuck-0']);
    expect(await kubectl.ok(['describe', 'statefulset', 'stuck'])).toMatch(/PodNotReady .*stuck-0/);
  });
});
