export { type ApiServer, type ApiServerOptions, createApiServer } from './api-server.js';
export { storeBuiltInRoles } from './auth/bootstrap.js';
export { serveHttps } from './https-server.js';
export { ensureAccountKey } from './pki/account-key.js';
export { ensurePki, type Pki } from './pki/ensure-pki.js';
export { kubeconfigText } from './pki/kubeconfig.js';
export type { ComponentHealth } from './registry/component-status.js';
