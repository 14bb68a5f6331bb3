import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isReason } from '../../src/why/reasons.js';
import type { Link } from '../../src/why/index.js';
import { type Machine, startMachine } from '../tools/machine.js';
import { makeNamespaces, placeIn } from './place.js';
import type { Place, Situation } from './situation.js';
import { ofContainers } from './situations-containers.js';

const situations: readonly Situation[] = [...ofContainers];

let made: Machine;

beforeAll(async () => {
  made = await startMachine('why');
  await makeNamespaces(made.kubectl, situations.map(({ namespace }) => namespace));
});

afterAll(() => made?.[Symbol.asyncDispose]());

/** Leaves what is the same each time: uids, addresses of Pods, and figures that grow while one looks. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/pvc-[0-9a-f-]{36}/g, 'PVC')
    .replaceAll(/10\.244\.\d+\.\d+/g, 'IP')
    .replaceAll(/started \d+ times/g, 'started N times')
    .replaceAll(/has \d+ s of/g, 'has N s of');
}

/** What the command line answers, as text and as JSON. */
async function why({ namespace, holdfast }: Place, question: string) {
  const args = ['why', question, '-n', namespace];
  const [text, json] = await Promise.all([holdfast(args), holdfast([...args, '-o', 'json'])]);
  const links: readonly Link[] = JSON.parse(json.stdout);
  expect(json.code).toBe(text.code);
  return {
    code: text.code,
    reasons: links.map(({ reason }) => reason),
    answer: `${text.stderr}${withoutChance(text.stdout).trimEnd()}`,
  };
}

describe('holdfast why, on real containers', () => {
  it.concurrent.each(situations.map((one) => [one.name, one] as const))('%s', async (_name, situation) => {
    const at = placeIn(made, situation.namespace);
    for (const { yaml, act, ask, code, reasons, answer } of situation.steps) {
      if (yaml !== undefined) await at.kubectl.ok(['apply', '-f', '-'], { input: yaml });
      await act?.(at);
      expect(await why(at, ask)).toEqual({ code, reasons, answer });
      expect(reasons.filter((reason) => !isReason(reason))).toEqual([]);
    }
  });
});
