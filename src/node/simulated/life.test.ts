import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../api/generated/core-v1.js';
import { began, PaperLife, podWith } from './paper-life.fixture.js';
import { fateErrors } from './rules.js';

const seconds = (count: number): number => count * 1000;

/** What is seen of a Pod: `AT STATE`, times in seconds. */
function seen(
  fate: Readonly<Record<string, string>>,
  untilSeconds: number,
  { spec = {}, ...more }: { spec?: Partial<PodSpec>; speed?: number; forgetsAtMs?: readonly number[] } = {},
): readonly string[] {
  const defaults = { startMs: 0, readyMs: 0, stopMs: 0, speed: more.speed ?? 1 };
  const life = new PaperLife(podWith(fate, spec), { untilMs: seconds(untilSeconds), defaults, ...more });
  return life.sights.map(({ atMs, seen: text }) => `${atMs / 1000} ${text}`);
}

const ofJob: Partial<PodSpec> = { restartPolicy: 'OnFailure' };

describe('a life on paper', () => {
  it('starts and becomes ready in its time', () => {
    expect(seen({ 'start-after-ms': '2000', 'ready-after-ms': '3000' }, 60)).toEqual([
      '0 ContainerCreating',
      '2 Running',
      '5 Running ready',
    ]);
  });

  it.each(['ImagePullBackOff', 'CreateContainerConfigError'])('never starts: %s', (reason) => {
    expect(seen({ 'never-start': reason }, 600)).toEqual([`0 ${reason}`]);
  });

  it('fails again and again: at once, then after 10 s, 20 s, ... as a kubelet starts it', () => {
    expect(seen({ fail: 'exit 1', 'run-for-ms': '1000', 'ready-after-ms': '500' }, 40)).toEqual([
      '0 Running',
      '0.5 Running ready',
      '1 Running restarts=1',
      '1.5 Running restarts=1 ready',
      '2 CrashLoopBackOff restarts=1',
      '12 Running restarts=2',
      '12.5 Running restarts=2 ready',
      '13 CrashLoopBackOff restarts=2',
      '33 Running restarts=3',
      '33.5 Running restarts=3 ready',
      '34 CrashLoopBackOff restarts=3',
    ]);
  });

  it('waits five minutes at most, and tells of each wait', () => {
    const life = new PaperLife(podWith({ fail: 'exit 1' }), { untilMs: seconds(2000) });
    const restarts = life.sights.filter(({ seen: text }) => text.startsWith('CrashLoop'));
    const waits = restarts.slice(1).map(({ atMs }, index) => (atMs - (restarts[index]?.atMs ?? 0)) / 1000);
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
    expect(life.events).toHaveLength(restarts.length);
    expect(life.events[0]).toBe('Back-off restarting failed container c in pod p_default(u) (simulated)');
  });

  it('says how the life before ended', () => {
    const { pod } = new PaperLife(podWith({ fail: 'exit 7', 'run-for-ms': '3000', 'fail-times': '1' }), {
      untilMs: seconds(60),
    });
    expect(pod.status?.containerStatuses).toMatchObject([
      {
        restartCount: 1,
        state: { running: { startedAt: '2026-01-01T00:00:03Z' } },
        lastState: {
          terminated: {
            exitCode: 7,
            reason: 'Error',
            startedAt: '2026-01-01T00:00:00Z',
            finishedAt: '2026-01-01T00:00:03Z',
          },
        },
      },
    ]);
  });

  it('fails so many times, and then stays', () => {
    expect(seen({ fail: 'exit 1', 'fail-times': '2', 'run-for-ms': '1000' }, 600)).toEqual([
      '0 Running ready',
      '1 Running restarts=1 ready',
      '2 CrashLoopBackOff restarts=1',
      '12 Running restarts=2 ready',
    ]);
  });

  it('fails so many times, and then has done its work', () => {
    const owned = (pod: Pod): Pod => ({
      ...pod,
      metadata: {
        ...pod.metadata,
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'j', controller: true }],
      },
    });
    const fate = { fail: 'exit 1', 'fail-times': '1', 'run-for-ms': '1000', 'ready-after-ms': '9000' };
    const life = new PaperLife(owned(podWith(fate, ofJob)), { untilMs: seconds(600) });
    expect(life.sights.map(({ seen: text }) => text)).toEqual([
      'Running',
      'Running restarts=1',
      'Completed restarts=1',
    ]);
    expect(life.pod.status?.phase).toBe('Succeeded');
  });

  it('is ready, is not, and is again', () => {
    const fate = { 'ready-after-ms': '1000', 'unready-after-ms': '4000', 'ready-again-after-ms': '2000' };
    expect(seen(fate, 12)).toEqual([
      '0 Running',
      '1 Running ready',
      '5 Running',
      '7 Running ready',
      '11 Running',
    ]);
  });

  it('is ready once, and not again', () => {
    expect(seen({ 'unready-after-ms': '4000' }, 600)).toEqual(['0 Running ready', '4 Running']);
  });

  it('fails although it was never ready', () => {
    const fate = { 'never-ready': 'true', fail: 'exit 2', 'run-for-ms': '5000' };
    expect(seen(fate, 60, { spec: { restartPolicy: 'Never' } })).toEqual(['0 Running', '5 Error']);
  });

  it('is evicted when it has run long enough', () => {
    expect(seen({ evict: 'memory', 'run-for-ms': '5000' }, 60)).toEqual(['0 Running ready', '5 Evicted']);
  });

  it('goes as many times faster, back-off included', () => {
    expect(seen({ fail: 'exit 1', 'start-after-ms': '1000' }, 2, { speed: 10 })).toEqual([
      '0 ContainerCreating',
      '0.1 CrashLoopBackOff restarts=1',
      '1.1 CrashLoopBackOff restarts=2',
    ]);
  });

  it('goes on where it was when the node is started anew', () => {
    const fate = { fail: 'exit 1', 'run-for-ms': '2000', 'start-after-ms': '1000' };
    const whole = seen(fate, 100);
    expect(whole).toContain('39 CrashLoopBackOff restarts=3');
    // While it runs, while it waits, and twice in a row.
    expect(seen(fate, 100, { forgetsAtMs: [2000, 8000, 16_000, 16_000, 40_000] })).toEqual(whole);
  });
});

describe('any fate that is accepted', () => {
  const ms = (least: number) => fc.integer({ min: least, max: 20_000 }).map(String);
  const fates = fc.record(
    {
      'start-after-ms': ms(0),
      'never-start': fc.constant('ImagePullBackOff'),
      'ready-after-ms': ms(0),
      'never-ready': fc.constantFrom('true', 'false'),
      'unready-after-ms': ms(1000),
      'ready-again-after-ms': ms(1000),
      'run-for-ms': ms(0),
      fail: fc.integer({ min: 0, max: 255 }).map((code) => `exit ${code}`),
      'fail-times': fc.integer({ min: 1, max: 3 }).map(String),
      evict: fc.constant('no room'),
    },
    { requiredKeys: [] },
  );
  const policies = fc.constantFrom('Always', 'OnFailure', 'Never');
  const accepted = fates.filter(
    (fate) => fateErrors(podWith(fate).metadata?.annotations ?? {}, 'metadata.annotations').length === 0,
  );

  it('is lived without haste, restarts are counted one by one, and it ends only once', () => {
    fc.assert(
      fc.property(accepted, policies, fc.constantFrom(0.5, 1, 7), (fate, restartPolicy, speed) => {
        const defaults = { startMs: 100, readyMs: 200, stopMs: 0, speed };
        const untilMs = seconds(300);
        const { sights, pod } = new PaperLife(podWith(fate, { restartPolicy }), { untilMs, defaults });
        const counts = sights.map(({ seen: text }) => Number(/restarts=(\d+)/.exec(text)?.[1] ?? 0));
        for (const [index, count] of counts.entries()) {
          expect(count - (counts[index - 1] ?? 0)).toBeGreaterThanOrEqual(0);
          expect(count - (counts[index - 1] ?? 0)).toBeLessThanOrEqual(1);
        }
        const ends = sights.filter(({ seen: text }) => /^(Completed|Error|Evicted)/.test(text));
        expect(ends.length).toBeLessThanOrEqual(1);
        if (ends.length === 1) expect(ends[0]).toBe(sights.at(-1));
        if (fate['never-ready'] === 'true')
          expect(sights.every(({ seen: text }) => !text.endsWith('ready'))).toBe(true);
        expect(Date.parse(pod.status?.startTime ?? '')).toBe(began);
      }),
    );
  });
});
