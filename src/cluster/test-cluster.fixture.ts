import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { isObject } from '../api/deep.js';
import type { Pod } from '../api/generated/core-v1.js';
import { kinds, rowOfObject } from '../api/kinds.js';
import type { KindRef, KubeObject } from '../api/kube-object.js';
import { isPodReady } from '../api/pods.js';
import { isNotFound } from '../api/status-error.js';
import type { Client } from '../client/client.js';
import { silentLogger } from '../lib/log.js';
import { seededRandom } from '../lib/seeded-random.js';
import { settleImmediates, VirtualClock } from '../lib/virtual-clock.js';
import { openMemoryStore } from '../store/memory.js';
import {
  administrator,
  type ControlPlane,
  type ControlPlaneOptions,
  startControlPlane,
} from './control-plane.js';

/** A whole control plane in memory with simulated Pods, on a clock that the test moves. */
export interface TestCluster extends AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly clock: VirtualClock;
  /** The API as the administrator sees it. */
  readonly client: Client;
  /** Creates the objects of a YAML text; those without a namespace go to `default`. */
  apply(yaml: string): Promise<void>;
  /** Lets time pass until `done` holds; looks at the caches of `client`. */
  until(done: () => boolean): Promise<void>;
  /** Lets everything that is under way come to rest, without time passing. */
  settle(): Promise<void>;
  /** All Pods of namespace `default` in the order of their names. */
  pods(): readonly Pod[];
  /** Names of the ready Pods of namespace `default`, in order. */
  ready(): readonly string[];
  /** The object, or undefined when there is none. */
  find<T extends KubeObject>(kind: KindRef<T>, name: string): Promise<T | undefined>;
  /** `reason: message` of every Event about an object of this name, oldest first. */
  events(about: string): Promise<readonly string[]>;
}

/** Virtual time that a wait may take, milliseconds. */
const patienceMs = 120_000;

/** Starts one; `simulated` says how long Pods take. */
export async function startTestCluster(options: Partial<ControlPlaneOptions> = {}): Promise<TestCluster> {
  let controlPlane: ControlPlane | undefined;
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      await settleImmediates();
      await Promise.all((controlPlane?.controllers ?? []).map((controller) => controller.idle()));
    }
  };
  const clock = new VirtualClock({ settle });
  const store = openMemoryStore();
  controlPlane = await startControlPlane({
    store,
    clock,
    random: seededRandom(1),
    log: silentLogger,
    node: 'simulated',
    simulated: { delays: { startMs: 20, readyMs: 30, stopMs: 10 } },
    ...options,
  });
  const client = controlPlane.client(administrator);
  const pods = client.cache(kinds.Pod);
  await pods.synced;
  await settle();
  const list = (): readonly Pod[] =>
    [...pods.list('default')].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const running = controlPlane;
  return {
    controlPlane,
    clock,
    client,
    settle,
    pods: list,
    ready: () => list().filter(isPodReady).map(nameOf),
    until: (done) => clock.advanceUntil(done, patienceMs),
    apply: (yaml) => apply(client, yaml),
    find: (kind, name) => find(client, kind, name),
    events: (about) => events(client, about),
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await store.close();
    },
  };
}

/** The course's manifest, as it is shipped. */
export function architecture(): string {
  return readFileSync(new URL('../../examples/mysql/architecture.yaml', import.meta.url), 'utf8');
}

function nameOf(object: KubeObject): string {
  return object.metadata?.name ?? '';
}

async function apply(client: Client, yaml: string): Promise<void> {
  for (const document of parseAllDocuments(yaml)) {
    const object: unknown = document.toJS();
    if (!isObject(object)) continue;
    const row = rowOfObject(String(object['apiVersion']), String(object['kind']));
    if (row === undefined) throw new Error(`the test's YAML has an unknown kind: ${String(object['kind'])}`);
    const metadata = isObject(object['metadata']) ? object['metadata'] : {};
    const namespace = row.namespaced ? { namespace: 'default' } : {};
    await client.create(row, { ...object, metadata: { ...namespace, ...metadata } });
  }
}

async function find<T extends KubeObject>(
  client: Client,
  kind: KindRef<T>,
  name: string,
): Promise<T | undefined> {
  try {
    return await client.get(kind, { namespace: 'default', name });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function events(client: Client, about: string): Promise<readonly string[]> {
  const { items } = await client.list(kinds.Event, undefined);
  return items
    .filter(({ involvedObject }) => involvedObject.name === about)
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion))
    .map(({ reason, message }) => `${reason}: ${message}`);
}
