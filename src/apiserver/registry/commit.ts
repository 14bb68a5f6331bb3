import type { KubeObject } from '../../api/kube-object.js';
import { alreadyExists, conflict, failure, type StatusError } from '../../api/status-error.js';
import { ConflictError, type Entry, StoreFullError } from '../../store/store.js';
import { decode, encode, encoderOf, unstored, withRevision } from './codec.js';
import type { Write } from './registry.js';
import type { Resource } from './resources.js';

/** Why a write did not reach the store, as the API says it. */
function storeFailure(error: unknown, resource: Resource, name: string): unknown {
  if (error instanceof ConflictError) return conflict(resource.kind, name);
  if (error instanceof StoreFullError) return diskFull(error);
  return error;
}

function diskFull(cause: unknown): StatusError {
  return failure({
    code: 507,
    reason: 'InsufficientStorage',
    message:
      'the write was not stored: the disk that holds the state directory is full; free some space and try again',
    cause,
  });
}

/** Where a new object will lie. */
export interface NewTarget {
  readonly resource: Resource;
  readonly key: string;
}

/** Stores a new object; refuses when the name is taken. */
export async function commitNew(
  write: Write,
  { resource, key }: NewTarget,
  object: KubeObject,
): Promise<Entry> {
  const name = object.metadata?.name ?? '';
  if (write.dryRun) {
    if (write.registry.store.get(key) !== undefined) throw alreadyExists(resource.kind, name);
    return unstored(key, object);
  }
  try {
    return await write.registry.store.put(key, encoderOf(object), { absent: true });
  } catch (error) {
    if (error instanceof ConflictError) throw alreadyExists(resource.kind, name);
    throw storeFailure(error, resource, name);
  }
}

/** Stores the next version of an object over exactly the version `current`. */
export async function commitChange(
  write: Write,
  { resource, current }: { readonly resource: Resource; readonly current: Entry },
  object: KubeObject,
): Promise<Entry> {
  if (write.dryRun) return unstored(current.key, withRevision(object, current.revision), current.revision);
  try {
    return await write.registry.store.put(current.key, encoderOf(object), { revision: current.revision });
  } catch (error) {
    throw storeFailure(error, resource, object.metadata?.name ?? '');
  }
}

/** Removes an object for good; resolves with its last state, whose resourceVersion is that of the removal. */
export async function commitRemoval(
  write: Write,
  { resource, current }: { readonly resource: Resource; readonly current: Entry },
  last: KubeObject,
): Promise<Entry> {
  if (write.dryRun) return unstored(current.key, last, current.revision);
  try {
    let final = current;
    await write.registry.store.delete(current.key, { revision: current.revision }, (revision) => {
      const encoded = encode(withRevision(last, revision));
      final = { key: current.key, createRevision: current.createRevision, revision, ...encoded };
      return encoded;
    });
    return final;
  } catch (error) {
    throw storeFailure(error, resource, decode(current).metadata?.name ?? '');
  }
}
