/** Kubernetes' own client for Node.js, which only tests use. */
export * from '@kubernetes/client-node';
