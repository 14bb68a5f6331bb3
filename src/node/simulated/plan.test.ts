import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../api/generated/core-v1.js';
import { podCondition } from '../../api/pods.js';
import { nodeAddress, nodeObject } from './node-object.js';
import { planSimulated } from './plan.js';

const start = Date.parse('2026-01-01T00:00:00Z');
const sandbox = { podKey: 'default/p', ip: '10.244.0.2', createdAtMs: start };
const defaults = { startMs: 100, readyMs: 100, stopMs: 50 };

function pod(annotations: Record<string, string> = {}, spec: Partial<PodSpec> = {}): Pod {
  return {
    metadata: { name: 'p', namespace: 'default', uid: 'p', annotations },
    spec: { containers: [{ name: 'c', image: 'mysql:8' }], ...spec },
  };
}

function statusAt(ms: number, subject: Pod): Pod['status'] {
  const { actions } = planSimulated(
    { subject: 'pod', pod: subject, sandbox, hostIP: '198.18.0.1', defaults, isLost: false },
    new Date(start + ms),
  );
  const action = actions.find(({ type }) => type === 'setStatus');
  return action?.type === 'setStatus' ? action.status : undefined;
}

describe('a Pod on paper', () => {
  it('is created, runs and becomes ready, each in its time', () => {
    expect(statusAt(0, pod())).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } }, ready: false }],
    });
    expect(statusAt(100, pod())).toMatchObject({
      phase: 'Running',
      podIP: '10.244.0.2',
      containerStatuses: [{ ready: false }],
    });
    const ready = statusAt(200, pod());
    expect(ready).toMatchObject({ containerStatuses: [{ ready: true, imageID: 'simulated://mysql:8' }] });
    expect(podCondition({ status: ready }, 'Ready')?.status).toBe('True');
  });

  it('says when it will have come further', () => {
    const plan = planSimulated(
      { subject: 'pod', pod: pod(), sandbox, hostIP: '198.18.0.1', defaults, isLost: false },
      new Date(start + 30),
    );
    expect(plan.lookAgainAfterMs).toBe(70);
  });

  it.each<[string, Record<string, string>, Partial<PodSpec>]>([
    ['runs', {}, {}],
    ['is started again and again', { 'simulated.holdfast.dev/fail': 'exit 1' }, {}],
    ['never starts', { 'simulated.holdfast.dev/never-start': 'ImagePullBackOff' }, {}],
  ])('fails at its deadline, as a kubelet has it, when it %s', (_name, annotations, spec) => {
    const subject = pod(annotations, { ...spec, activeDeadlineSeconds: 5 });
    const begun = { ...subject, status: { startTime: '2026-01-01T00:00:00Z' } };
    const facts = {
      subject: 'pod',
      pod: begun,
      sandbox,
      hostIP: '198.18.0.1',
      defaults,
      isLost: false,
    } as const;
    expect(planSimulated(facts, new Date(start + 4900)).lookAgainAfterMs ?? 0).toBeLessThanOrEqual(100);
    expect(statusAt(4900, begun)?.phase).not.toBe('Failed');
    const status = statusAt(5000, begun);
    expect(status).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
      containerStatuses: [{ ready: false, state: { terminated: { exitCode: 137 } } }],
    });
    expect(planSimulated({ ...facts, pod: { ...begun, status } }, new Date(start + 6000))).toEqual({
      actions: [],
    });
  });

  it('has no deadline once it has ended by itself', () => {
    const spec = { activeDeadlineSeconds: 5, restartPolicy: 'Never' };
    const subject = pod({ 'simulated.holdfast.dev/run-for-ms': '1000' }, spec);
    expect(statusAt(9000, { ...subject, status: { startTime: '2026-01-01T00:00:00Z' } })?.phase).toBe(
      'Succeeded',
    );
  });

  it('has sidecars that run beside it until it is over, and init containers that are done', () => {
    const initContainers = [
      { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' },
      { name: 'setup', image: 'setup:1' },
    ];
    const inits = (ms: number, subject: Pod) => statusAt(ms, subject)?.initContainerStatuses;
    const subject = pod({ 'simulated.holdfast.dev/run-for-ms': '500' }, { initContainers });
    expect(inits(0, subject)).toMatchObject([
      { name: 'proxy', ready: false, started: false, state: { waiting: { reason: 'PodInitializing' } } },
      { name: 'setup', ready: false, started: false, state: { waiting: { reason: 'PodInitializing' } } },
    ]);
    const time = '2026-01-01T00:00:00Z';
    expect(inits(200, subject)).toMatchObject([
      { name: 'proxy', ready: true, started: true, state: { running: { startedAt: time } } },
      {
        name: 'setup',
        ready: true,
        started: false,
        state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: time, finishedAt: time } },
      },
    ]);
    const spec = { containers: [{ name: 'c', image: 'c' }], initContainers, restartPolicy: 'Never' };
    const over = { ...subject, spec };
    expect(inits(700, over)).toMatchObject([
      { name: 'proxy', ready: false, started: false, state: { terminated: { exitCode: 0 } } },
      { name: 'setup', ready: true },
    ]);
  });

  it('is not ready before its readiness gates are met', () => {
    const gated = pod({}, { readinessGates: [{ conditionType: 'mysql.holdfast.dev/ready' }] });
    expect(podCondition({ status: statusAt(500, gated) }, 'Ready')?.status).toBe('False');
    const met = { ...gated, status: { conditions: [{ type: 'mysql.holdfast.dev/ready', status: 'True' }] } };
    const status = statusAt(500, met);
    expect(podCondition({ status }, 'Ready')?.status).toBe('True');
    expect(podCondition({ status }, 'mysql.holdfast.dev/ready')?.status).toBe('True');
  });

  it.each<[string, Record<string, string>, Partial<PodSpec>, object]>([
    [
      'never ready',
      { 'never-ready': 'true' },
      {},
      { phase: 'Running', containerStatuses: [{ ready: false }] },
    ],
    [
      'failing, not restarted',
      { fail: 'exit 3' },
      { restartPolicy: 'Never' },
      { phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 3 } } }] },
    ],
    ['done', { fail: 'exit 0' }, { restartPolicy: 'Never' }, { phase: 'Succeeded' }],
    ['evicted', { evict: 'disk full' }, {}, { phase: 'Failed', reason: 'Evicted', message: 'disk full' }],
  ])('meets its fate: %s', (_name, fate, spec, wanted) => {
    const annotations = Object.fromEntries(
      Object.entries(fate).map(([key, value]) => [`simulated.holdfast.dev/${key}`, value]),
    );
    expect(statusAt(500, pod(annotations, spec))).toMatchObject(wanted);
  });

  it('takes its time to stop', () => {
    const leaving = { ...pod(), metadata: { ...pod().metadata, deletionTimestamp: '2026-01-01T00:00:30Z' } };
    const facts = { subject: 'pod' as const, pod: leaving, hostIP: '198.18.0.1', defaults, isLost: false };
    expect(planSimulated({ ...facts, sandbox }, new Date(start))).toMatchObject({
      actions: [{ type: 'stop' }],
      lookAgainAfterMs: 50,
    });
    const stopping = { ...sandbox, stoppingSinceMs: start };
    expect(planSimulated({ ...facts, sandbox: stopping }, new Date(start + 20))).toEqual({
      actions: [],
      lookAgainAfterMs: 30,
    });
    expect(planSimulated({ ...facts, sandbox: stopping }, new Date(start + 50)).actions).toMatchObject([
      { type: 'remove' },
    ]);
  });
});

describe('the address of a simulated Node', () => {
  it('is its own, the same at every start, and of no Pod or Service', () => {
    const addresses = Array.from({ length: 1000 }, (_, number) => nodeAddress(number));
    expect(new Set(addresses).size).toBe(1000);
    expect([addresses[0], addresses[254], addresses[255], addresses[999]]).toEqual([
      '198.18.0.1',
      '198.18.0.255',
      '198.18.1.0',
      '198.18.3.232',
    ]);
  });

  it('is that of Pods in its network', () => {
    const shared = pod({}, { hostNetwork: true });
    const facts = { subject: 'pod', pod: shared, hostIP: '198.18.0.7', defaults, isLost: false } as const;
    const { actions } = planSimulated({ ...facts, sandbox: undefined }, new Date(start));
    expect(actions).toMatchObject([{ type: 'startSandbox', hostIP: '198.18.0.7' }]);
  });
});

describe('a simulated Node', () => {
  const wanted = nodeObject(
    'node-0',
    { address: nodeAddress(0), pods: 10, zone: 'a', capacity: { cpu: '4' } },
    new Date(start),
  );
  const facts = {
    subject: 'node' as const,
    node: wanted,
    wanted,
    isLost: false,
    wasRegistered: true,
    renewedMs: start,
  };
  const ill = { ...wanted, status: { ...wanted.status, conditions: [{ type: 'Ready', status: 'Unknown' }] } };
  const elsewhere = [{ type: 'InternalIP', address: '10.244.0.1' }];
  const moved = { ...wanted, status: { ...wanted.status, addresses: elsewhere } };
  const at = (ms: number): Date => new Date(start + ms);

  it('says that it is simulated, and what it has', () => {
    expect(wanted).toMatchObject({
      metadata: { labels: { 'holdfast.dev/simulated': 'true', 'topology.kubernetes.io/zone': 'a' } },
      status: { allocatable: { cpu: '4', memory: '4Ti', pods: '10' } },
    });
  });

  it.each<[string, Partial<typeof facts> & { node?: typeof wanted | undefined }, readonly string[]]>([
    ['registers when it starts', { node: undefined, wasRegistered: false }, ['register']],
    ['stays away when it was deleted', { node: undefined }, []],
    ['is content', {}, []],
    ['says that it is there', { renewedMs: start - 10_000 }, ['renewLease']],
    ['says that it is well again', { node: ill }, ['setNodeStatus']],
    ['says that its address is another one now', { node: moved }, ['setNodeStatus']],
    ['says nothing when it is lost', { node: ill, renewedMs: start - 60_000, isLost: true }, []],
  ])('%s', (_name, more, actions) => {
    expect(planSimulated({ ...facts, ...more }, at(0)).actions.map(({ type }) => type)).toEqual(actions);
  });

  it('says so every ten seconds', () => {
    expect(planSimulated(facts, at(4000)).lookAgainAfterMs).toBe(6000);
  });
});
