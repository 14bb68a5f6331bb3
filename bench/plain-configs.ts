import type { ContainerConfig, SandboxConfig } from '../src/node/cri/container-runtime.js';

/** A sandbox with nothing but a name, a log directory and a cgroup. */
export function sandboxOf(
  name: string,
  where: { readonly logs: string; readonly cgroup: string },
): SandboxConfig {
  return {
    name,
    namespace: 'bench',
    uid: name,
    attempt: 0,
    hostname: name,
    logDirectory: where.logs,
    cgroupParent: `${where.cgroup}/${name}`,
    dns: { servers: [], searches: [], options: [] },
    labels: {},
    annotations: {},
    sysctls: {},
    pidScope: 'CONTAINER',
    privileged: false,
    supplementalGroups: [],
  };
}

/** A MySQL server as its image starts it, with its data in a directory of the host. */
export function containerOf(of: {
  readonly attempt: number;
  readonly data: string;
  readonly password: string;
}): ContainerConfig {
  return {
    name: 'mysql',
    attempt: of.attempt,
    image: 'holdfast.local/mysql:latest',
    command: [],
    args: [],
    workingDir: '',
    env: [{ name: 'MYSQL_ROOT_PASSWORD', value: of.password }],
    mounts: [{ hostPath: of.data, containerPath: '/var/lib/mysql', readonly: false, propagation: 'PRIVATE' }],
    labels: {},
    annotations: {},
    logPath: `${of.attempt}.log`,
    stdin: false,
    stdinOnce: false,
    tty: false,
    resources: {},
    security: {
      supplementalGroups: [],
      addCapabilities: [],
      dropCapabilities: [],
      privileged: false,
      readonlyRootFilesystem: false,
      noNewPrivileges: false,
      seccomp: 'Unconfined',
      pidScope: 'CONTAINER',
    },
  };
}
