import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../src/api/generated/core-v1.js';
import { type History, recordHistory } from '../tools/history.js';
import { type Machine, startMachine } from '../tools/machine.js';
import { claimNames, isReady, podOf, podsOf } from '../tools/objects.js';
import { type Toolbox, toolboxIn } from '../tools/toolbox.js';
import { followReadme } from './example.js';

const readme = 'examples/deployment-beside-statefulset/README.md';
const ownNames = ['by-statefulset-0', 'by-statefulset-1'];

let machine: Machine;
let history: History<Pod>;
let toolbox: Toolbox;
let randomNames: readonly string[];

beforeAll(async () => {
  machine = await startMachine('comparison');
  history = recordHistory<Pod>(machine.kubectl, '/api/v1/namespaces/default/pods');
  await followReadme(machine, readme, 'Start');
  toolbox = toolboxIn(machine.kubectl, 'by-statefulset-1');
  randomNames = await namesOf('by-deployment');
});

afterAll(async () => {
  await history?.[Symbol.asyncDispose]();
  await machine?.[Symbol.asyncDispose]();
});

async function namesOf(app: string): Promise<readonly string[]> {
  return (await podsOf(machine.kubectl, `app=${app}`)).map(({ metadata }) => metadata?.name ?? '').toSorted();
}

/** The lines of a Pod's diary, sorted: two that start at once write in any order. */
async function diaryOf(pod: string): Promise<readonly string[]> {
  const text = await machine.kubectl.ok(['exec', pod, '--', 'cat', '/data/diary']);
  return text.trim().split('\n').toSorted();
}

/** The resourceVersion at which a Pod was first seen to fit. */
function first(name: string, fits: (pod: Pod) => boolean = () => true): number {
  return history.first(({ object }) => object.metadata?.name === name && fits(object)) ?? Number.NaN;
}

describe('the same program as a Deployment and as a StatefulSet', () => {
  it('has random names in one and numbers in the other', async () => {
    await followReadme(machine, readme, 'Names');
    expect(randomNames).toHaveLength(2);
    for (const name of randomNames) expect(name).toMatch(/^by-deployment-[a-z0-9]{5,10}-[a-z0-9]{5}$/);
    expect(await namesOf('by-statefulset')).toEqual(ownNames);
  });

  it('starts all at once in one and one by one in the other', async () => {
    await followReadme(machine, readme, 'Order');
    const [one = '', two = ''] = randomNames;
    for (const name of randomNames) {
      expect(first(name)).toBeLessThan(Math.min(first(one, isReady), first(two, isReady)));
    }
    expect(first('by-statefulset-0', isReady)).toBeLessThan(first('by-statefulset-1'));
  });

  it('shares one volume in one and has a volume each in the other', async () => {
    await followReadme(machine, readme, 'Volumes');
    expect(await claimNames(machine.kubectl)).toEqual([
      'by-deployment',
      ...ownNames.map((name) => `data-${name}`),
    ]);
    for (const name of randomNames) expect(await diaryOf(name)).toEqual(randomNames);
    for (const name of ownNames) expect(await diaryOf(name)).toEqual([name]);
  });

  it('comes back as another in one and as the same in the other', async () => {
    const before = await podOf(machine.kubectl, 'by-statefulset-0');
    await followReadme(machine, readme, 'Deletion');
    const now = await namesOf('by-deployment');
    const fresh = now.filter((name) => !randomNames.includes(name));
    expect([now.length, fresh.length]).toEqual([2, 1]);
    expect(await diaryOf(fresh[0] ?? '')).toEqual([...randomNames, ...fresh].toSorted());
    expect(await namesOf('by-statefulset')).toEqual(ownNames);
    expect((await podOf(machine.kubectl, 'by-statefulset-0')).metadata?.uid).not.toBe(before.metadata?.uid);
    expect(await diaryOf('by-statefulset-0')).toEqual(['by-statefulset-0', 'by-statefulset-0']);
    expect(await diaryOf('by-statefulset-1')).toEqual(['by-statefulset-1']);
  });

  it('has no name in DNS for each Pod in one and has them in the other', async () => {
    await followReadme(machine, readme, 'Addresses');
    const pods = await podsOf(machine.kubectl, 'app=by-deployment');
    const addresses = pods.map(({ status }) => status?.podIP).toSorted();
    expect(await toolbox.addresses('by-deployment.default.svc.cluster.local')).toEqual(addresses);
    for (const { metadata } of pods) {
      const name = `${metadata?.name}.by-deployment.default.svc.cluster.local`;
      expect(await toolbox.dnsStatus(name)).toBe('NXDOMAIN');
    }
    const again = await podOf(machine.kubectl, 'by-statefulset-0');
    expect(await toolbox.lookup('by-statefulset-0.by-statefulset')).toEqual([again.status?.podIP]);
  });
});
