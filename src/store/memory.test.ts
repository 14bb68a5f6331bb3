import { describe, expect, it } from 'vitest';
import { deferred } from '../lib/deferred.js';
import { silentLogger } from '../lib/log.js';
import { VirtualClock } from '../lib/virtual-clock.js';
import { startCompaction } from './compaction.js';
import { StoreEngine } from './engine.js';
import { memoryJournal, openMemoryStore } from './memory.js';
import { StoreFullError } from './store.js';
import { describeStore, read, text } from './store.suite.js';

describeStore('memory', () => openMemoryStore());

const absent = { absent: true } as const;

describe('a store whose disk is full', () => {
  it('refuses the write and all that came after it, changes nothing, and goes on when there is room', async () => {
    let full = false;
    const store = new StoreEngine(
      {
        ...memoryJournal,
        commit: async () => (full ? Promise.reject(new StoreFullError('full')) : undefined),
      },
      silentLogger,
    );
    const seen: number[] = [];
    store.watch('', 0, (change) => seen.push(change.revision));
    await store.put('a', text('x'), absent);
    full = true;
    const writes = [store.put('a', text('y'), { revision: 1 }), store.put('b', text('z'), absent)];
    const late = Promise.resolve().then(() => store.put('a', text('w'), { revision: 1 }));
    for (const write of [...writes, late]) await expect(write).rejects.toBeInstanceOf(StoreFullError);
    expect([store.revision, read(store.get('a')), store.get('b')]).toEqual([1, 'x@1', undefined]);
    full = false;
    expect((await store.put('a', text('y'), { revision: 1 })).revision).toBe(2);
    expect(seen).toEqual([1, 2]);
  });

  it('fails writes that wait behind the failing commit', async () => {
    const gate = deferred();
    const store = new StoreEngine({ ...memoryJournal, commit: () => gate.promise }, silentLogger);
    const first = store.put('a', text('x'), absent);
    await Promise.resolve();
    await Promise.resolve();
    const second = store.put('b', text('y'), absent);
    gate.reject(new StoreFullError('full'));
    await expect(first).rejects.toThrow('full');
    await expect(second).rejects.toThrow('full');
  });
});

describe('group commit', () => {
  it('puts what is asked for in one turn, or while a commit runs, into one commit', async () => {
    const batches: number[] = [];
    const gates = [deferred(), deferred()];
    const store = new StoreEngine(
      {
        ...memoryJournal,
        commit: (changes) => {
          batches.push(changes.length);
          return gates[batches.length - 1]?.promise ?? Promise.resolve();
        },
      },
      silentLogger,
    );
    const write = (key: string): Promise<unknown> => store.put(key, text(key), absent);
    const turn = [write('a'), write('b'), write('c')];
    await expect.poll(() => batches).toEqual([3]);
    const meanwhile = [write('d'), write('e')];
    gates[0]?.resolve();
    await Promise.all(turn);
    expect(store.revision).toBe(3);
    await expect.poll(() => batches).toEqual([3, 2]);
    gates[1]?.resolve();
    await Promise.all(meanwhile);
    expect(store.revision).toBe(5);
  });
});

describe('startCompaction', () => {
  it('keeps what is younger than its time, and never more than its number of changes', async () => {
    const clock = new VirtualClock();
    const store = openMemoryStore();
    await using _compaction = startCompaction(
      { store, clock, log: silentLogger },
      { keepMs: 1000, keepChanges: 5, everyMs: 100 },
    );
    const write = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) await store.put(`${store.revision}`, text('x'), absent);
    };
    await write(3);
    await clock.advance(100);
    expect(store.compactedRevision).toBe(0);
    await clock.advance(1000);
    expect(store.compactedRevision).toBe(3);
    await write(8);
    await clock.advance(100);
    expect(store.compactedRevision).toBe(6);
  });
});
