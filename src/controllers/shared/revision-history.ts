import { claimObjects } from '../../api/adoption.js';
import { deepEqual } from '../../api/deep.js';
import type { ControllerRevision } from '../../api/generated/apps-v1.js';
import type { PodTemplateSpec } from '../../api/generated/core-v1.js';
import type { LabelSelector, ObjectMeta, OwnerReference } from '../../api/generated/meta-v1.js';
import { shortHash } from '../../api/hash.js';

/** What keeps its templates as ControllerRevisions. */
export interface RevisionOwner {
  readonly set: {
    readonly metadata?: ObjectMeta;
    readonly spec?: { readonly selector?: LabelSelector; readonly template?: PodTemplateSpec };
    readonly status?: { readonly collisionCount?: number };
  };
  /** By which the set controls its revisions. */
  readonly reference: OwnerReference;
  /** The label that has the hash of a revision. */
  readonly hashLabel: string;
}

/** What a pass has to write for the history. */
export type RevisionStep =
  | { readonly type: 'createRevision'; readonly revision: ControllerRevision }
  | { readonly type: 'adoptRevision'; readonly revision: ControllerRevision }
  | { readonly type: 'renumberRevision'; readonly revision: ControllerRevision; readonly number: number };

/** The revisions of a set, and what must be written for its present template to be the newest. */
export interface RevisionHistory {
  /** The revision of the present template; not stored yet when it is among the steps. */
  readonly present: ControllerRevision;
  readonly collisionCount: number;
  readonly steps: readonly RevisionStep[];
  /** The set's stored revisions, oldest first. */
  readonly known: readonly ControllerRevision[];
}

/** Works out a set's revisions: a template that was there before is taken up again under a higher number. */
export function revisionHistory(owner: RevisionOwner, all: readonly ControllerRevision[]): RevisionHistory {
  const { set } = owner;
  const claimed = claimObjects({ owner: set, selector: set.spec?.selector ?? {} }, all);
  // A revision is never released: its labels are a copy of the template's at its time.
  const known = [...claimed.owned, ...claimed.adopt, ...claimed.release].sort(
    (a, b) => a.revision - b.revision,
  );
  const steps = claimed.adopt.map((revision): RevisionStep => ({ type: 'adoptRevision', revision }));
  const data = dataOf(owner);
  const equal = known.findLast((revision) => deepEqual(revision.data, data));
  const last = known.at(-1);
  const next = (last?.revision ?? 0) + 1;
  const collisionCount = set.status?.collisionCount ?? 0;
  if (equal === undefined) {
    const fresh = newRevision(owner, next, all);
    steps.push({ type: 'createRevision', revision: fresh.revision });
    return { present: fresh.revision, collisionCount: fresh.collisionCount, steps, known };
  }
  if (equal !== last) steps.push({ type: 'renumberRevision', revision: equal, number: next });
  return { present: equal, collisionCount, steps, known };
}

function dataOf({ set }: RevisionOwner): object {
  return { spec: { template: { ...set.spec?.template, $patch: 'replace' } } };
}

/** A revision under a free name: a name that is taken by other data counts as a collision of hashes. */
function newRevision(
  owner: RevisionOwner,
  number: number,
  all: readonly ControllerRevision[],
): { readonly revision: ControllerRevision; readonly collisionCount: number } {
  const { set, reference, hashLabel } = owner;
  const taken = new Set(all.map((revision) => revision.metadata?.name));
  const data = dataOf(owner);
  let collisionCount = set.status?.collisionCount ?? 0;
  const nameNow = (): string =>
    `${(set.metadata?.name ?? '').slice(0, 223)}-${shortHash(data, collisionCount)}`;
  while (taken.has(nameNow())) collisionCount += 1;
  const revision: ControllerRevision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: nameNow(),
      namespace: set.metadata?.namespace ?? '',
      labels: { ...set.spec?.template?.metadata?.labels, [hashLabel]: shortHash(data, collisionCount) },
      ...(set.metadata?.annotations === undefined ? {} : { annotations: set.metadata.annotations }),
      ownerReferences: [reference],
    },
    data,
    revision: number,
  };
  return { revision, collisionCount };
}
