import { isList, isObject, valueAt } from '../api/deep.js';
import { type KindRow, rowOfObject } from '../api/kinds.js';
import type { KindRef, KubeObject, ObjectKey } from '../api/kube-object.js';
import { lastAppliedOf, withLastApplied } from '../api/patch/last-applied.js';
import { threeWayPatch } from '../api/patch/three-way.js';
import { isNotFound, StatusError } from '../api/status-error.js';
import type { Client } from '../client/client.js';
import { UserError } from '../cluster/index.js';
import { isRecord, type Manifest } from './manifests.js';

/** What became of one object, in kubectl's words. */
export interface Applied {
  readonly kind: KindRef;
  readonly key: ObjectKey;
  readonly outcome: 'created' | 'configured' | 'unchanged';
}

/** A manifest with its kind found and its namespace filled in. */
interface Resolved {
  readonly where: string;
  readonly kind: KindRow;
  readonly key: ObjectKey;
  readonly object: Readonly<Record<string, unknown>>;
}

const FIELD_MANAGER = 'kubectl-client-side-apply';

/**
 * Applies manifests as `kubectl apply` does, with its last-applied annotation, so that a later `kubectl apply` finds
 * nothing to change. Everything is tried by dry run first: when one object is refused, none is written.
 */
export async function applyManifests(
  client: Client,
  manifests: readonly Manifest[],
  options: { readonly namespace: string; readonly warn: (message: string) => void },
): Promise<readonly Applied[]> {
  const resolved = manifests.map((manifest) => resolve(manifest, options.namespace));
  const made = new Set(resolved.filter(({ kind }) => kind.kind === 'Namespace').map(({ key }) => key.name));
  for (const one of resolved) {
    // An object of a namespace that these manifests make cannot be tried before it is there.
    if (one.key.namespace === undefined || !made.has(one.key.namespace))
      await applyOne(client, one, { dryRun: true });
  }
  const applied: Applied[] = [];
  for (const one of resolved)
    applied.push(await applyOne(client, one, { dryRun: false, onWarning: options.warn }));
  return applied;
}

function resolve({ where, object }: Manifest, defaultNamespace: string): Resolved {
  const kindName = String(object['kind']);
  const version = String(object['apiVersion']);
  const kind = rowOfObject(version, kindName);
  if (kind === undefined)
    throw new UserError(`${where}: no kind "${kindName}" in version "${version}" is served here`);
  const metadata = isRecord(object['metadata']) ? object['metadata'] : {};
  const name = metadata['name'];
  if (typeof name !== 'string' || name === '')
    throw new UserError(`${where}: ${kindName}: metadata.name is not set`);
  if (!kind.namespaced) return { where, kind, key: { name }, object };
  const namespace = typeof metadata['namespace'] === 'string' ? metadata['namespace'] : defaultNamespace;
  return {
    where,
    kind,
    key: { namespace, name },
    object: { ...object, metadata: { ...metadata, namespace } },
  };
}

async function applyOne(
  client: Client,
  { where, kind, key, object }: Resolved,
  how: { readonly dryRun: boolean; readonly onWarning?: (message: string) => void },
): Promise<Applied> {
  const wanted = withLastApplied(object);
  const options = { ...how, fieldManager: FIELD_MANAGER, fieldValidation: 'Strict' } as const;
  let current: Readonly<Record<string, unknown>> | undefined;
  try {
    current = await find(client, kind, key);
    if (current === undefined) {
      await client.create(kind, asObject(wanted), options);
      return { kind, key, outcome: 'created' };
    }
    const states = { lastApplied: lastAppliedOf(current), modified: wanted, current };
    const body = threeWayPatch(states, kind.definition);
    if (Object.keys(body).length === 0) return { kind, key, outcome: 'unchanged' };
    const patched = await client.patch(
      kind,
      key,
      { type: 'application/strategic-merge-patch+json', body },
      options,
    );
    // Lists without a merge key (claim templates) always differ by the server's defaults; the server knows what changed.
    const same = patched.metadata?.resourceVersion === versionOf(current);
    return { kind, key, outcome: same ? 'unchanged' : 'configured' };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const hint = resizes(current, object) ? resizeHint(key) : '';
    throw new UserError(`${where}: ${error.message}${hint}`, { cause: error });
  }
}

/** Whether a set is to have claim templates of another size, which the API refuses without naming them. */
function resizes(current: unknown, wanted: unknown): boolean {
  const [before, after] = [templateSizes(current), templateSizes(wanted)];
  return [...after].some(([name, size]) => before.has(name) && before.get(name) !== size);
}

function templateSizes(object: unknown): ReadonlyMap<unknown, unknown> {
  const templates = valueAt(object, 'spec', 'volumeClaimTemplates');
  const sizeOf = (template: unknown): unknown =>
    valueAt(template, 'spec', 'resources', 'requests', 'storage');
  const named = isList(templates) ? templates : [];
  return new Map(named.map((template) => [valueAt(template, 'metadata', 'name'), sizeOf(template)]));
}

function resizeHint({ name, namespace }: ObjectKey): string {
  return `; claim templates change by \`holdfast resize statefulset/${name} -n ${namespace} -f FILE\``;
}

async function find(
  client: Client,
  kind: KindRef,
  key: ObjectKey,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const found: unknown = await client.get(kind, key);
    return isObject(found) ? found : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function versionOf(object: Readonly<Record<string, unknown>>): unknown {
  return isRecord(object['metadata']) ? object['metadata']['resourceVersion'] : undefined;
}

// What the server checks is the wire form; it needs no more of a type here than that it is an object.
function asObject(value: Readonly<Record<string, unknown>>): KubeObject {
  return value;
}

/** An applied object as kubectl names it: `statefulset.apps/mysql`. */
export function displayName({ kind, key }: Pick<Applied, 'kind' | 'key'>): string {
  const group = kind.group === '' ? '' : `.${kind.group}`;
  return `${kind.kind.toLowerCase()}${group}/${key.name}`;
}
