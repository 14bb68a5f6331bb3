import { expect, test } from 'vitest';
import { known, unknown } from '../lib/known.js';
import type { ContainerFact, RuntimeFacts, SandboxFact } from './facts.js';
import { type LeftoverFacts, planLeftovers } from './leftovers.js';

const sandbox = (id: string, ready: boolean): SandboxFact => ({
  id,
  attempt: 0,
  ready,
  createdAtMs: 0,
  addresses: [],
});

const container = (id: string, phase: ContainerFact['phase']): ContainerFact => ({
  id,
  sandboxId: 'box',
  name: 'main',
  attempt: 0,
  phase,
  imageRef: '',
  createdAtMs: 0,
  exitCode: 0,
  reason: '',
  message: '',
  hash: '',
  backoffMs: 0,
});

const facts = (runtime: RuntimeFacts, underWay: readonly string[] = []): LeftoverFacts => ({
  uid: 'u',
  buried: true,
  underWay,
  runtime: known(runtime),
});

test('what runs is stopped, then all is removed and released', () => {
  const runtime = {
    sandboxes: [sandbox('old', false), sandbox('box', true)],
    containers: [container('ended', 'exited'), container('runs', 'running')],
  };
  expect(planLeftovers(facts(runtime))).toEqual({
    actions: [
      { type: 'stopContainer', id: 'runs' },
      { type: 'stopSandbox', id: 'box' },
      { type: 'removeSandbox', id: 'old' },
      { type: 'removeSandbox', id: 'box' },
      { type: 'release', uid: 'u' },
    ],
  });
});

test('first nothing more is begun for the Pod', () => {
  expect(planLeftovers({ ...facts({ sandboxes: [], containers: [] }), buried: false })).toEqual({
    actions: [{ type: 'bury', uid: 'u' }],
    waitingFor: { reason: 'CallingOff', message: 'what is under way for the Pod is called off' },
    lookAgainAfterMs: 0,
  });
});

test('nothing is cleared away while something that was begun for the Pod is under way', () => {
  const runtime = { sandboxes: [sandbox('box', true)], containers: [container('runs', 'running')] };
  expect(planLeftovers(facts(runtime, ['stop:runs', 'release']))).toEqual({
    actions: [],
    waitingFor: {
      reason: 'WorkUnderWay',
      message: 'what was begun for the Pod has not ended: stop:runs, release',
    },
  });
});

test('a runtime that cannot be asked is asked again', () => {
  const plan = planLeftovers({ uid: 'u', buried: true, underWay: [], runtime: unknown('it is down') });
  expect(plan).toEqual({
    actions: [],
    waitingFor: {
      reason: 'RuntimeUnavailable',
      message: 'the container runtime cannot be asked: it is down',
    },
    lookAgainAfterMs: 500,
  });
});
