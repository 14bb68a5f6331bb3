import { type JsonObject, semanticEqual, valueAt } from './deep.js';
import type { ObjectMeta } from './generated/meta-v1.js';
import type { KindRef, KubeObject } from './kube-object.js';
import {
  allMetadata,
  countedParts,
  initialStatus,
  kindHooks,
  kindName,
  kindsWithGeneration,
  untouchedByStatus,
} from './strategy-kinds.js';

/** True when the kind counts the changes of its spec in `metadata.generation`. */
export function hasGeneration(kind: Pick<KindRef, 'group' | 'kind'>): boolean {
  return kindsWithGeneration.has(kindName(kind)) || isCustom(kind);
}

/** True when the kind's status is written through its own subresource only. */
export function hasStatus(kind: Pick<KindRef, 'group' | 'kind'>): boolean {
  return initialStatus.has(kindName(kind));
}

function isCustom({ group }: Pick<KindRef, 'group'>): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io');
}

function withStatus<T extends KubeObject>(object: T, status: unknown): T {
  const copy: T & { status?: unknown } = { ...object };
  if (status === undefined) delete copy.status;
  else copy.status = status;
  return copy;
}

function withGeneration<T extends KubeObject>(object: T, generation: number | undefined): T {
  const metadata = { ...object.metadata };
  delete metadata.generation;
  return { ...object, metadata: generation === undefined ? metadata : { ...metadata, generation } };
}

/**
 * A new object as the server begins to keep it: generation 1, an empty status whatever the caller sent, and what the
 * kind adds by itself. The object has its defaults, name and uid already.
 */
export function prepareForCreate<T extends KubeObject>(kind: KindRef<T>, object: T): T;
export function prepareForCreate(kind: KindRef, object: KubeObject): KubeObject {
  const status = initialStatus.get(kindName(kind));
  const fresh = status === undefined ? object : withStatus(object, status);
  const counted = withGeneration(fresh, hasGeneration(kind) ? 1 : undefined);
  return kindHooks.get(kindName(kind))?.create?.(counted) ?? counted;
}

const notSpec = new Set(['metadata', 'status', 'apiVersion', 'kind']);

function fieldsOf(object: KubeObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !notSpec.has(key)));
}

function bumps(kind: KindRef, object: KubeObject, old: KubeObject): boolean {
  const { body = true, metadata } = countedParts.get(kindName(kind)) ?? {};
  if (body && !semanticEqual(fieldsOf(object), fieldsOf(old))) return true;
  return metadata !== undefined && !semanticEqual(object.metadata?.[metadata], old.metadata?.[metadata]);
}

/**
 * An updated object as the server keeps it: the status stays what it was, and the generation goes up when anything
 * but metadata and status changed.
 */
export function prepareForUpdate<T extends KubeObject>(kind: KindRef<T>, object: T, old: T): T;
export function prepareForUpdate(kind: KindRef, object: KubeObject, old: KubeObject): KubeObject {
  const kept = hasStatus(kind) ? withStatus(object, valueAt(old, 'status')) : object;
  const counted = withGeneration(kept, old.metadata?.generation);
  const hooked = kindHooks.get(kindName(kind))?.update?.(counted, old) ?? counted;
  if (!hasGeneration(kind)) return hooked;
  const generation = old.metadata?.generation ?? 1;
  return withGeneration(hooked, bumps(kind, hooked, old) ? generation + 1 : generation);
}

/**
 * A write through the status subresource: the spec stays what it was. Metadata is the caller's but for what its kind
 * protects, as in Kubernetes: that is how controllers note things beside a status without counting as a change.
 */
export function prepareForStatusUpdate<T extends KubeObject>(kind: KindRef<T>, object: T, old: T): T;
export function prepareForStatusUpdate(kind: KindRef, object: KubeObject, old: KubeObject): KubeObject {
  const kept = untouchedByStatus.get(kindName(kind)) ?? (isCustom(kind) ? allMetadata : []);
  const before = { generation: old.metadata?.generation, ...picked(old.metadata, kept) };
  const metadata = Object.fromEntries(
    Object.entries({ ...object.metadata, ...before }).filter(([, value]) => value !== undefined),
  );
  return withStatus({ ...old, metadata }, valueAt(object, 'status'));
}

function picked(metadata: ObjectMeta | undefined, keys: readonly (keyof ObjectMeta)[]): ObjectMeta {
  return Object.fromEntries(keys.map((key) => [key, metadata?.[key]]));
}
