/** What the configuration of the private containerd depends on. */
export interface ContainerdSettings {
  readonly root: string;
  readonly state: string;
  readonly socket: string;
  readonly runcRoot: string;
  readonly runc: string;
  readonly cniBinaries: string;
  readonly cniConf: string;
  readonly registries: string;
  readonly sandboxImage: string;
  /** CAP_SYS_RESOURCE is missing: the kernel would refuse lower scores. */
  readonly restrictOomScore: boolean;
}

/** Snapshotters and services that a node has no use for; each would cost start-up time and warnings. */
const DISABLED = [
  'io.containerd.snapshotter.v1.aufs',
  'io.containerd.snapshotter.v1.btrfs',
  'io.containerd.snapshotter.v1.devmapper',
  'io.containerd.snapshotter.v1.zfs',
  'io.containerd.internal.v1.restart',
  'io.containerd.tracing.processor.v1.otlp',
  'io.containerd.internal.v1.tracing',
];

type Value = string | number | boolean | readonly string[];
type Section = readonly [name: string, values: Readonly<Record<string, Value>>];

const CRI = 'plugins."io.containerd.grpc.v1.cri"';

function sections(settings: ContainerdSettings): readonly Section[] {
  return [
    ['debug', { level: 'warn' }],
    ['grpc', { address: settings.socket }],
    ['plugins."io.containerd.internal.v1.opt"', { path: `${settings.root}/opt` }],
    [
      CRI,
      {
        sandbox_image: settings.sandboxImage,
        stream_server_address: '127.0.0.1',
        stream_server_port: '0',
        disable_tcp_service: true,
        restrict_oom_score_adj: settings.restrictOomScore,
        netns_mounts_under_state_dir: true,
        tolerate_missing_hugetlb_controller: true,
      },
    ],
    [`${CRI}.cni`, { bin_dir: settings.cniBinaries, conf_dir: settings.cniConf, max_conf_num: 1 }],
    [`${CRI}.containerd`, { default_runtime_name: 'runc', snapshotter: 'overlayfs' }],
    [`${CRI}.containerd.runtimes.runc`, { runtime_type: 'io.containerd.runc.v2' }],
    [
      `${CRI}.containerd.runtimes.runc.options`,
      { BinaryName: settings.runc, Root: settings.runcRoot, SystemdCgroup: false },
    ],
    [`${CRI}.registry`, { config_path: settings.registries }],
  ];
}

/** A JSON string is a TOML basic string, and a JSON array of strings a TOML array. */
function assignments(values: Readonly<Record<string, Value>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join('');
}

/** The configuration file: version 2, which containerd 1.6 reads and containerd 2 still does. */
export function containerdConfig(settings: ContainerdSettings): string {
  const top = assignments({
    version: 2,
    root: settings.root,
    state: settings.state,
    disabled_plugins: DISABLED,
  });
  return (
    top +
    sections(settings)
      .map(([name, values]) => `\n[${name}]\n${assignments(values)}`)
      .join('')
  );
}
