/** Writes to the store in the given directory until it is killed, and prints the key of each acknowledged write. */
import { openLmdbStore } from './lmdb.js';

const [directory = '', round = ''] = process.argv.slice(2);
const store = openLmdbStore(directory);

/** Waits for a reader who is held up: a write at once would fail when the pipe is full. */
function print(line: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(`${line}\n`, () => resolve());
  });
}

async function writeForever(writer: number): Promise<never> {
  for (let index = 0; ; index += 1) {
    const key = `${round}/${writer}/${index}`;
    const value = (revision: number) => ({ value: Buffer.from(`${key}@${revision}`) });
    const { revision } = await store.put(key, value, { absent: true });
    if (index % 3 === 2) await store.delete(key, { revision });
    await print(`${index % 3 === 2 ? '-' : '+'}${key}`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => writeForever(writer)));
