import { claimObjects } from '../../api/adoption.js';
import { deepEqual, isObject, without } from '../../api/deep.js';
import type { ControllerRevision, StatefulSet } from '../../api/generated/apps-v1.js';
import type { PodTemplateSpec } from '../../api/generated/core-v1.js';
import { shortHash } from '../../api/hash.js';
import { setReference } from './owner.js';

/** A revision as Pods are made from it. */
export interface Revision {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

/** What a pass has to write for the history. */
export type RevisionStep =
  | { readonly type: 'createRevision'; readonly revision: ControllerRevision }
  | { readonly type: 'adoptRevision'; readonly revision: ControllerRevision }
  | { readonly type: 'renumberRevision'; readonly revision: ControllerRevision; readonly number: number };

/** The history of a set: which revision it is at, which it goes to, and what must be written for that. */
export interface History {
  readonly current: Revision;
  readonly update: Revision;
  readonly collisionCount: number;
  readonly steps: readonly RevisionStep[];
  /** The set's revisions, oldest first. */
  readonly known: readonly ControllerRevision[];
}

/** Label with the hash in a revision's name. */
const hashLabel = 'controller.kubernetes.io/hash';

/** Works out the set's revisions: a template that was there before is taken up again under a higher number. */
export function historyOf(set: StatefulSet, all: readonly ControllerRevision[]): History {
  const claimed = claimObjects({ owner: set, selector: set.spec?.selector ?? {} }, all);
  // A revision is never released: its labels are a copy of the template's at its time.
  const known = [...claimed.owned, ...claimed.adopt, ...claimed.release].sort(
    (a, b) => a.revision - b.revision,
  );
  const adopt = claimed.adopt.map((revision): RevisionStep => ({ type: 'adoptRevision', revision }));
  const data = dataOf(set);
  const equal = known.findLast((revision) => deepEqual(revision.data, data));
  const last = known.at(-1);
  const next = (last?.revision ?? 0) + 1;
  const fresh = equal === undefined ? newRevision(set, next, all) : undefined;
  const steps: RevisionStep[] = [...adopt];
  if (fresh !== undefined) steps.push({ type: 'createRevision', revision: fresh.revision });
  else if (equal !== undefined && equal !== last)
    steps.push({ type: 'renumberRevision', revision: equal, number: next });
  const update = asRevision(set, equal ?? fresh?.revision);
  const currentName = set.status?.currentRevision;
  const current = known.find((revision) => revision.metadata?.name === currentName);
  return {
    update,
    current: current === undefined ? update : asRevision(set, current),
    collisionCount: fresh?.collisionCount ?? set.status?.collisionCount ?? 0,
    steps,
    known,
  };
}

function dataOf(set: StatefulSet): object {
  return { spec: { template: { ...set.spec?.template, $patch: 'replace' } } };
}

function asRevision(set: StatefulSet, revision: ControllerRevision | undefined): Revision {
  return { name: revision?.metadata?.name ?? '', template: templateOf(revision) ?? set.spec?.template ?? {} };
}

function templateOf(revision: ControllerRevision | undefined): PodTemplateSpec | undefined {
  const data: unknown = revision?.data;
  if (!isObject(data) || !isObject(data['spec']) || !isObject(data['spec']['template'])) return undefined;
  return without(data['spec']['template'], '$patch');
}

/** A revision under a free name: a name that is taken by other data counts as a collision of hashes. */
function newRevision(
  set: StatefulSet,
  number: number,
  all: readonly ControllerRevision[],
): { readonly revision: ControllerRevision; readonly collisionCount: number } {
  const taken = new Set(all.map((revision) => revision.metadata?.name));
  let collisionCount = set.status?.collisionCount ?? 0;
  while (taken.has(nameWith(set, collisionCount))) collisionCount += 1;
  const hash = shortHash(dataOf(set), collisionCount);
  const revision: ControllerRevision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: nameWith(set, collisionCount),
      namespace: set.metadata?.namespace ?? '',
      labels: { ...set.spec?.template.metadata?.labels, [hashLabel]: hash },
      ...(set.metadata?.annotations === undefined ? {} : { annotations: set.metadata.annotations }),
      ownerReferences: [setReference(set)],
    },
    data: dataOf(set),
    revision: number,
  };
  return { revision, collisionCount };
}

function nameWith(set: StatefulSet, collisionCount: number): string {
  return `${(set.metadata?.name ?? '').slice(0, 223)}-${shortHash(dataOf(set), collisionCount)}`;
}

/** The revisions beyond the history limit that no Pod and no rollout uses, oldest first. */
export function outlived(
  set: StatefulSet,
  history: History,
  inUse: ReadonlySet<string>,
): readonly ControllerRevision[] {
  const limit = set.spec?.revisionHistoryLimit ?? 10;
  const live = new Set([...inUse, history.current.name, history.update.name]);
  const idle = history.known.filter((revision) => !live.has(revision.metadata?.name ?? ''));
  return idle.slice(0, Math.max(0, idle.length - limit));
}
