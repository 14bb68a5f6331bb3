import type { Namespace } from '../../api/generated/core-v1.js';
import { isStoredForm } from '../../api/kinds/row.js';
import { type KindRow, kindRows } from '../../api/kinds.js';
import { isTerminating } from '../../api/pods.js';
import type { Cache, Client } from '../../client/client.js';
import type { Content, NamespaceFacts } from './facts.js';

/** Kinds that live in Namespaces; a second face of a kind has the same objects. */
const contentKinds: readonly KindRow[] = kindRows.filter(
  (row) => row.namespaced && isStoredForm(row) && row.verbs.includes('deletecollection'),
);

/** Reads a Namespace, and what is in it when it is being deleted; undefined when it is gone. */
export async function observe(
  { client, namespaces }: { readonly client: Client; readonly namespaces: Cache<Namespace> },
  name: string,
): Promise<NamespaceFacts | undefined> {
  await namespaces.synced;
  const namespace = namespaces.get({ name });
  if (namespace === undefined) return undefined;
  if (!isTerminating(namespace)) return { namespace, contents: [] };
  const contents = await Promise.all(contentKinds.map((kind) => contentOf(client, kind, name)));
  return { namespace, contents };
}

async function contentOf(client: Client, kind: KindRow, namespace: string): Promise<Content> {
  const { items } = await client.list(kind, namespace);
  const finalizers = new Map<string, number>();
  for (const name of items.flatMap((item) => item.metadata?.finalizers ?? []))
    finalizers.set(name, (finalizers.get(name) ?? 0) + 1);
  const living = items.filter((item) => !isTerminating(item)).length;
  return { kind, total: items.length, living, finalizers };
}
