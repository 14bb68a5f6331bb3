import type { ConfigMap, Namespace } from '../../api/generated/core-v1.js';

/** A Namespace, its ConfigMap `kube-root-ca.crt`, and the certificate that belongs into it. */
export interface RootCaFacts {
  readonly namespace: Namespace;
  readonly config: ConfigMap | undefined;
  /** PEM. */
  readonly certificate: string;
}
