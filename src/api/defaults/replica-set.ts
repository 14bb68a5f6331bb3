import type { ReplicaSet } from '../generated/apps-v1.js';
import type { ReplicationController } from '../generated/core-v1.js';
import { change, fill } from './fill.js';
import { defaultPodTemplate } from './pod-spec.js';

/** A ReplicaSet's defaults. */
export function defaultReplicaSet(set: ReplicaSet): ReplicaSet {
  return change(set, 'spec', (spec) => change(fill(spec, { replicas: 1 }), 'template', defaultPodTemplate));
}

/** A ReplicationController's defaults: selector and labels come from its template. */
export function defaultReplicationController(controller: ReplicationController): ReplicationController {
  const labels = controller.spec?.template?.metadata?.labels ?? {};
  const labelled =
    Object.keys(labels).length === 0 || Object.keys(controller.metadata?.labels ?? {}).length > 0
      ? controller
      : { ...controller, metadata: { ...controller.metadata, labels } };
  return change(labelled, 'spec', (spec) => {
    const filled = fill(spec, { replicas: 1, ...(Object.keys(labels).length > 0 && { selector: labels }) });
    return change(filled, 'template', defaultPodTemplate);
  });
}
