/** Writes to the store in the given directory until it is killed, and prints the key of each acknowledged write. */
import { writeSync } from 'node:fs';
import { openLmdbStore } from './lmdb.js';

const [directory = '', round = ''] = process.argv.slice(2);
const store = openLmdbStore(directory);

async function writeForever(writer: number): Promise<never> {
  for (let index = 0; ; index += 1) {
    const key = `${round}/${writer}/${index}`;
    const value = (revision: number) => ({ value: Buffer.from(`${key}@${revision}`) });
    const { revision } = await store.put(key, value, { absent: true });
    if (index % 3 === 2) await store.delete(key, { revision });
    writeSync(1, `${index % 3 === 2 ? '-' : '+'}${key}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => writeForever(writer)));
