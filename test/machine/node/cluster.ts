import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod } from '../../../src/api/generated/core-v1.js';
import { kinds } from '../../../src/api/kinds.js';
import { isPodReady } from '../../../src/api/pods.js';
import type { Client } from '../../../src/client/client.js';
import { administrator, type ControlPlane, startControlPlane } from '../../../src/cluster/control-plane.js';
import { directoryVolumes } from '../../../src/cluster/directory-volumes.js';
import type { Clock } from '../../../src/lib/clock.js';
import { type Logger, silentLogger } from '../../../src/lib/log.js';
import { systemClock } from '../../../src/lib/system-clock.js';
import { systemRandom } from '../../../src/lib/system-random.js';
import { createCriClient } from '../../../src/node/cri/cri-client.js';
import { type NodeAgent, startNodeAgent } from '../../../src/node/index.js';
import { openMemoryStore } from '../../../src/store/memory.js';
import type { Store } from '../../../src/store/store.js';
import type { TestMachine } from './node.js';

/** A control plane in memory whose Pods run on a test machine. */
export interface NodeCluster extends AsyncDisposable {
  readonly controlPlane: ControlPlane;
  readonly client: Client;
  readonly agent: NodeAgent;
  pod(name: string): Pod | undefined;
  /** Resolves with the Pod as soon as `done` holds; rejects with its status when that takes too long. */
  until(name: string, done: (pod: Pod | undefined) => boolean, limitMs?: number): Promise<Pod | undefined>;
  ready(name: string): Promise<Pod>;
  /** Runs a command in a container and gives what it prints. */
  exec(name: string, ...command: readonly string[]): Promise<string>;
  /** `reason: message` of the Events about an object, oldest first. */
  events(about: string): Promise<readonly string[]>;
  logs(name: string, options?: { readonly previous?: boolean; readonly container?: string }): Promise<string>;
}

/** Starts one on a machine; `store` brings the objects of an earlier one. */
export async function startNodeCluster(
  machine: TestMachine,
  options: { readonly store?: Store; readonly log?: Logger; readonly clock?: Clock } = {},
): Promise<NodeCluster> {
  const { home } = machine;
  for (const name of ['pods', 'logs', 'volumes']) await mkdir(join(home, name), { recursive: true });
  const runtime = createCriClient(machine.socket, systemClock);
  const { clock = systemClock } = options;
  const started: { agent?: NodeAgent } = {};
  const controlPlane = await startControlPlane({
    store: options.store ?? openMemoryStore(),
    clock,
    random: systemRandom,
    rootCertificate: Promise.resolve('a certificate'),
    log: options.log ?? silentLogger,
    volumes: directoryVolumes(join(home, 'volumes')),
    nodes: () => started.agent?.api,
    node: (deps) => {
      started.agent = startNodeAgent(deps, {
        nodeName: 'node-0',
        address: '10.244.0.1',
        podRange: '10.244.0.0/16',
        runtime,
        podsDir: join(home, 'pods'),
        logsDir: join(home, 'logs'),
        stateDirectory: home,
        cgroupParent: machine.cgroup,
        clusterDns: '10.96.0.10',
        clusterDomain: 'cluster.local',
        version: 'test',
        dial: machine.dial,
      });
      return started.agent;
    },
  });
  const { agent } = started;
  if (agent === undefined) throw new Error('the control plane started no node');
  const client = controlPlane.client(administrator);
  const pods = client.cache(kinds.Pod);
  await pods.synced;
  await agent.registered;
  const pod = (name: string): Pod | undefined => pods.get({ namespace: 'default', name });
  const until: NodeCluster['until'] = (name, done, limitMs = 30_000) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!done(pod(name))) return;
        stop();
        timer.cancel();
        resolve(pod(name));
      };
      const timer = systemClock.after(limitMs, () => {
        stop();
        const waiting = agent.waiting().get(`default/${name}`);
        reject(
          new Error(
            `Pod ${name} did not get there: ${JSON.stringify({ waiting, status: pod(name)?.status }, undefined, 1)}`,
          ),
        );
      });
      let stop = (): void => {};
      stop = pods.onChange(look);
      look();
    });
  return {
    controlPlane,
    client,
    agent,
    pod,
    until,
    async ready(name) {
      const found = await until(name, (now) => now !== undefined && isPodReady(now));
      if (found === undefined) throw new Error(`Pod ${name} is gone`);
      return found;
    },
    async exec(name, ...command) {
      const id = pod(name)?.status?.containerStatuses?.[0]?.containerID?.replace('containerd://', '') ?? '';
      const { stdout, stderr, exitCode } = await runtime.execSync(id, command, 10);
      if (exitCode !== 0) throw new Error(`${command.join(' ')} ended with ${exitCode}: ${stderr}`);
      return stdout;
    },
    async events(about) {
      const { items } = await client.list(kinds.Event, 'default');
      return items
        .filter(({ involvedObject }) => involvedObject.name === about)
        .map(({ reason, message }) => `${reason}: ${message}`);
    },
    async logs(name, { previous = false, container } = {}) {
      const found = pod(name);
      if (found === undefined) throw new Error(`no Pod ${name}`);
      let text = '';
      const chunks = agent.api.logs(
        found,
        { container: container ?? found.spec?.containers[0]?.name ?? '', previous },
        AbortSignal.timeout(5000),
      );
      for await (const chunk of chunks) text += Buffer.from(chunk).toString();
      return text;
    },
    async [Symbol.asyncDispose]() {
      await controlPlane[Symbol.asyncDispose]();
      await runtime[Symbol.asyncDispose]();
    },
  };
}
