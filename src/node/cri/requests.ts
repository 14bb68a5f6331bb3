import type {
  ContainerConfig,
  RuntimeResources,
  RuntimeSecurity,
  SandboxConfig,
} from './container-runtime.js';
import type { Message } from './transport.js';

function int64(value: number | undefined): Message | undefined {
  return value === undefined ? undefined : { value: String(value) };
}

function seccomp(profile: RuntimeSecurity['seccomp']): Message {
  return { profile_type: profile };
}

/** A sandbox's configuration as the runtime takes it. */
export function sandboxMessage(config: SandboxConfig): Message {
  const { name, uid, namespace, attempt } = config;
  return {
    metadata: { name, uid, namespace, attempt },
    hostname: config.hostname,
    log_directory: config.logDirectory,
    dns_config: config.dns,
    labels: config.labels,
    annotations: config.annotations,
    linux: {
      cgroup_parent: config.cgroupParent,
      sysctls: config.sysctls,
      security_context: {
        namespace_options: { network: 'POD', pid: config.pidScope, ipc: 'POD' },
        privileged: config.privileged,
        supplemental_groups: config.supplementalGroups,
        seccomp: seccomp('RuntimeDefault'),
      },
    },
  };
}

function securityMessage(security: RuntimeSecurity): Message {
  return {
    capabilities: {
      add_capabilities: security.addCapabilities,
      drop_capabilities: security.dropCapabilities,
    },
    privileged: security.privileged,
    namespace_options: { network: 'POD', pid: security.pidScope, ipc: 'POD', target_id: security.targetId },
    run_as_user: int64(security.runAsUser),
    run_as_group: int64(security.runAsGroup),
    run_as_username: security.runAsUserName,
    readonly_rootfs: security.readonlyRootFilesystem,
    supplemental_groups: security.supplementalGroups,
    no_new_privs: security.noNewPrivileges,
    // An empty list would be taken for "mask nothing", so that /proc/kcore and its like stood open.
    masked_paths: security.privileged ? [] : maskedPaths,
    readonly_paths: security.privileged ? [] : readonlyPaths,
    seccomp: seccomp(security.privileged ? 'Unconfined' : security.seccomp),
  };
}

/** What Kubernetes hides from containers under /proc and /sys. */
const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];

/** What Kubernetes shows to containers but does not let them write. */
const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

function resourcesMessage(resources: RuntimeResources): Message {
  return {
    cpu_shares: resources.cpuShares,
    cpu_quota: resources.cpuQuota,
    cpu_period: resources.cpuPeriod,
    memory_limit_in_bytes:
      resources.memoryLimitBytes === undefined ? undefined : String(resources.memoryLimitBytes),
    oom_score_adj: resources.oomScoreAdj,
  };
}

/** A container's configuration as the runtime takes it. */
export function containerMessage(config: ContainerConfig): Message {
  return {
    metadata: { name: config.name, attempt: config.attempt },
    image: { image: config.image },
    command: config.command,
    args: config.args,
    working_dir: config.workingDir,
    envs: config.env.map(({ name, value }) => ({ key: name, value })),
    mounts: config.mounts.map((mount) => ({
      container_path: mount.containerPath,
      host_path: mount.hostPath,
      readonly: mount.readonly,
      propagation: `PROPAGATION_${mount.propagation}`,
    })),
    labels: config.labels,
    annotations: config.annotations,
    log_path: config.logPath,
    stdin: config.stdin,
    stdin_once: config.stdinOnce,
    tty: config.tty,
    linux: {
      resources: resourcesMessage(config.resources),
      security_context: securityMessage(config.security),
    },
  };
}
