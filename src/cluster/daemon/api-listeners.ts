import { join } from 'node:path';
import { type ApiServer, ensurePki, kubeconfigText, type Pki, serveHttps } from '../../apiserver/index.js';
import { DisposeStack } from '../../lib/async-dispose.js';
import type { Random } from '../../lib/random.js';
import { API_PORT, KUBERNETES_SERVICE_ADDRESS, NODE_ADDRESS } from '../addresses.js';
import { administrator } from '../control-plane.js';
import { readText, writeFileWhole } from '../processes.js';
import type { DaemonOptions } from './daemon.js';

/** Reads the cluster's certificates, or makes them: the first start spends most of its time here. */
export function ensureCertificates({ paths, clock }: DaemonOptions): Promise<Pki> {
  const names = [NODE_ADDRESS, KUBERNETES_SERVICE_ADDRESS];
  return ensurePki({ dir: paths.stateFiles.pki, now: clock.now(), names });
}

/** The administrator's bearer token, for clients that cannot use certificates; it lies beside the keys. */
function adminToken(directory: string, random: Random): string {
  const file = join(directory, 'admin.token');
  const found = readText(file)?.trim();
  if (found !== undefined && found !== '') return found;
  const made = `${random.uuid()}${random.uuid()}`.replaceAll('-', '');
  writeFileWhole(file, `${made}\n`);
  return made;
}

/**
 * Serves the API on the host's socket, which the keeper holds, and inside the namespace, if there is one, at the node's address, where
 * Service `kubernetes` ends; then writes the kubeconfig, whose presence says that the API answers.
 */
export async function startApiListeners(
  options: DaemonOptions,
  server: ApiServer,
  pki: Pki,
): Promise<AsyncDisposable> {
  const { paths, settings, random } = options;
  const tls = { ...pki.serving, authority: pki.authority.certificate };
  const tokens = new Map([[adminToken(paths.stateFiles.pki, random), administrator]]);
  const stack = new DisposeStack();
  if (settings.keeper.simulated === undefined)
    stack.use(await serveHttps(server, { host: NODE_ADDRESS, port: API_PORT, tls, tokens }));
  stack.use(await serveHttps(server, { listenFd: settings.fds.api, tls, tokens }));
  const text = kubeconfigText({
    cluster: paths.name === 'default' ? 'holdfast' : `holdfast-${paths.name}`,
    server: `https://127.0.0.1:${settings.apiPort}`,
    authority: pki.authority.certificate,
    user: 'kubernetes-admin',
    client: pki.admin,
  });
  if (readText(paths.stateFiles.kubeconfig) !== text) writeFileWhole(paths.stateFiles.kubeconfig, text);
  return stack;
}
