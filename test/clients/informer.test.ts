import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { until } from '../tools/eventually.js';
import { CutLine } from './cut-line.js';
import { Recorder } from './recorder.js';
import { kubeConfigOf, RestartableServer } from './restartable-server.js';
import { type Story, Writers } from './writers.js';

/** 1,200 objects are 3,000 writes. */
const OBJECTS = 1200;
const WRITES = OBJECTS * 2 + OBJECTS / 2;
const KILLS = 3;

describe("an informer of Kubernetes' client for Node.js", () => {
  it('sees every write once, in order, while the server is killed and started again', async () => {
    await using server = new RestartableServer();
    await server.start();
    await using recorder = new Recorder(kubeConfigOf(server.address, server.address.origin));
    await recorder.start();
    const writers = new Writers(server.address);
    const written = writers.run(OBJECTS);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await hasWritten(writers, (WRITES * kill) / (KILLS + 1));
      await server.kill();
      await pause(200);
      await server.start();
    }
    await written;
    expect(writers.writes).toBe(WRITES);
    expect(writers.unanswered).toBeGreaterThan(0);
    await until(
      'all events arrived',
      () => recorder.raw.length,
      (count) => count >= WRITES,
    );
    // It went on from where it was each time: nothing was listed again that could hide a gap.
    expect(recorder.lists).toBe(1);
    expect(recorder.failures).toBeGreaterThanOrEqual(KILLS);
    const seen = recorder.raw.filter((event) => !event.startsWith('DELETED')).sort();
    expect(seen).toEqual(writers.stories.flatMap(eventsOf).sort());
    const deleted = recorder.raw.filter((event) => event.startsWith('DELETED')).map(nameIn);
    expect(deleted.sort()).toEqual(namesOf(writers.stories, ({ deleted: gone }) => gone));
    const revisions = recorder.raw.map((event) => Number(event.split(' ')[2]));
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    expect(recorder.told.length).toBe(WRITES);
    expect(recorder.cached).toEqual(alive(writers.stories));
  });

  it('lists again when its past is compacted, and ends with what is there: nothing missed, nothing twice', async () => {
    await using server = new RestartableServer();
    await server.start();
    await using line = await CutLine.open(server.address.origin);
    await using recorder = new Recorder(kubeConfigOf(server.address, line.origin));
    await recorder.start();
    const writers = new Writers(server.address);
    const written = writers.run(OBJECTS);
    await hasWritten(writers, WRITES / 3);
    line.cut();
    await hasWritten(writers, (WRITES * 2) / 3);
    await server.compact();
    line.mend();
    await written;
    const final = alive(writers.stories);
    await until(
      'the cache holds what is there',
      () => recorder.cached,
      (held) => held.join() === final.join(),
    );
    expect(recorder.lists).toBe(2);
    expect(recorder.raw.filter((event) => event.startsWith('ERROR'))).toEqual(['ERROR 410 Expired']);
    expect(writers.stories.flatMap((story) => faultsOf(story, recorder))).toEqual([]);
    // Few enough were lost to the gap that the rest proves something.
    expect(recorder.told.length).toBeGreaterThan(WRITES / 3);
  });
});

async function hasWritten(writers: Writers, count: number): Promise<void> {
  await until(
    'the writers came so far',
    () => writers.writes,
    (writes) => writes >= count,
    { everyMs: 10 },
  );
}

function eventsOf({ name, created, changed }: Story): readonly string[] {
  return [`ADDED ${name} ${created}`, `MODIFIED ${name} ${changed}`];
}

function nameIn(event: string): string {
  return event.split(' ')[1] ?? '';
}

function namesOf(stories: readonly Story[], which: (story: Story) => boolean): readonly string[] {
  return stories
    .filter(which)
    .map(({ name }) => name)
    .sort();
}

function alive(stories: readonly Story[]): readonly string[] {
  return stories
    .filter(({ deleted }) => !deleted)
    .map(({ name, changed }) => `${name} ${changed}`)
    .sort();
}

/** What is wrong with what an informer told of one object, when the gap may have swallowed steps in the middle but no end. */
function faultsOf(story: Story, { told }: Recorder): readonly string[] {
  const mine = told.filter(({ name }) => name === story.name);
  const verbs = mine.map(({ verb }) => verb).join(' ');
  const revisions = mine.filter(({ verb }) => verb !== 'delete').map(({ revision }) => revision);
  const grows = revisions.every((revision, index) => index === 0 || revision > (revisions[index - 1] ?? 0));
  const right = story.deleted ? /^(add( update)? delete)?$/ : /^add( update)?$/;
  return right.test(verbs) && grows ? [] : [`${story.name}: ${verbs} at ${revisions.join(', ')}`];
}
