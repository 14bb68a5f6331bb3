import { isObject, without } from '../../api/deep.js';
import type { ControllerRevision, StatefulSet } from '../../api/generated/apps-v1.js';
import type { PodTemplateSpec } from '../../api/generated/core-v1.js';
import { type RevisionStep, revisionHistory } from '../shared/revision-history.js';
import { setReference } from './owner.js';

/** A revision as Pods are made from it. */
export interface Revision {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

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
  const { present, known, ...rest } = revisionHistory({ set, reference: setReference(set), hashLabel }, all);
  const update = asRevision(set, present);
  const currentName = set.status?.currentRevision;
  const current = known.find((revision) => revision.metadata?.name === currentName);
  return { ...rest, known, update, current: current === undefined ? update : asRevision(set, current) };
}

function asRevision(set: StatefulSet, revision: ControllerRevision | undefined): Revision {
  return { name: revision?.metadata?.name ?? '', template: templateOf(revision) ?? set.spec?.template ?? {} };
}

function templateOf(revision: ControllerRevision | undefined): PodTemplateSpec | undefined {
  const data: unknown = revision?.data;
  if (!isObject(data) || !isObject(data['spec']) || !isObject(data['spec']['template'])) return undefined;
  return without(data['spec']['template'], '$patch');
}

/** The revisions beyond the history limit that no Pod and no rollout uses, oldest first; a negative limit is none. */
export function outlived(
  set: StatefulSet,
  history: History,
  inUse: ReadonlySet<string>,
): readonly ControllerRevision[] {
  const limit = set.spec?.revisionHistoryLimit ?? 10;
  if (limit < 0) return [];
  const live = new Set([...inUse, history.current.name, history.update.name]);
  const idle = history.known.filter((revision) => !live.has(revision.metadata?.name ?? ''));
  return idle.slice(0, Math.max(0, idle.length - limit));
}
