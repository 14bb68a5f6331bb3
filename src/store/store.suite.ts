/* A long file, since it is one suite: every store must pass all of it. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Change, ConflictError, type Encoded, type Entry, type Store, TooOldError } from './store.js';

/** Makes an empty store for one test. */
export type MakeStore = () => Store;

const absent = { absent: true } as const;

/** A value that carries its revision, as an object carries its resourceVersion. */
export function text(content: string): (revision: number) => Encoded {
  return (revision) => ({
    value: Buffer.from(`${content}@${revision}`),
    decoded: Object.freeze({ content, revision }),
  });
}

/** What a version says. */
export function read(entry: Entry | undefined): string | undefined {
  return entry === undefined ? undefined : Buffer.from(entry.value).toString();
}

function told(change: Change): string {
  return `${change.revision} ${change.type} ${change.key} ${read(change.previous) ?? '-'} -> ${read(change.entry) ?? '-'}`;
}

/** What every implementation of Store does. */
export function describeStore(name: string, makeStore: MakeStore): void {
  describe(`${name}: a store`, () => {
    let store: Store;
    beforeEach(() => {
      store = makeStore();
    });
    afterEach(() => store.close());
    describeWrites(() => store);
    describeReads(() => store);
    describeWatch(() => store);
    describeCompaction(() => store);
  });
}

function describeWrites(the: () => Store): void {
  it('numbers its writes from 1, one by one', async () => {
    expect(the().revision).toBe(0);
    const a = await the().put('a', text('x'), absent);
    const b = await the().put('b', text('y'), absent);
    const again = await the().put('a', text('z'), { revision: a.revision });
    expect([a.revision, b.revision, again.revision]).toEqual([1, 2, 3]);
    expect(again.createRevision).toBe(1);
    expect(read(the().get('a'))).toBe('z@3');
    expect(the().get('a')?.decoded).toEqual({ content: 'z', revision: 3 });
    expect(the().revision).toBe(3);
  });

  it('refuses a write whose expectation does not hold, and says what stands there', async () => {
    await the().put('a', text('x'), absent);
    await expect(the().put('a', text('y'), absent)).rejects.toMatchObject({
      name: 'ConflictError',
      current: { revision: 1 },
    });
    await expect(the().put('a', text('y'), { revision: 7 })).rejects.toBeInstanceOf(ConflictError);
    await expect(the().put('b', text('y'), { revision: 1 })).rejects.toMatchObject({ current: undefined });
    await expect(the().delete('b', { revision: 1 })).rejects.toBeInstanceOf(ConflictError);
    expect(the().revision).toBe(1);
  });

  it('lets one of many writers win, and shows the losers the winner', async () => {
    const tries = Array.from({ length: 10 }, (_, index) => the().put('a', text(`writer ${index}`), absent));
    const results = await Promise.allSettled(tries);
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results.slice(1)) {
      expect(result).toMatchObject({ reason: { name: 'ConflictError', current: { revision: 1 } } });
    }
  });

  it('checks a write against those in flight', async () => {
    const { revision } = await the().put('a', text('x'), absent);
    const deleted = the().delete('a', { revision });
    const created = the().put('a', text('new'), absent);
    expect(await deleted).toBe(2);
    expect(await created).toMatchObject({ revision: 3, createRevision: 3 });
  });

  it('shows a write to readers only when it is acknowledged, and to watchers before the writer', async () => {
    const order: string[] = [];
    the().watch('', 0, (change) => order.push(`watcher ${change.revision}`));
    const written = the()
      .put('a', text('x'), absent)
      .then(() => order.push('writer'));
    expect(the().get('a')).toBeUndefined();
    expect(the().revision).toBe(0);
    await written;
    expect(order).toEqual(['watcher 1', 'writer']);
  });

  it('does not number a write that could not be encoded', async () => {
    const failing = the().put(
      'a',
      () => {
        throw new Error('no such value');
      },
      absent,
    );
    await expect(failing).rejects.toThrow('no such value');
    expect((await the().put('a', text('x'), absent)).revision).toBe(1);
  });

  it('deletes', async () => {
    const { revision } = await the().put('a', text('x'), absent);
    expect(await the().delete('a', { revision })).toBe(2);
    expect(the().get('a')).toBeUndefined();
    expect(the().count('')).toBe(0);
    expect(await the().put('a', text('y'), absent)).toMatchObject({ revision: 3, createRevision: 3 });
  });
}

function describeReads(the: () => Store): void {
  async function fill(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => the().put(key, text(key), absent)));
  }

  it('lists a prefix in the order of its keys, page by page', async () => {
    await fill(['p/c', 'p/a', 'q/a', 'p', 'p/b', 'o/z', 'p/d', 'p0']);
    const keys = (entries: readonly Entry[]): string[] => entries.map((entry) => entry.key);
    expect(keys(the().range('p/').entries)).toEqual(['p/a', 'p/b', 'p/c', 'p/d']);
    const first = the().range('p/', { limit: 3 });
    expect([keys(first.entries), first.remaining]).toEqual([['p/a', 'p/b', 'p/c'], 1]);
    const second = the().range('p/', { limit: 3, startAfter: 'p/c' });
    expect([keys(second.entries), second.remaining]).toEqual([['p/d'], 0]);
    expect(the().count('p/')).toBe(4);
    expect(the().count('')).toBe(8);
    expect(the().range('nothing/').entries).toEqual([]);
  });

  it('stays in order over many inserts and deletes', async () => {
    const keys = Array.from(
      { length: 2000 },
      (_, index) => `k/${((index * 7919) % 2003).toString().padStart(4, '0')}`,
    );
    await fill(keys);
    await Promise.all(
      keys
        .filter((_, index) => index % 3 === 0)
        .map((key) => the().delete(key, { revision: revisionOf(key) })),
    );
    const expected = keys.filter((_, index) => index % 3 !== 0).sort();
    expect(
      the()
        .range('k/')
        .entries.map((entry) => entry.key),
    ).toEqual(expected);
    expect(the().count('k/')).toBe(expected.length);
    expect(
      the()
        .range('k/', { limit: 10, startAfter: expected[699] })
        .entries.map((entry) => entry.key),
    ).toEqual(expected.slice(700, 710));
    expect(the().range('k/', { limit: 10, startAfter: expected[699] }).remaining).toBe(expected.length - 710);
  });

  function revisionOf(key: string): number {
    return the().get(key)?.revision ?? 0;
  }

  it('shows the state at an older revision', async () => {
    await fill(['p/a', 'p/b']);
    await the().put('p/a', text('new'), { revision: 1 });
    await the().delete('p/b', { revision: 2 }, text('last'));
    await the().put('p/c', text('c'), absent);
    const at = (revision: number): (string | undefined)[] =>
      the().range('p/', { revision }).entries.map(read);
    expect(at(0)).toEqual([]);
    expect(at(2)).toEqual(['p/a@1', 'p/b@2']);
    expect(at(3)).toEqual(['new@3', 'p/b@2']);
    expect(at(4)).toEqual(['new@3']);
    expect(at(5)).toEqual(['new@3', 'c@5']);
    expect(the().range('p/', { revision: 3, limit: 1 })).toMatchObject({ revision: 3, remaining: 1 });
    expect(the().range('p/', { revision: 3, limit: 1, startAfter: 'p/a' }).entries.map(read)).toEqual([
      'p/b@2',
    ]);
  });
}

function describeWatch(the: () => Store): void {
  it('tells the past first, then every change under its prefix, in order', async () => {
    await the().put('p/a', text('1'), absent);
    await the().put('q/a', text('2'), absent);
    await the().put('p/a', text('3'), { revision: 1 });
    const seen: string[] = [];
    const watch = the().watch('p/', 1, (change) => seen.push(told(change)));
    expect(seen).toEqual(['3 put p/a 1@1 -> 3@3']);
    await the().put('p/b', text('4'), absent);
    await the().delete('p/a', { revision: 3 }, text('gone'));
    await the().put('q/b', text('6'), absent);
    watch.stop();
    await the().put('p/c', text('7'), absent);
    expect(seen).toEqual(['3 put p/a 1@1 -> 3@3', '4 put p/b - -> 4@4', '5 delete p/a gone@5 -> -']);
  });

  it('shows the last version at a delete when no last state is given', async () => {
    await the().put('a', text('x'), absent);
    await the().delete('a', { revision: 1 });
    const seen: string[] = [];
    the().watch('', 1, (change) => seen.push(told(change)));
    expect(seen).toEqual(['2 delete a x@1 -> -']);
  });

  it('goes on when a listener fails, and tells nothing twice to one who comes from within a listener', async () => {
    const seen: number[] = [];
    let nested = false;
    the().watch('', 0, (change) => {
      if (!nested) the().watch('', change.revision - 1, (inner) => seen.push(inner.revision));
      nested = true;
      throw new Error('listener');
    });
    await the().put('a', text('x'), absent);
    await the().put('b', text('y'), absent);
    expect(seen).toEqual([1, 2]);
  });

  it('can be stopped from within, and sees the store as it was at the change', async () => {
    const seen: number[] = [];
    const watch = the().watch('', 0, (change) => {
      seen.push(the().revision - change.revision);
      watch.stop();
    });
    await Promise.all(['a', 'b', 'c'].map((key) => the().put(key, text(key), absent)));
    expect(seen).toEqual([0]);
  });
}

function describeCompaction(the: () => Store): void {
  it('forgets the past up to a revision, and says so', async () => {
    for (let index = 0; index < 5; index += 1) {
      await the().put('a', text('x'), index === 0 ? absent : { revision: index });
    }
    await the().compact(3);
    expect(the().compactedRevision).toBe(3);
    expect(() => the().watch('', 2, () => {})).toThrow(TooOldError);
    expect(() => the().range('', { revision: 2 })).toThrow(TooOldError);
    const seen: string[] = [];
    the().watch('', 3, (change) => seen.push(told(change)));
    expect(seen).toEqual(['4 put a x@3 -> x@4', '5 put a x@4 -> x@5']);
    expect(the().range('', { revision: 3 }).entries.map(read)).toEqual(['x@3']);
    await the().compact(2);
    expect(the().compactedRevision).toBe(3);
    await the().compact(99);
    expect(the().compactedRevision).toBe(5);
    expect(read(the().get('a'))).toBe('x@5');
    expect((await the().put('a', text('y'), { revision: 5 })).revision).toBe(6);
  });
}
