import type { KindRef, KubeObject } from '../../api/kube-object.js';
import { tooLarge } from '../../api/status-error.js';
import { deepFreeze } from '../../lib/deep-freeze.js';
import type { Encoded, Entry } from '../../store/store.js';

/** What was parsed of entries that came from disk, so that each version is parsed once. */
const parsed = new WeakMap<Entry, KubeObject>();

/** The frozen object of a stored version; parsed only when nobody has done so since it was read from disk. */
export function decode<T extends KubeObject>(entry: Entry, kind?: KindRef<T>): T;
export function decode(entry: Entry): KubeObject {
  if (entry.decoded !== undefined) return entry.decoded;
  const known = parsed.get(entry);
  if (known !== undefined) return known;
  const object: KubeObject = deepFreeze(JSON.parse(Buffer.from(entry.value).toString('utf8')));
  parsed.set(entry, object);
  return object;
}

/** The object with this revision as its resourceVersion. */
export function withRevision<T extends KubeObject>(object: T, revision: number): T {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

/** Bytes and frozen object of one version: the only place where an object is serialized. */
export function encode(object: KubeObject): Encoded {
  return { value: Buffer.from(JSON.stringify(object)), decoded: deepFreeze(object) };
}

/** Patches can make an object larger than any body, and each version of it is kept in memory. */
const maxObjectBytes = 4 * 1024 * 1024;

/** Encodes an object at the revision that the store gives to the write; refuses one that has grown beyond measure. */
export function encoderOf(object: KubeObject): (revision: number) => Encoded {
  return (revision) => {
    const encoded = encode(withRevision(object, revision));
    const { length } = encoded.value;
    if (length > maxObjectBytes)
      throw tooLarge(`the object would have ${length} bytes, limit is ${maxObjectBytes}`);
    return encoded;
  };
}

/** A version that is shown but was not stored (dry runs, converted versions). */
export function unstored(key: string, object: KubeObject, revision = 0): Entry {
  return { key, revision, createRevision: 0, ...encode(object) };
}
