import type { Job } from '../../api/generated/batch-v1.js';
import type { Container, Pod } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { ownerReferenceTo } from '../../api/owner.js';
import { podFromTemplate } from '../../api/pod-template.js';
import { failureAnnotations } from './per-index.js';
import { indexAnnotation, trackingFinalizer } from './tracking.js';

/** The place of a Pod in an Indexed Job, and the Pod that failed there before. */
export interface Place {
  readonly index: number;
  readonly lastFailed: Pod | undefined;
}

const indexVariable = 'JOB_COMPLETION_INDEX';

/** What the API server leaves of a name prefix before it adds five random characters. */
const longestPrefix = 58;

/** The next Pod of a Job; a Pod with a place knows its index by label, annotation, environment and host name. */
export function newPod(job: Job, place?: Place): Pod {
  const { name = '', namespace = '' } = job.metadata ?? {};
  const pod = podFromTemplate(job.spec?.template ?? {}, {
    namespace,
    owner: ownerReferenceTo(kinds.Job, job),
  });
  const finalizers = [...new Set([...(pod.metadata?.finalizers ?? []), trackingFinalizer])];
  const tracked = { ...pod, metadata: { ...pod.metadata, finalizers, generateName: `${name}-` } };
  return place === undefined ? tracked : indexedPod(job, tracked, place);
}

function indexedPod(job: Job, pod: Pod, { index, lastFailed }: Place): Pod {
  const name = job.metadata?.name ?? '';
  const suffix = `-${index}-`;
  const label = { [indexAnnotation]: String(index) };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      generateName: `${name.slice(0, longestPrefix - suffix.length)}${suffix}`,
      labels: { ...pod.metadata?.labels, ...label },
      annotations: { ...pod.metadata?.annotations, ...label, ...failureAnnotations(job, lastFailed) },
    },
    spec: {
      ...pod.spec,
      containers: (pod.spec?.containers ?? []).map(withIndexVariable),
      ...(pod.spec?.initContainers && { initContainers: pod.spec.initContainers.map(withIndexVariable) }),
      hostname: `${name}-${index}`,
    },
  };
}

function withIndexVariable(container: Container): Container {
  const env = container.env ?? [];
  if (env.some(({ name }) => name === indexVariable)) return container;
  const fieldRef = { fieldPath: `metadata.labels['${indexAnnotation}']` };
  return { ...container, env: [...env, { name: indexVariable, valueFrom: { fieldRef } }] };
}
