import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { UserError } from './user-error.js';

/** Which cluster is meant: its name, and the directories that hold all clusters' state, run-time files and images. */
export interface ClusterRef {
  readonly name?: string;
  /** HOLDFAST_HOME. */
  readonly home?: string;
  /** Root of the run-time files, `/run/holdfast` unless given; kept short, since a unix socket's path ends at 108 bytes. */
  readonly run?: string;
  /** Image archives, shared by all clusters. */
  readonly cache?: string;
}

/** Where everything of one cluster lies. Nothing of it is shared with another cluster but `cache`. */
export interface ClusterPaths {
  readonly name: string;
  readonly home: string;
  readonly cache: string;
  /** Outlives the cluster until it is purged (mode 0700). */
  readonly state: string;
  readonly stateFiles: {
    readonly format: string;
    readonly settings: string;
    readonly store: string;
    readonly pki: string;
    readonly kubeconfig: string;
    readonly volumes: string;
    readonly pods: string;
    readonly logs: string;
    readonly podLogs: string;
    readonly containerd: string;
    readonly registries: string;
    /** Which images stand in for which. */
    readonly standIns: string;
  };
  /** Gone when the cluster is down. */
  readonly run: string;
  readonly runFiles: {
    readonly owner: string;
    readonly control: string;
    readonly egress: string;
    readonly keeper: string;
    readonly daemon: string;
    readonly containerd: string;
    readonly containerdConfig: string;
    readonly containerdSocket: string;
    readonly containerdState: string;
    readonly runc: string;
    readonly cniConf: string;
    readonly cniData: string;
  };
  readonly netns: { readonly name: string; readonly path: string };
  /** Absolute path inside every cgroup hierarchy. */
  readonly cgroup: string;
  /** Name of the CNI network; its cached results begin with it. */
  readonly network: string;
  /** Abstract unix sockets that serve as locks: the kernel frees them when their holder dies. */
  readonly locks: { readonly keeper: string; readonly daemon: string; readonly command: string };
}

const NAME_PATTERN = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

function stateFilesOf(state: string): ClusterPaths['stateFiles'] {
  const logs = join(state, 'logs');
  return {
    format: join(state, 'format'),
    settings: join(state, 'settings.json'),
    store: join(state, 'store'),
    pki: join(state, 'pki'),
    kubeconfig: join(state, 'kubeconfig'),
    volumes: join(state, 'volumes'),
    pods: join(state, 'pods'),
    logs,
    podLogs: join(logs, 'pods'),
    containerd: join(state, 'containerd'),
    registries: join(state, 'registries'),
    standIns: join(state, 'stand-ins.json'),
  };
}

function runFilesOf(run: string): ClusterPaths['runFiles'] {
  return {
    owner: join(run, 'owner.json'),
    control: join(run, 'keeper.sock'),
    egress: join(run, 'egress.sock'),
    keeper: join(run, 'keeper.json'),
    daemon: join(run, 'daemon.json'),
    containerd: join(run, 'containerd.json'),
    containerdConfig: join(run, 'containerd.toml'),
    containerdSocket: join(run, 'containerd.sock'),
    containerdState: join(run, 'containerd'),
    runc: join(run, 'runc'),
    cniConf: join(run, 'cni'),
    cniData: join(run, 'ipam'),
  };
}

/** Gives the places and names of a cluster; refuses names that could not be part of a file, an interface or a cgroup name. */
export function clusterPaths(ref: ClusterRef = {}): ClusterPaths {
  const name = ref.name ?? 'default';
  if (!NAME_PATTERN.test(name)) {
    throw new UserError(
      `cluster name ${JSON.stringify(name)} cannot be used: it must consist of lower case letters, digits and '-', begin and end with a letter or digit, and have at most 40 characters`,
    );
  }
  const home = resolve(ref.home ?? '/var/lib/holdfast');
  const id = createHash('sha256').update(`${name}\n${home}`).digest('hex').slice(0, 8);
  const state = join(home, name);
  const run = join(resolve(ref.run ?? '/run/holdfast'), id);
  const netns = `holdfast-${name}`;
  return {
    name,
    home,
    cache: resolve(ref.cache ?? '/var/cache/holdfast'),
    state,
    stateFiles: stateFilesOf(state),
    run,
    runFiles: runFilesOf(run),
    netns: { name: netns, path: `/run/netns/${netns}` },
    cgroup: `/holdfast-${name}`,
    network: netns,
    locks: {
      keeper: `holdfast-${id}-keeper`,
      daemon: `holdfast-${id}-daemon`,
      command: `holdfast-${id}-command`,
    },
  };
}
