import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ensurePki, kubeconfigText, serveHttps } from '../../src/apiserver/index.js';
import { spdyNode } from '../../src/apiserver/stream/spdy-node.fixture.js';
import { startControlPlane } from '../../src/cluster/control-plane.js';
import { DisposeStack } from '../../src/lib/async-dispose.js';
import { silentLogger } from '../../src/lib/log.js';
import { systemClock } from '../../src/lib/system-clock.js';
import { systemRandom } from '../../src/lib/system-random.js';
import { openMemoryStore } from '../../src/store/memory.js';
import { type Helm, helm } from '../tools/helm.js';
import { type Kubectl, type KubectlVersion, kubectl } from '../tools/kubectl.js';

/** A whole control plane behind HTTPS whose Pods exist only on paper: what needs no container is tested here, in milliseconds. */
export interface PaperCluster extends AsyncDisposable {
  readonly kubeconfig: string;
  /** A kubectl without the administrator's certificate, for what is done with a token. */
  stranger(version: KubectlVersion): Kubectl;
  kubectl(version: KubectlVersion): Kubectl;
  /** A kubectl in a namespace that is made for its version: tests of several versions do not meet. */
  ownNamespace(version: KubectlVersion): Promise<Kubectl>;
  helm: Helm;
  /** Writes a file that goes with the cluster, and gives its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
}

/** Starts one on a free port of 127.0.0.1; logs and exec are answered by a SPDY server of a library that is not ours. */
export async function startPaperCluster(): Promise<PaperCluster> {
  const stack = new DisposeStack();
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-paper-'));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const node = stack.use(await spdyNode());
  const pki = await ensurePki({ dir: join(directory, 'pki'), now: Date.now(), names: [] });
  const authority = pki.authority.certificate;
  const controlPlane = stack.use(
    await startControlPlane({
      store: openMemoryStore(),
      clock: systemClock,
      random: systemRandom,
      log: silentLogger,
      node: 'simulated',
      simulated: { delays: { startMs: 5, readyMs: 20, stopMs: 5 } },
      nodes: (name) => (name === 'node-0' ? node.api : undefined),
      rootCertificate: Promise.resolve(authority),
    }),
  );
  const tls = { certificate: pki.serving.certificate, key: pki.serving.key, authority };
  const https = stack.use(await serveHttps(controlPlane.apiServer, { host: '127.0.0.1', port: 0, tls }));
  const kubeconfig = join(directory, 'kubeconfig');
  const server = `https://127.0.0.1:${https.port}`;
  const text = kubeconfigText({
    cluster: 'paper',
    server,
    authority,
    user: 'kubernetes-admin',
    client: pki.admin,
  });
  await writeFile(kubeconfig, text, { mode: 0o600 });
  const kubectlOf = (version: KubectlVersion): Kubectl =>
    kubectl({ version, kubeconfig, home: join(directory, `home-${version}`) });
  const bare = join(directory, 'bare');
  await writeFile(
    bare,
    text.replaceAll(/^ +client-(certificate|key)-data: .*\n/gm, '').replace('  user:\n', '  user: {}\n'),
  );
  return {
    kubeconfig,
    stranger: (version) =>
      kubectl({ version, kubeconfig: bare, home: join(directory, `stranger-${version}`) }),
    kubectl: kubectlOf,
    ownNamespace: async (version) => {
      const namespace = `v${version.replace('.', '-')}`;
      await kubectlOf(version).ok(['create', 'namespace', namespace]);
      return kubectlOf(version).in(namespace);
    },
    helm: helm({ kubeconfig, home: join(directory, 'home-helm') }),
    file: async (name, content) => {
      const path = join(directory, 'files', name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content, { mode: 0o755 });
      return path;
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}
