import type { AdmissionRequest } from '../../api/admission.js';
import type { StatefulSet } from '../../api/generated/apps-v1.js';
import { idleWarning } from './idle-kinds.js';

/** What the writer of an object is told of it although it is taken. */
export function warningsOf(request: AdmissionRequest): readonly string[] {
  return [idleWarning(request), historyWarning(request)].filter((warning) => warning !== undefined);
}

/** A StatefulSet may keep all its history; Kubernetes' words. */
function historyWarning({ operation, kind, subresource, ...request }: AdmissionRequest): string | undefined {
  if (operation === 'DELETE' || subresource !== undefined) return undefined;
  if (kind.group !== 'apps' || kind.kind !== 'StatefulSet') return undefined;
  const set: StatefulSet | undefined = request.object;
  if ((set?.spec?.revisionHistoryLimit ?? 0) >= 0) return undefined;
  return 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';
}
