import type { NodeApi } from '../../api/node-api.js';
import { VERSION } from '../../lib/version.js';
import { createCriClient } from '../../node/cri/cri-client.js';
import { createCriImageSource, type ImageSource } from '../../node/images/image-source.js';
import { type NodeAgent, startNodeAgent } from '../../node/index.js';
import { CLUSTER_DOMAIN, DNS_ADDRESS, NODE_ADDRESS, NODE_NAME, POD_RANGE } from '../addresses.js';
import type { StartNode } from '../control-plane.js';
import { loadRecipe } from '../image-source/build-outside.js';
import { createImageSource } from '../image-source/index.js';
import { standInRecord } from '../image-source/stand-ins.js';
import { findCommand } from '../packages/index.js';
import type { DaemonOptions } from './daemon.js';

/** The node agent, as the daemon handles it. */
export interface NodePart {
  readonly start: StartNode;
  /** The API of the node with this name, once it is started. */
  readonly apiOf: (nodeName: string) => NodeApi | undefined;
  /** Ends every Pod, each within its own grace. */
  readonly shutdown: (onProgress: (message: string) => void) => Promise<void>;
}

/** Prepares the node agent over the private containerd; the control plane starts it in its turn. */
export function nodePart(options: DaemonOptions): NodePart {
  const { paths, clock } = options;
  let agent: NodeAgent | undefined;
  return {
    start: (deps) => {
      const runtime = createCriClient(paths.runFiles.containerdSocket, clock);
      const started = startNodeAgent(deps, {
        nodeName: NODE_NAME,
        address: NODE_ADDRESS,
        podRange: POD_RANGE,
        runtime,
        images: imageSource(options, { runtime, pulled: createCriImageSource(runtime, clock) }),
        podsDir: paths.stateFiles.pods,
        logsDir: paths.stateFiles.podLogs,
        stateDirectory: paths.state,
        cgroupParent: paths.cgroup,
        clusterDns: DNS_ADDRESS,
        clusterDomain: CLUSTER_DOMAIN,
        version: VERSION,
      });
      agent = started;
      return {
        [Symbol.asyncDispose]: async () => {
          await started.stop();
          await runtime[Symbol.asyncDispose]();
        },
      };
    },
    apiOf: (nodeName) => (nodeName === NODE_NAME ? agent?.api : undefined),
    shutdown: async (onProgress) => {
      onProgress('ending the Pods');
      await agent?.shutdown();
      onProgress('all Pods have ended');
    },
  };
}

type Runtime = ReturnType<typeof createCriClient>;

function imageSource(
  { paths, settings, log }: DaemonOptions,
  { runtime, pulled }: { readonly runtime: Runtime; readonly pulled: ImageSource },
): ImageSource {
  const { dist, path } = settings.keeper;
  const loader = {
    hostNetns: settings.fds.hostNetns,
    dist,
    cacheDir: paths.cache,
    path,
    containerdSocket: paths.runFiles.containerdSocket,
    ctr: findCommand('ctr', path) ?? 'ctr',
  };
  return createImageSource({
    pulled,
    runtime,
    record: standInRecord(paths.stateFiles.standIns),
    registries: paths.stateFiles.registries,
    load: (recipe, { signal, onProgress }) =>
      loadRecipe(recipe, loader, {
        signal,
        onProgress: (line) => {
          log.info('building an image', { recipe, line });
          onProgress(line);
        },
      }),
  });
}
