import { type JsonObject, semanticEqual, valueAt } from './deep.js';
import type { KindRef, KubeObject } from './kube-object.js';
import { initialStatus, kindHooks, kindName, kindsWithGeneration } from './strategy-kinds.js';

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
  if (!semanticEqual(fieldsOf(object), fieldsOf(old))) return true;
  const withAnnotations = kindName(kind) === 'apps/Deployment';
  return withAnnotations && !semanticEqual(object.metadata?.annotations, old.metadata?.annotations);
}

/**
 * An updated object as the server keeps it: the status stays what it was, and the generation goes up when anything
 * but metadata and status changed.
 */
export function prepareForUpdate<T extends KubeObject>(kind: KindRef<T>, object: T, old: T): T;
export function prepareForUpdate(kind: KindRef, object: KubeObject, old: KubeObject): KubeObject {
  const kept = hasStatus(kind) ? withStatus(object, valueAt(old, 'status')) : object;
  const hooked = kindHooks.get(kindName(kind))?.update?.(kept, old) ?? kept;
  if (!hasGeneration(kind)) return withGeneration(hooked, old.metadata?.generation);
  const generation = old.metadata?.generation ?? 1;
  return withGeneration(hooked, bumps(kind, hooked, old) ? generation + 1 : generation);
}

/** A write through the status subresource: only the status (and the resourceVersion to compare) is the caller's. */
export function prepareForStatusUpdate<T extends KubeObject>(kind: KindRef<T>, object: T, old: T): T;
export function prepareForStatusUpdate(_kind: KindRef, object: KubeObject, old: KubeObject): KubeObject {
  const { resourceVersion } = object.metadata ?? {};
  const metadata = { ...old.metadata, ...(resourceVersion !== undefined && { resourceVersion }) };
  return withStatus({ ...old, metadata }, valueAt(object, 'status'));
}
