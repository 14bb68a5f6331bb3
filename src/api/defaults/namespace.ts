import type { Namespace } from '../generated/core-v1.js';
import { fill } from './fill.js';

/** The label by which selectors find a Namespace by its name. */
const namespaceNameLabel = 'kubernetes.io/metadata.name';

/** A Namespace's defaults: the label with its name, the finalizer that empties it, its phase. */
export function defaultNamespace(namespace: Namespace): Namespace {
  const { name } = namespace.metadata ?? {};
  const labels = { ...namespace.metadata?.labels, ...(name && { [namespaceNameLabel]: name }) };
  return {
    ...namespace,
    metadata: { ...namespace.metadata, ...(Object.keys(labels).length > 0 && { labels }) },
    status: fill(namespace.status ?? {}, { phase: 'Active' }),
  };
}
