import type { ControllerRevision, DaemonSet } from '../../api/generated/apps-v1.js';
import type { Node, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { controllerOf } from '../../api/owner.js';
import { labelSelectorOf, matchesLabels } from '../../api/selectors.js';
import type { Cache, CacheChange, ReadingClient } from '../../client/client.js';
import type { KeySource } from '../../reconcile/contract.js';
import { keyFor, keyOf, splitKey } from '../../reconcile/keys.js';
import { bothSides, fromCache, ownKeys } from '../../reconcile/sources.js';
import type { DaemonSetFacts } from './facts.js';
import type { FailureMemory } from './failure-memory.js';
import { standingOn } from './standing.js';

/** The caches that the controller reads. */
export interface DaemonSetCaches {
  readonly sets: Cache<DaemonSet>;
  readonly nodes: Cache<Node>;
  readonly pods: Cache<Pod>;
  readonly revisions: Cache<ControllerRevision>;
}

/** What the controller looks at the cluster with. */
export interface DaemonSetView {
  readonly caches: DaemonSetCaches;
  readonly failures: FailureMemory;
}

/** Opens the controller's caches. */
export function openCaches(client: ReadingClient): DaemonSetCaches {
  return {
    sets: client.cache(kinds.DaemonSet),
    nodes: client.cache(kinds.Node),
    pods: client.cache(kinds.Pod),
    revisions: client.cache(kinds.ControllerRevision),
  };
}

/** Reads everything about one DaemonSet; undefined when there is none. */
export async function observe(
  { caches, failures }: DaemonSetView,
  key: string,
): Promise<DaemonSetFacts | undefined> {
  await Promise.all(Object.values(caches).map((cache) => cache.synced));
  const set = caches.sets.get(splitKey(key));
  if (set === undefined) return undefined;
  const { namespace, uid, name = '' } = set.metadata ?? {};
  const selector = labelSelectorOf(set.spec?.selector);
  const isNear = (object: Pod | ControllerRevision): boolean => {
    const controller = controllerOf(object);
    if (controller !== undefined) return controller.uid === uid;
    return matchesLabels(selector, object.metadata?.labels);
  };
  const revisions = caches.revisions.list(namespace);
  return {
    set,
    nodes: caches.nodes.list(undefined),
    pods: caches.pods.list(namespace).filter(isNear),
    revisions: revisions.filter(
      (revision) => revision.metadata?.name?.startsWith(`${name}-`) || isNear(revision),
    ),
    failures: failures.of(set),
  };
}

/** Whatever makes a set's key worth another look. */
export function sources({ caches, failures }: DaemonSetView): readonly KeySource<string>[] {
  const keysOf = (object: Pod | ControllerRevision): readonly string[] => {
    const controller = controllerOf(object);
    const { namespace, labels } = object.metadata ?? {};
    if (controller !== undefined) {
      return controller.kind === 'DaemonSet' ? [keyFor({ namespace, name: controller.name })] : [];
    }
    return caches.sets
      .list(namespace)
      .filter((set) => matchesLabels(labelSelectorOf(set.spec?.selector), labels))
      .map(keyOf);
  };
  return [
    ownKeys(caches.sets),
    fromCache(caches.pods, (change) => bothSides(change, keysOf)),
    fromCache(caches.revisions, (change) => bothSides(change, keysOf)),
    fromCache(caches.nodes, (change) =>
      caches.sets
        .list(undefined)
        .filter((set) => concerns(set, change))
        .map(keyOf),
    ),
    fromCache(caches.sets, ({ before, after }) => {
      const uid = before?.metadata?.uid;
      if (uid !== undefined && after?.metadata?.uid !== uid) failures.forget(uid);
      return [];
    }),
  ];
}

/** Nodes are written all the time; only what changes where Pods shall be is worth a look. */
function concerns(set: DaemonSet, { before, after }: CacheChange<Node>): boolean {
  if (before === undefined || after === undefined) return true;
  const [was, is] = [standingOn(set, before), standingOn(set, after)];
  return was.shouldRun !== is.shouldRun || was.mayStay !== is.mayStay;
}
