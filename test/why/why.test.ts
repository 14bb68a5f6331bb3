import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Link } from '../../src/why/index.js';
import { isReason } from '../../src/why/reasons.js';
import { type Machine, machine } from '../tools/machine.js';
import { makeNamespaces, placeIn } from './place.js';
import type { Place, Situation } from './situation.js';
import { ofClaims } from './situations-claims.js';
import { ofContainers } from './situations-containers.js';
import { ofNames } from './situations-names.js';
import { ofNodes, ofPods } from './situations-pods.js';
import { ofMissing, ofProbes } from './situations-probes.js';
import { ofSetClaims } from './situations-set-claims.js';
import { ofSets } from './situations-sets.js';
import { ofStuckPods } from './situations-stuck.js';

/** Those that take longest first. */
const sideBySide = [
  ...ofStuckPods,
  ...ofSets,
  ...ofSetClaims,
  ...ofContainers,
  ...ofNames,
  ...ofClaims,
  ...ofPods,
  ...ofProbes,
  ...ofMissing,
];

let made: Machine;

beforeAll(async () => {
  made = await machine('why');
  await made.ok(['up', '--feature-gates', 'MaxUnavailableStatefulSet=true']);
  const all = [...sideBySide, ...ofNodes];
  await makeNamespaces(
    made.kubectl,
    all.map(({ namespace }) => namespace),
  );
});

afterAll(() => made?.[Symbol.asyncDispose]());

/** Leaves what is the same each time: no uids, addresses, or figures that are those of the moment. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/pvc-[0-9a-f-]{36}/g, 'PVC')
    .replaceAll(/10\.244\.\d+\.\d+/g, 'IP')
    .replaceAll(/started \d+ times/g, 'started N times')
    .replaceAll(/has \d+ s of/g, 'has N s of')
    .replaceAll(/\S+ of \d+(Mi|Gi)? free/g, 'N of N$1 free');
}

/** What the command line answers. */
async function why({ namespace, holdfast }: Place, question: string) {
  const { code, stdout, stderr } = await holdfast(['why', question, '-n', namespace]);
  return { code, answer: `${stderr}${withoutChance(stdout).trimEnd()}` };
}

/** The codes in its JSON. */
async function reasonsOf({ namespace, holdfast }: Place, question: string): Promise<readonly string[]> {
  const { stdout } = await holdfast(['why', question, '-n', namespace, '-o', 'json']);
  const links: readonly Link[] = JSON.parse(stdout);
  return links.map(({ reason }) => reason);
}

/** Brings a situation about, step by step, and asks at each. */
async function goThrough({ namespace, steps }: Situation): Promise<void> {
  const at = placeIn(made, namespace);
  for (const { yaml, act, ask, code, reasons, answer } of steps) {
    if (yaml !== undefined) await at.kubectl.ok(['apply', '-f', '-'], { input: yaml });
    await act?.(at);
    expect(await why(at, ask)).toEqual({ code, answer });
    if (reasons === undefined) continue;
    expect(await reasonsOf(at, ask)).toEqual(reasons);
    expect(reasons.filter((reason) => !isReason(reason))).toEqual([]);
  }
}

const named = (situations: readonly Situation[]) => situations.map((one) => [one.name, one] as const);

describe('holdfast why, on real containers', () => {
  it.concurrent.each(named(sideBySide))('%s', (_name, situation) => goThrough(situation));
});

describe('holdfast why, with a node that is not there', () => {
  it.each(named(ofNodes))('%s', (_name, situation) => goThrough(situation));
});
