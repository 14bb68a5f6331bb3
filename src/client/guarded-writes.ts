import type { KindRef, KubeObject, ObjectKey } from '../api/kube-object.js';
import type { ResourceApi, WriteOptions } from '../api/resource-api.js';
import { isConflict, isInvalid, isNotFound, notFound } from '../api/status-error.js';

const MODIFY_ATTEMPTS = 5;

/** Options of `modify`: what every write takes, and which part of the object is written. */
export type ModifyOptions = WriteOptions & { readonly subresource?: 'status' };

interface Modification<T> {
  readonly key: ObjectKey & { readonly uid?: string };
  readonly change: (current: T) => T | undefined;
  readonly options?: ModifyOptions | undefined;
}

/** Reads, changes and writes an object, again when somebody else wrote in between. */
export async function modify<T extends KubeObject>(
  api: ResourceApi,
  kind: KindRef<T>,
  { key, change, options }: Modification<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const current = await api.get(kind, key);
    if (key.uid !== undefined && current.metadata?.uid !== key.uid) throw notFound(kind, key.name);
    const changed = change(current);
    if (changed === undefined) return current;
    try {
      return await write(api, kind, { object: basedOn(current, changed), options });
    } catch (error) {
      if (!isConflict(error) || attempt === MODIFY_ATTEMPTS) throw error;
    }
  }
}

function write<T extends KubeObject>(
  api: ResourceApi,
  kind: KindRef<T>,
  { object, options }: { readonly object: T; readonly options: ModifyOptions | undefined },
): Promise<T> {
  if (options?.subresource === undefined) return api.update(kind, object, options);
  const { subresource, ...writeOptions } = options;
  return api.updateSub(kind, object, subresource, writeOptions);
}

/** The write is refused unless the object is still the one that was read. */
function basedOn<T extends KubeObject>(current: T, changed: T): T {
  const { uid, resourceVersion } = current.metadata ?? {};
  return { ...changed, metadata: { ...changed.metadata, uid, resourceVersion } };
}

/** Merge-patches the status of exactly this object; undefined when it is gone or another has taken its name. */
export async function patchStatus<T extends KubeObject>(
  api: ResourceApi,
  kind: KindRef<T>,
  { object, status }: { readonly object: T; readonly status: unknown },
): Promise<T | undefined> {
  const { name = '', namespace, uid } = object.metadata ?? {};
  const key = { namespace, name };
  const body = { metadata: { uid }, status };
  try {
    return await api.patch(kind, key, { type: 'application/merge-patch+json', body, subresource: 'status' });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    // A changed uid is refused as a conflict or as invalid; only a look tells whether that was the reason.
    if ((isConflict(error) || isInvalid(error)) && !(await stillThere(api, kind, { key, uid })))
      return undefined;
    throw error;
  }
}

async function stillThere(
  api: ResourceApi,
  kind: KindRef,
  { key, uid }: { readonly key: ObjectKey; readonly uid: string | undefined },
): Promise<boolean> {
  try {
    const current = await api.get(kind, key);
    return current.metadata?.uid === uid;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
