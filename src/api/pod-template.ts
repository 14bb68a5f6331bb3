import type { Pod, PodTemplateSpec } from './generated/core-v1.js';
import type { OwnerReference } from './generated/meta-v1.js';

/** Makes the Pod that a template describes, owned by its controller; name, identity and volumes are the caller's. */
export function podFromTemplate(
  template: PodTemplateSpec,
  options: { readonly namespace: string; readonly owner: OwnerReference },
): Pod {
  const meta = template.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: options.namespace,
      labels: { ...meta.labels },
      ...(meta.annotations === undefined ? {} : { annotations: meta.annotations }),
      ...(meta.finalizers === undefined ? {} : { finalizers: meta.finalizers }),
      ownerReferences: [options.owner],
    },
    spec: template.spec ?? { containers: [] },
  };
}
