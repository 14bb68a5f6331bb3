import { deepEqual } from '../../api/deep.js';
import { isTerminating } from '../../api/pods.js';
import type { Plan } from '../../reconcile/contract.js';
import type { RootCaAction } from './actions.js';
import type { RootCaFacts } from './facts.js';

/** The name that clients inside Pods rely on. */
export const configName = 'kube-root-ca.crt';

const annotation = 'kubernetes.io/description';
const description =
  'The certificate of the authority behind the API server, for use inside the cluster: Service kubernetes and kubernetes.default.svc.';

/** Every living Namespace has the ConfigMap with the certificate, and nothing else in it. */
export function planRootCa({ namespace, config, certificate }: RootCaFacts): Plan<RootCaAction> {
  if (isTerminating(namespace) || (config !== undefined && isTerminating(config))) return { actions: [] };
  const data = { 'ca.crt': certificate };
  const annotations = { ...config?.metadata?.annotations };
  annotations[annotation] ||= description;
  if (config === undefined) {
    const metadata = { name: configName, namespace: namespace.metadata?.name ?? '', annotations };
    return { actions: [{ type: 'create', config: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data } }] };
  }
  const right = deepEqual(config.data, data) && deepEqual(config.metadata?.annotations, annotations);
  if (right) return { actions: [] };
  const metadata = { ...config.metadata, annotations };
  return { actions: [{ type: 'update', config: { ...config, metadata, data } }] };
}
