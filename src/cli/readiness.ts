import type { Deployment, StatefulSet } from '../api/generated/apps-v1.js';
import type { Job } from '../api/generated/batch-v1.js';
import type { PersistentVolumeClaim, Pod } from '../api/generated/core-v1.js';
import type { KubeObject } from '../api/kube-object.js';

/** How far one object is; `text` says it for a person. */
export interface Readiness {
  readonly done: boolean;
  readonly text: string;
}

/** Judges an object by its status, as `kubectl rollout status` and `kubectl wait` would; kinds without a state are done at once. */
export function readinessOf(kind: string, object: KubeObject): Readiness {
  switch (kind) {
    case 'StatefulSet':
      return statefulSet(object);
    case 'Deployment':
      return deployment(object);
    case 'Pod':
      return pod(object);
    case 'PersistentVolumeClaim':
      return claim(object);
    case 'Job':
      return job(object);
    default:
      return { done: true, text: 'ready' };
  }
}

function statefulSet({ metadata, spec, status }: StatefulSet): Readiness {
  const wanted = spec?.replicas ?? 1;
  const ready = status?.readyReplicas ?? 0;
  const seen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  const updated =
    status?.updateRevision === status?.currentRevision || (status?.updatedReplicas ?? 0) >= wanted;
  return { done: seen && updated && ready >= wanted, text: `${ready}/${wanted} ready` };
}

function deployment({ metadata, spec, status }: Deployment): Readiness {
  const wanted = spec?.replicas ?? 1;
  const available = status?.availableReplicas ?? 0;
  const seen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  return {
    done: seen && available >= wanted && (status?.updatedReplicas ?? 0) >= wanted,
    text: `${available}/${wanted} available`,
  };
}

function pod({ spec, status }: Pod): Readiness {
  const ready =
    status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  const over = status?.phase === 'Succeeded' && spec?.restartPolicy !== 'Always';
  return { done: ready || over, text: status?.phase ?? 'Pending' };
}

// A claim of a class that waits for its first consumer is as far as it can be by itself; Pods that use it show the rest.
function claim({ status }: PersistentVolumeClaim): Readiness {
  return { done: status?.phase !== 'Lost', text: status?.phase ?? 'Pending' };
}

function job({ status }: Job): Readiness {
  const complete =
    status?.conditions?.some(({ type, status: value }) => type === 'Complete' && value === 'True') ?? false;
  return { done: complete, text: complete ? 'complete' : `${status?.succeeded ?? 0} succeeded` };
}
