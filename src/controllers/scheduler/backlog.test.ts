import { describe, expect, it } from 'vitest';
import type { Node, Pod, PodSpec } from '../../api/generated/core-v1.js';
import { Backlog } from './backlog.js';
import { rulesAfterNode, rulesAfterPod } from './changes.js';
import type { SchedulingPlan } from './plan.js';
import type { Rule } from './verdict.js';
import { node, on, pod } from './world.fixture.js';

const refused = (...refusedBy: readonly Rule[]): SchedulingPlan => ({
  actions: [],
  waitingFor: { reason: 'Unschedulable', message: 'm' },
  refusedBy,
});

describe('the backlog', () => {
  it('leaves a Pod alone for one second, then two, four, eight, ten', () => {
    const backlog = new Backlog();
    const waits = [1, 2, 3, 4, 5, 6].map(() => {
      backlog.note('p', refused('NodeResourcesFit'), 5000);
      return backlog.held('p', 5000)?.forMs;
    });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(backlog.held('p', 14_999)).toEqual({
      forMs: 1,
      waiting: { reason: 'Unschedulable', message: 'm' },
    });
    expect(backlog.held('p', 15_000)).toBeUndefined();
  });

  it('does not hold back one whose claims are being bound, nor a new one', () => {
    const backlog = new Backlog();
    const waitingFor = { reason: 'WaitingForVolumes', message: 'm' };
    backlog.note('p', { actions: [], waitingFor, refusedBy: ['VolumeBinding'] }, 0);
    expect(backlog.held('p', 0)).toBeUndefined();
    expect(backlog.held('q', 0)).toBeUndefined();
  });

  it('calls those whom a change may help, each once until it was looked at', () => {
    const backlog = new Backlog();
    backlog.note('room', refused('NodeResourcesFit'), 0);
    backlog.note('taint', refused('TaintToleration'), 0);
    expect(backlog.call(['NodeResourcesFit', 'NodePorts'])).toEqual(['room']);
    expect(backlog.call(['NodeResourcesFit'])).toEqual([]);
    backlog.note('room', refused('NodeResourcesFit'), 0);
    expect(backlog.call(['NodeResourcesFit'])).toEqual(['room']);
    backlog.forget('taint');
    expect(backlog.call(['TaintToleration'])).toEqual([]);
  });
});

describe('what a change may help', () => {
  const room = expect.arrayContaining<Rule>(['NodeResourcesFit', 'NodePorts']);
  const company: readonly Rule[] = ['PodTopologySpread', 'InterPodAffinity'];
  const running = on('a', 'x');
  const waiting = pod('x');
  const promised = pod('x', {}, { status: { nominatedNodeName: 'a' } });
  const busy = (spec: Partial<PodSpec>): Pod => ({
    ...running,
    spec: { containers: [], ...running.spec, ...spec },
  });

  it.each<[string, Pod | undefined, Pod | undefined, unknown]>([
    ['a Pod went', running, undefined, room],
    ['a Pod ended', running, { ...running, status: { phase: 'Succeeded' } }, room],
    ['a Pod came to a node', waiting, running, company],
    ['a Pod became ready', running, { ...running, status: { phase: 'Running' } }, []],
    ['a Pod got other labels', running, on('a', 'x', { a: 'b' }), company],
    ['a Pod asks for less', running, busy({ containers: [] }), room],
    ['a promise was given', waiting, promised, company],
    ['a promise was taken back', promised, waiting, room],
    ['a promise was kept', promised, running, company],
    ['a Pod waits', undefined, waiting, []],
  ])('%s', (_name, before, after, wanted) => {
    expect(rulesAfterPod({ before, after })).toEqual(wanted);
  });

  const taints = [{ key: 'x', effect: 'NoSchedule' }];
  const cooling = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }];
  it.each<[string, Node | undefined, Node | undefined, Rule | undefined]>([
    ['a node came', undefined, node(), 'NodeAffinity'],
    ['a node has more room', node(), node('node-0', { allocatable: { cpu: '8' } }), 'NodeResourcesFit'],
    ['a node got a label', node(), node('node-0', { labels: { a: 'b' } }), 'NodeAffinity'],
    ['a taint went', node('node-0', { spec: { taints } }), node(), 'TaintToleration'],
    ['a node became ready', node('node-0', { ready: false }), node(), 'TaintToleration'],
    [
      'a node became ready, its taint stands yet',
      node('node-0', { ready: false, spec: { taints: cooling } }),
      node('node-0', { spec: { taints: cooling } }),
      undefined,
    ],
    ['a heartbeat', node(), { ...node(), status: { ...node().status, phase: 'Running' } }, undefined],
    ['a node was uncordoned', node('node-0', { spec: { unschedulable: true } }), node(), 'NodeUnschedulable'],
    ['a node went', node(), undefined, 'PodTopologySpread'],
  ])('%s', (_name, before, after, rule) => {
    const rules = rulesAfterNode({ before, after });
    expect(rule === undefined ? rules.length === 0 : rules.includes(rule), rules.join()).toBe(true);
  });
});
