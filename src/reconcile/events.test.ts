import { describe, expect, it } from 'vitest';
import type { Event } from '../api/generated/core-v1.js';
import { kinds } from '../api/kinds.js';
import { unavailable } from '../api/status-error.js';
import type { Client } from '../client/client.js';
import { createLocalClient } from '../client/local.js';
import { MemoryApi } from '../client/memory-api.fixture.js';
import { VirtualClock } from '../lib/virtual-clock.js';
import { openMemoryStore } from '../store/memory.js';
import { createEventRecorder, type EventRecorder, referenceTo } from './events.js';

interface World {
  readonly api: MemoryApi;
  readonly client: Client;
  readonly clock: VirtualClock;
  readonly recorder: EventRecorder;
  events(): Promise<readonly Event[]>;
}

function setUp(): World {
  const clock = new VirtualClock();
  const api = new MemoryApi(openMemoryStore());
  const client = createLocalClient({ as: () => api }, { name: 'test', groups: [] }, { clock });
  const recorder = createEventRecorder({ client, clock, component: 'test-controller', host: 'node-0' });
  const events = async (): Promise<readonly Event[]> => {
    await recorder.flushed();
    return (await client.list(kinds.Event, undefined)).items;
  };
  return { api, client, clock, recorder, events };
}

const pod = referenceTo(kinds.Pod, { metadata: { name: 'mysql-0', namespace: 'default', uid: 'u' } });

describe('the event recorder', () => {
  it('writes who, what, when and about which object', async () => {
    const { recorder, events } = setUp();
    recorder.event(pod, 'Normal', 'Started', 'Started container mysql');
    expect(await events()).toMatchObject([
      {
        metadata: { name: expect.stringMatching(/^mysql-0\.[0-9a-f]{16}$/), namespace: 'default' },
        involvedObject: { apiVersion: 'v1', kind: 'Pod', name: 'mysql-0', namespace: 'default', uid: 'u' },
        type: 'Normal',
        reason: 'Started',
        message: 'Started container mysql',
        source: { component: 'test-controller', host: 'node-0' },
        reportingComponent: 'test-controller',
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:00:00Z',
        count: 1,
      },
    ]);
  });

  it('counts what it says again', async () => {
    const { recorder, events, clock } = setUp();
    for (let repeat = 0; repeat < 3; repeat += 1) {
      recorder.event(pod, 'Warning', 'BackOff', 'back-off');
      await clock.advance(1000);
    }
    recorder.event(pod, 'Warning', 'BackOff', 'something else');
    expect(await events()).toMatchObject([
      {
        message: 'back-off',
        count: 3,
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:00:02Z',
      },
      { message: 'something else', count: 1 },
    ]);
  });

  it('combines many different messages of one reason', async () => {
    const { recorder, events } = setUp();
    for (let index = 0; index < 15; index += 1) recorder.event(pod, 'Warning', 'Failed', `attempt ${index}`);
    const written = await events();
    expect(written).toHaveLength(11);
    expect(written.at(-1)).toMatchObject({ message: '(combined from similar events): attempt 14', count: 5 });
  });

  it('starts a new event when the one that counts is gone', async () => {
    const { recorder, events, client } = setUp();
    recorder.event(pod, 'Normal', 'A', 'a');
    for (const event of await events()) {
      await client.delete(kinds.Event, { namespace: 'default', name: event.metadata.name ?? '' });
    }
    recorder.event(pod, 'Normal', 'A', 'a');
    expect(await events()).toMatchObject([{ count: 1 }]);
  });

  it('goes on when an event cannot be written', async () => {
    const { recorder, events, api } = setUp();
    api.failures.push(unavailable('down'));
    recorder.event(pod, 'Normal', 'A', 'lost');
    recorder.event(pod, 'Normal', 'A', 'written');
    expect(await events()).toMatchObject([{ message: 'written' }]);
  });
});
