import type { ControllerRevision, DaemonSet } from '../../api/generated/apps-v1.js';
import type { Pod } from '../../api/generated/core-v1.js';
import type { RevisionHistory } from '../shared/revision-history.js';
import { revisionLabel } from './daemon-pod.js';

/** The former revisions beyond the history limit that no Pod is made from, oldest first. */
export function outlived(
  set: DaemonSet,
  { known, present }: RevisionHistory,
  pods: readonly Pod[],
): readonly ControllerRevision[] {
  const hashOf = ({ metadata }: Pod | ControllerRevision): string | undefined =>
    metadata?.labels?.[revisionLabel];
  const live = new Set(pods.map(hashOf));
  const former = known.filter((revision) => revision !== present);
  const tooMany = Math.max(0, former.length - (set.spec?.revisionHistoryLimit ?? 10));
  return former.filter((revision) => !live.has(hashOf(revision))).slice(0, tooMany);
}
