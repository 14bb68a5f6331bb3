import type { KeyPair } from './certificates.js';

/** What a kubeconfig points at, and who its user is. */
export interface KubeconfigOptions {
  readonly cluster: string;
  readonly server: string;
  readonly authority: string;
  readonly user: string;
  readonly client: KeyPair;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A kubeconfig file with one cluster, one user and one context, all data inline. */
export function kubeconfigText(options: KubeconfigOptions): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: ${options.cluster}
  cluster:
    server: ${options.server}
    certificate-authority-data: ${base64(options.authority)}
users:
- name: ${options.user}
  user:
    client-certificate-data: ${base64(options.client.certificate)}
    client-key-data: ${base64(options.client.key)}
contexts:
- name: ${options.cluster}
  context:
    cluster: ${options.cluster}
    user: ${options.user}
current-context: ${options.cluster}
preferences: {}
`;
}
