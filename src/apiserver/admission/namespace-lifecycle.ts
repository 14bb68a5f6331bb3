import type { AdmissionRequest } from '../../api/admission.js';
import type { Namespace } from '../../api/generated/core-v1.js';
import { kinds } from '../../api/kinds.js';
import { failure, forbidden, notFound, resourceName, type StatusError } from '../../api/status-error.js';
import { decode } from '../registry/codec.js';
import type { Registry } from '../registry/registry.js';
import type { BuiltIn } from './built-in.js';

/** Namespaces without which the cluster does not work. */
const immortal = new Set(['default', 'kube-system', 'kube-public']);

function namespaceOf(registry: Registry, name: string): Namespace | undefined {
  const entry = registry.store.get(`/registry/core/namespaces/${name}`);
  return entry && decode(entry, kinds.Namespace);
}

function terminating(request: AdmissionRequest, namespace: string): StatusError {
  const message = `namespace ${namespace} is being terminated`;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { kind, name } = request;
  return failure({
    code: 403,
    reason: 'Forbidden',
    message: `${resourceName(kind)} "${name}" is forbidden: ${why}`,
    details: {
      name,
      ...(kind.group !== '' && { group: kind.group }),
      kind: kind.plural,
      causes: [{ reason: 'NamespaceTerminating', message, field: 'metadata.namespace' }],
    },
  });
}

function admitCreation(registry: Registry, request: AdmissionRequest, namespace: string): void {
  const found = namespaceOf(registry, namespace);
  if (found === undefined) throw notFound(kinds.Namespace, namespace);
  if (found.metadata?.deletionTimestamp !== undefined) throw terminating(request, namespace);
}

/** Objects live in a Namespace that exists and is not going away; a few Namespaces may not be deleted. */
export const namespaceLifecycle: BuiltIn = {
  name: 'NamespaceLifecycle',
  matches: ({ operation, namespace, kind }) =>
    operation === 'CREATE' ? namespace !== undefined : operation === 'DELETE' && kind.kind === 'Namespace',
  admit: (registry, request) => {
    if (request.operation === 'CREATE' && request.namespace !== undefined) {
      admitCreation(registry, request, request.namespace);
    }
    if (request.operation === 'DELETE' && request.kind.group === '' && immortal.has(request.name)) {
      throw forbidden(kinds.Namespace, request.name, 'this namespace may not be deleted');
    }
    return undefined;
  },
};
