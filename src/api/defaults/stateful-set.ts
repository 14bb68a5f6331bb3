import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from '../generated/apps-v1.js';
import { change, fill, mapList } from './fill.js';
import { defaultClaimTemplate } from './persistent-volume-claim.js';
import { defaultPodTemplate } from './pod-spec.js';

/** A strategy that names its type without `rollingUpdate` keeps it absent, as in Kubernetes. */
function defaultStrategy(strategy: StatefulSetUpdateStrategy | undefined): StatefulSetUpdateStrategy {
  const given: StatefulSetUpdateStrategy = strategy ?? {};
  const typed: StatefulSetUpdateStrategy = given.type
    ? given
    : fill({ ...given, type: 'RollingUpdate' }, { rollingUpdate: {} });
  if (typed.type !== 'RollingUpdate') return typed;
  return change(typed, 'rollingUpdate', (rolling) => fill(rolling, { partition: 0 }));
}

function defaultSpec(spec: StatefulSetSpec): StatefulSetSpec {
  let done = fill(spec, {
    podManagementPolicy: 'OrderedReady',
    replicas: 1,
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: {},
  });
  done = change(done, 'persistentVolumeClaimRetentionPolicy', (policy) =>
    fill(policy, { whenDeleted: 'Retain', whenScaled: 'Retain' }),
  );
  done = change(done, 'volumeClaimTemplates', (list) => mapList(list, defaultClaimTemplate));
  done = change(done, 'template', defaultPodTemplate);
  return { ...done, updateStrategy: defaultStrategy(done.updateStrategy) };
}

/** A StatefulSet's defaults. */
export function defaultStatefulSet(set: StatefulSet): StatefulSet {
  return change(set, 'spec', defaultSpec);
}
