import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryInUseError } from './directory-lock.js';
import { openLmdbStore } from './lmdb.js';
import { LmdbJournal } from './lmdb-journal.js';
import { type Change, type Store, TooOldError } from './store.js';
import { describeStore, read, text } from './store.suite.js';

const root = mkdtempSync(join(tmpdir(), 'holdfast-store-'));
let count = 0;

function freshDirectory(): string {
  count += 1;
  return join(root, `${count}`);
}

afterAll(() => rmSync(root, { recursive: true, force: true }));

describeStore('lmdb', () => openLmdbStore(freshDirectory()));

const absent = { absent: true } as const;

describe('a store on disk', () => {
  let directory: string;
  let store: Store;
  beforeEach(() => {
    directory = freshDirectory();
    store = openLmdbStore(directory);
  });
  afterEach(() => store.close());

  async function reopen(): Promise<void> {
    await store.close();
    store = openLmdbStore(directory);
  }

  it('has everything again after it was closed: versions, revisions, history', async () => {
    await store.put('a', text('x'), absent);
    await store.put('b', text('y'), absent);
    await store.put('a', text('z'), { revision: 1 });
    await store.delete('b', { revision: 2 }, text('last'));
    await reopen();
    expect(store.revision).toBe(4);
    expect(store.get('a')).toMatchObject({ key: 'a', revision: 3, createRevision: 1 });
    expect(read(store.get('a'))).toBe('z@3');
    expect(store.get('a')?.decoded).toBeUndefined();
    const seen: Change[] = [];
    store.watch('', 2, (change) => seen.push(change));
    expect(seen.map((change) => [change.type, read(change.previous), read(change.entry)])).toEqual([
      ['put', 'x@1', 'z@3'],
      ['delete', 'last@4', undefined],
    ]);
    expect(store.range('', { revision: 2 }).entries.map(read)).toEqual(['x@1', 'y@2']);
    expect((await store.put('c', text('c'), absent)).revision).toBe(5);
  });

  it('remembers what it forgot, and its revision even when the last write was a forgotten delete', async () => {
    await store.put('a', text('x'), absent);
    await store.put('b', text('y'), absent);
    await store.put('a', text('z'), { revision: 1 });
    await store.delete('b', { revision: 2 });
    await store.compact(4);
    await reopen();
    expect([store.revision, store.compactedRevision]).toEqual([4, 4]);
    expect(() => store.watch('', 3, () => {})).toThrow(TooOldError);
    expect(store.range('').entries.map(read)).toEqual(['z@3']);
    expect((await store.put('b', text('new'), absent)).revision).toBe(5);
    await reopen();
    expect(store.range('').entries.map(read)).toEqual(['z@3', 'new@5']);
  });

  it('is open once only, and can be opened when a holder is gone', async () => {
    expect(() => openLmdbStore(directory)).toThrow(DirectoryInUseError);
    expect(() => openLmdbStore(directory)).toThrow(`process ${process.pid} is using it`);
    await store.close();
    writeFileSync(join(directory, 'holder.00000000.1.1.abcd'), '');
    store = openLmdbStore(directory);
    expect(readdirSync(directory).filter((file) => file.startsWith('holder.'))).toHaveLength(1);
  });

  it('refuses a format that it does not know', async () => {
    await store.close();
    const other = freshDirectory();
    mkdirSync(other);
    const journal = new LmdbJournal(other, 7);
    journal.open();
    await journal.close();
    expect(() => openLmdbStore(other)).toThrow('it has format 7');
    store = openLmdbStore(directory);
  });

  it('refuses writes once it is closed', async () => {
    await store.close();
    await expect(store.put('a', text('x'), absent)).rejects.toThrow('the store is closed');
    store = openLmdbStore(directory);
  });
});
