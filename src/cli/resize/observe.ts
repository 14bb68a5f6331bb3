import { kinds } from '../../api/kinds.js';
import type { KindRef, KubeObject, ObjectKey } from '../../api/kube-object.js';
import { isNotFound } from '../../api/status-error.js';
import type { Client } from '../../client/client.js';
import { type ResizeFacts, recordName } from './facts.js';

/** Reads how things stand, from the server. */
export async function observe(
  client: Client,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<ResizeFacts> {
  const [set, record, claims, classes, pods] = await Promise.all([
    find(client, kinds.StatefulSet, { namespace, name }),
    find(client, kinds.ConfigMap, { namespace, name: recordName(name) }),
    client.list(kinds.PersistentVolumeClaim, namespace),
    client.list(kinds.StorageClass, undefined),
    client.list(kinds.Pod, namespace),
  ]);
  const isMember = (pod: KubeObject): boolean =>
    pod.metadata?.name?.startsWith(`${name}-`) === true &&
    /^(0|[1-9]\d*)$/.test(pod.metadata.name.slice(name.length + 1));
  return {
    namespace,
    name,
    set,
    record,
    claims: claims.items,
    classes: classes.items,
    pods: pods.items.filter(isMember),
  };
}

/** The object, or undefined when there is none. */
export async function find<T extends KubeObject>(
  client: Client,
  kind: KindRef<T>,
  key: ObjectKey,
): Promise<T | undefined> {
  try {
    return await client.get(kind, key);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
