export { type ApiServer, type ApiServerOptions, createApiServer } from './api-server.js';
export { storeBuiltInRoles } from './auth/bootstrap.js';
export { type HttpsOptions, type HttpsServer, serveHttps } from './https-server.js';
export type { KeyPair } from './pki/certificates.js';
export { ensurePki, type Pki, type PkiOptions } from './pki/ensure-pki.js';
export { type KubeconfigOptions, kubeconfigText } from './pki/kubeconfig.js';
