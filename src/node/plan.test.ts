import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pod } from '../api/generated/core-v1.js';
import { podCondition } from '../api/pods.js';
import { unknown } from '../lib/known.js';
import { plan } from './plan.js';
import { PaperNode, podOf } from './planning/world.fixture.js';

const types = (node: PaperNode): string[] => node.plan().actions.map(({ type }) => type);
const statusOf = (node: PaperNode, name = 'main') =>
  [...(node.pod.status?.initContainerStatuses ?? []), ...(node.pod.status?.containerStatuses ?? [])].find(
    (status) => status.name === name,
  );
const started = (pod?: Pod): PaperNode => {
  const node = new PaperNode(pod ?? podOf());
  node.settle();
  return node;
};

describe('a Pod that is to run', () => {
  it('gets its volumes, then its sandbox and images together, then its containers', () => {
    const node = new PaperNode(podOf());
    expect(types(node)).toEqual(['writeStatus', 'prepareVolumes']);
    node.pass();
    expect(types(node)).toEqual(['runSandbox', 'ensureImage']);
    node.pass();
    expect(types(node)).toEqual(['writeStatus', 'startContainer']);
    node.settle();
    expect(node.pod.status?.phase).toBe('Running');
    expect(podCondition(node.pod, 'Ready')?.status).toBe('True');
    expect(node.pod.status?.podIPs).toEqual([{ ip: '10.244.0.9' }]);
  });

  it('shows the image that stands in for its own, whatever the node still knows of it', () => {
    const node = new PaperNode(podOf());
    node.standIn = 'holdfast.local/i:1';
    node.settle();
    expect(statusOf(node)).toMatchObject({ image: 'holdfast.local/i:1', imageID: 'sha256:1' });
    node.forget();
    node.settle();
    expect(statusOf(node)?.image).toBe('holdfast.local/i:1');
    node.end('main', 1);
    node.settle();
    expect(statusOf(node)?.image).toBe('holdfast.local/i:1');
    expect(statusOf(started())?.image).toBe('docker.io/library/i:1');
  });

  it('waits when the runtime cannot be asked, and does nothing', () => {
    const { facts } = new PaperNode(podOf());
    const answer = plan({ ...facts, runtime: unknown('it is gone') }, new Date(0));
    expect(answer.actions).toEqual([]);
    expect(answer.waitingFor).toMatchObject({ reason: 'RuntimeUnavailable' });
  });

  it('waits for an earlier Pod of its name', () => {
    const { facts } = new PaperNode(podOf());
    const answer = plan({ ...facts, predecessor: 'u0' }, new Date(0));
    expect(answer.actions.map(({ type }) => type)).toEqual(['writeStatus']);
    expect(answer.waitingFor?.reason).toBe('PredecessorStopping');
  });

  it('has its tokens renewed when they are due, and runs on meanwhile', () => {
    const node = started();
    const at = (renewAtMs: number) =>
      plan({ ...node.facts, volumes: { ...node.facts.volumes, renewAtMs } }, new Date(node.nowMs));
    expect(at(node.nowMs + 5000)).toMatchObject({ actions: [], lookAgainAfterMs: 5000 });
    expect(at(node.nowMs).actions.map(({ type }) => type)).toEqual(['prepareVolumes']);
    node.failures.set('volumes', {
      reason: 'FailedMount',
      message: 'failed to fetch token',
      failures: 1,
      retryAtMs: node.nowMs + 500,
    });
    expect(at(node.nowMs)).toMatchObject({ actions: [], lookAgainAfterMs: 500 });
    expect(node.running()).toEqual(['main']);
  });

  it('tries a failed step again when its time has come', () => {
    const node = new PaperNode(podOf());
    node.failures.set('volumes', {
      reason: 'FailedMount',
      message: 'no such directory',
      failures: 1,
      retryAtMs: node.nowMs + 500,
    });
    node.pass();
    expect(node.plan()).toMatchObject({
      actions: [],
      lookAgainAfterMs: 500,
      waitingFor: { reason: 'FailedMount', message: 'no such directory' },
    });
    node.nowMs += 500;
    expect(types(node)).toEqual(['prepareVolumes']);
  });

  it('starts its containers one by one, in order', () => {
    const node = new PaperNode(podOf({ containers: [{ name: 'a' }, { name: 'b' }] }));
    while (node.running().length === 0) node.pass();
    expect(node.running()).toEqual(['a']);
    node.operations.set('start:a', {});
    expect(types(node)).not.toContain('startContainer');
    node.operations.clear();
    node.settle();
    expect(node.running()).toEqual(['a', 'b']);
  });

  it('is ready when its probes say so', () => {
    const probe = { exec: { command: ['true'] } };
    const node = started(
      podOf({ containers: [{ name: 'main', startupProbe: probe, readinessProbe: probe }] }),
    );
    expect(statusOf(node)).toMatchObject({ started: false, ready: false });
    node.probe('main', { startup: true });
    node.settle();
    expect(statusOf(node)).toMatchObject({ started: true, ready: false });
    expect(podCondition(node.pod, 'Ready')).toMatchObject({
      status: 'False',
      message: 'containers with unready status: [main]',
    });
    node.probe('main', { readiness: true });
    node.settle();
    expect(podCondition(node.pod, 'Ready')?.status).toBe('True');
  });

  it.each([
    [
      'liveness',
      { livenessProbe: { exec: {}, terminationGracePeriodSeconds: 3 } },
      'Container main failed liveness probe, will be restarted',
      3,
    ],
    ['startup', { startupProbe: { exec: {} } }, 'Container main failed startup probe, will be restarted', 30],
  ] as const)('stops a container whose %s probe failed', (kind, probes, why, graceSeconds) => {
    const node = started(podOf({ containers: [{ name: 'main', ...probes }] }));
    node.probe('main', { [kind]: false });
    expect(node.plan().actions).toContainEqual(
      expect.objectContaining({ type: 'stopContainer', why, graceSeconds }),
    );
    node.settle();
    expect(node.attempts('main')).toEqual([0, 1]);
  });

  it('restarts a container whose image was changed', () => {
    const node = started();
    node.pod = { ...node.pod, spec: { ...podOf().spec, containers: [{ name: 'main', image: 'i:2' }] } };
    expect(node.plan().actions).toContainEqual(
      expect.objectContaining({ why: 'Container main definition changed, will be restarted' }),
    );
  });
});

describe('a container that ends', () => {
  it('is restarted at once, then after 10 s doubling to 5 min, and anew after 10 min', () => {
    const node = started();
    const waits: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      node.end('main', 1);
      node.settle();
      const wait = node.running().length > 0 ? 0 : (node.plan().lookAgainAfterMs ?? -1);
      if (wait > 0) expect(statusOf(node)?.state?.waiting?.reason).toBe('CrashLoopBackOff');
      waits.push(wait / 1000);
      node.nowMs += wait;
      node.settle();
      expect(node.running()).toEqual(['main']);
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
    node.nowMs += 601_000;
    node.end('main', 1);
    node.settle();
    expect(node.running()).toEqual(['main']);
    expect(statusOf(node)?.restartCount).toBe(9);
    expect(node.attempts('main')).toEqual([8, 9]);
  });

  it.each([
    ['Always', 0, 'Running', true],
    ['Always', 1, 'Running', true],
    ['OnFailure', 0, 'Succeeded', false],
    ['OnFailure', 1, 'Running', true],
    ['Never', 0, 'Succeeded', false],
    ['Never', 1, 'Failed', false],
  ] as const)('under %s with exit code %i: %s', (restartPolicy, exitCode, phase, restarted) => {
    const node = started(podOf({ restartPolicy }));
    node.end('main', exitCode);
    node.settle();
    expect(node.pod.status?.phase).toBe(phase);
    expect(node.running()).toEqual(restarted ? ['main'] : []);
    expect(node.standing).toBe(restarted);
    expect(node.released).toBe(!restarted);
  });
});

describe('init containers', () => {
  const spec = { initContainers: [{ name: 'one' }, { name: 'two' }] };

  it('run one after the other before the rest', () => {
    const node = started(podOf(spec));
    expect(node.running()).toEqual(['one']);
    expect(podCondition(node.pod, 'Initialized')).toMatchObject({
      status: 'False',
      message: 'containers with incomplete status: [one two]',
    });
    expect(statusOf(node)?.state?.waiting?.reason).toBe('PodInitializing');
    node.end('one', 0);
    node.settle();
    expect(node.running()).toEqual(['two']);
    node.end('two', 0);
    node.settle();
    expect(node.running()).toEqual(['main']);
    expect(podCondition(node.pod, 'Initialized')?.status).toBe('True');
  });

  it('fail the Pod when it is to run once', () => {
    const node = started(podOf({ ...spec, restartPolicy: 'Never' }));
    node.end('one', 1);
    node.settle();
    expect(node.pod.status?.phase).toBe('Failed');
    expect(node.standing).toBe(false);
  });

  it('do not run again when a container restarts, but do in a new sandbox', () => {
    const node = started(podOf({ initContainers: [{ name: 'one' }] }));
    node.end('one', 0);
    node.settle();
    node.end('main', 0);
    node.settle();
    expect(node.attempts('one')).toEqual([0]);
    node.reboot();
    node.settle();
    expect(node.running()).toEqual(['one']);
  });

  it('that restart always are sidecars: they stay, and end last', () => {
    const node = started(
      podOf({
        initContainers: [{ name: 'side', restartPolicy: 'Always' }, { name: 'one' }],
        restartPolicy: 'Never',
      }),
    );
    expect(node.running()).toEqual(['side', 'one']);
    node.end('one', 0);
    node.settle();
    expect(node.running()).toEqual(['side', 'main']);
    node.end('main', 0);
    node.settle();
    expect(node.pod.status?.phase).toBe('Succeeded');
    expect(node.running()).toEqual([]);
  });
});

describe('a Pod that is to end', () => {
  it('stops, releases, and goes, in this order', () => {
    const node = started();
    node.delete(7);
    node.done.length = 0;
    node.settle();
    expect(node.done.map(({ type }) => type).filter((type) => type !== 'writeStatus')).toEqual([
      'stopContainer',
      'stopSandbox',
      'releasePod',
      'deletePod',
    ]);
    expect(node.done.find(({ type }) => type === 'stopContainer')).toMatchObject({ graceSeconds: 7 });
    expect(node.pod.status?.phase).toBe('Failed');
  });

  it('hurries a stop along when the grace was shortened, once', () => {
    const node = started();
    node.delete(60);
    node.operations.set('stop:c2', { deadlineMs: node.nowMs + 60_000 });
    expect(types(node)).not.toContain('stopContainer');
    node.delete(1);
    expect(types(node)).toContain('stopContainer');
    node.operations.set('hurry:c2', {});
    expect(types(node)).not.toContain('stopContainer');
  });

  it('calls off hooks and pulls, and waits for other steps', () => {
    const node = started();
    node.delete();
    node.operations.set('start:main', {});
    expect(node.plan().actions).toContainEqual(
      expect.objectContaining({ type: 'callOff', operation: 'start:main' }),
    );
    node.operations.clear();
    node.operations.set('sandbox', {});
    expect(types(node)).toEqual([]);
  });

  it('fails when it was active for too long', () => {
    const node = started(podOf({ activeDeadlineSeconds: 60 }));
    expect(node.plan().lookAgainAfterMs).toBe(60_000);
    node.nowMs += 60_000;
    node.settle();
    expect(node.pod.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    expect(node.running()).toEqual([]);
  });
});

describe('a node that goes down and comes back', () => {
  it.each([false, true])(
    'runs the same Pods again, also when the runtime has forgotten them: %s',
    (forgotten) => {
      const node = started();
      const { uid } = node.pod.metadata ?? {};
      node.shuttingDown = true;
      node.settle();
      expect(node.running()).toEqual([]);
      expect(node.pod.status?.phase).toBe('Running');
      node.reboot(forgotten);
      node.settle();
      expect(node.running()).toEqual(['main']);
      expect(node.pod.metadata?.uid).toBe(uid);
      expect(statusOf(node)).toMatchObject({ restartCount: 1, ready: true });
      expect(statusOf(node)?.lastState?.terminated?.exitCode).toBe(143);
    },
  );
});

describe('whatever happens', () => {
  const happening = fc.oneof(
    fc.record({
      kind: fc.constant('end' as const),
      name: fc.constantFrom('main', 'second', 'init', 'side'),
      code: fc.constantFrom(0, 1),
    }),
    fc.record({ kind: fc.constant('time' as const), ms: fc.constantFrom(100, 10_000, 400_000) }),
    fc.record({ kind: fc.constant('reboot' as const), forgotten: fc.boolean() }),
    fc.record({ kind: fc.constant('probe' as const), liveness: fc.boolean(), readiness: fc.boolean() }),
    fc.constant({ kind: 'delete' as const }),
  );
  const pods = fc.record({
    restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
    containers: fc.constantFrom(
      [{ name: 'main', livenessProbe: {} }],
      [{ name: 'main', readinessProbe: {} }, { name: 'second' }],
    ),
    initContainers: fc.constantFrom(
      [],
      [{ name: 'init' }],
      [{ name: 'side', restartPolicy: 'Always' }, { name: 'init' }],
    ),
  });

  function happen(node: PaperNode, event: typeof happening extends fc.Arbitrary<infer T> ? T : never): void {
    if (event.kind === 'end') node.end(event.name, event.code);
    else if (event.kind === 'time') node.nowMs += event.ms;
    else if (event.kind === 'reboot') node.reboot(event.forgotten);
    else if (event.kind === 'probe')
      node.probe('main', { liveness: event.liveness, readiness: event.readiness });
    else node.delete();
  }

  function check(node: PaperNode): void {
    const { status } = node.pod;
    expect(new Set(node.running()).size).toBe(node.running().length);
    if (node.gone) expect([node.running(), node.standing, node.released]).toEqual([[], false, true]);
    if (podCondition(node.pod, 'Ready')?.status === 'True') expect(status?.phase).toBe('Running');
    if (status?.phase === 'Succeeded' || status?.phase === 'Failed') expect(node.running()).toEqual([]);
    for (const { restartCount } of status?.containerStatuses ?? [])
      expect(restartCount).toBeGreaterThanOrEqual(0);
  }

  it('the plan comes to rest, runs nothing twice, and a deleted Pod goes', () => {
    fc.assert(
      fc.property(pods, fc.array(happening, { maxLength: 12 }), (spec, events) => {
        const node = new PaperNode(podOf(spec));
        let last: string | undefined;
        for (const event of events) {
          node.settle();
          check(node);
          const phase = node.pod.status?.phase;
          if (last === 'Succeeded' || last === 'Failed') expect(phase).toBe(last);
          last = phase;
          if (node.gone) return;
          happen(node, event);
        }
        node.delete();
        node.settle();
        check(node);
        expect(node.gone).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('someone is told what a Pod that does not run waits for', () => {
    fc.assert(
      fc.property(pods, (spec) => {
        const node = new PaperNode(podOf(spec));
        for (let pass = 0; pass < 6 && node.running().length === 0; pass += 1) {
          expect(node.plan().waitingFor?.message ?? '').not.toBe('');
          node.pass();
        }
      }),
    );
  });
});

describe('a container that is added to look into the Pod', () => {
  const added = (node: PaperNode, targetContainerName = 'main'): void => {
    const ephemeralContainers = [{ name: 'look', image: 'i:1', targetContainerName }];
    node.pod = { ...node.pod, spec: { containers: [], ...node.pod.spec, ephemeralContainers } };
  };
  const look = (node: PaperNode) => node.pod.status?.ephemeralContainerStatuses?.[0];

  it('is started in the sandbox that is there, next to its target', () => {
    const node = started();
    added(node);
    node.settle();
    expect(node.running()).toEqual(['main', 'look']);
    const start = node.done.findLast(({ type }) => type === 'startContainer');
    expect(start).toMatchObject({ container: 'look', sandboxId: 's1', targetId: 'c2' });
    expect(look(node)).toMatchObject({ name: 'look', ready: false, state: { running: {} } });
    expect(podCondition(node.pod, 'Ready')?.status).toBe('True');
    expect(node.pod.status?.containerStatuses).toHaveLength(1);
  });

  it('is not started again when it ends, nor after a reboot, and the Pod stays as it is', () => {
    const node = started();
    added(node);
    node.settle();
    node.end('look', 3);
    node.settle();
    expect(node.running()).toEqual(['main']);
    expect(look(node)).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 3 } } });
    expect(node.pod.status?.phase).toBe('Running');
    node.reboot(true);
    node.settle();
    expect(node.running()).toEqual(['main']);
    expect(look(node)).toMatchObject({ state: { terminated: { exitCode: 3 } } });
  });

  it('waits for a target that does not run', () => {
    const node = new PaperNode(podOf({ initContainers: [{ name: 'first', image: 'i:1' }] }));
    added(node);
    node.settle();
    expect(node.running()).toEqual(['first']);
    expect(look(node)).toMatchObject({
      state: { waiting: { reason: 'TargetNotRunning', message: 'its target container main does not run' } },
    });
    node.end('first', 0);
    node.settle();
    expect(node.running()).toEqual(['main', 'look']);
  });

  it('does not keep a finished Pod running', () => {
    const node = started(podOf({ restartPolicy: 'Never' }));
    added(node);
    node.settle();
    node.end('main', 0);
    node.settle();
    expect(node.pod.status?.phase).toBe('Succeeded');
    expect(node.running()).toEqual([]);
  });
});
