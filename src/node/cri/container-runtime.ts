/** Linux limits of a container. CPU times in microseconds of a period, memory in bytes. */
export interface RuntimeResources {
  readonly cpuShares?: number;
  readonly cpuQuota?: number;
  readonly cpuPeriod?: number;
  readonly memoryLimitBytes?: number;
  readonly oomScoreAdj?: number;
}

/** Which process ids a container sees: its own, or those of all containers of its Pod. */
export type PidScope = 'CONTAINER' | 'POD';

/** What a sandbox is made from. Its key in the runtime is namespace, name, uid and attempt. */
export interface SandboxConfig {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
  readonly hostname: string;
  readonly logDirectory: string;
  readonly dns: {
    readonly servers: readonly string[];
    readonly searches: readonly string[];
    readonly options: readonly string[];
  };
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly cgroupParent: string;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly pidScope: PidScope;
  readonly privileged: boolean;
  readonly supplementalGroups: readonly number[];
}

/** A host path seen inside a container. */
export interface RuntimeMount {
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readonly: boolean;
  readonly propagation: 'PRIVATE' | 'HOST_TO_CONTAINER' | 'BIDIRECTIONAL';
}

/** What a process in a container may do, and as whom it runs; undefined ids are the image's. */
export interface RuntimeSecurity {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsUserName?: string;
  readonly supplementalGroups: readonly number[];
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
  readonly privileged: boolean;
  readonly readonlyRootFilesystem: boolean;
  readonly noNewPrivileges: boolean;
  readonly seccomp: 'RuntimeDefault' | 'Unconfined';
  /** `TARGET`: those of another container, which `targetId` names. */
  readonly pidScope: PidScope | 'TARGET';
  readonly targetId?: string;
}

/** What a container is made from. Its key in the runtime is its sandbox, name and attempt. */
export interface ContainerConfig {
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly mounts: readonly RuntimeMount[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Relative to the sandbox's log directory. */
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly resources: RuntimeResources;
  readonly security: RuntimeSecurity;
}

/** A sandbox as the runtime lists it. Times in milliseconds since the epoch. */
export interface SandboxInfo {
  readonly id: string;
  readonly podUid: string;
  readonly podName: string;
  readonly podNamespace: string;
  readonly attempt: number;
  readonly ready: boolean;
  readonly createdAtMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The life of a container. */
export type ContainerPhase = 'created' | 'running' | 'exited' | 'unknown';

/** A container as the runtime lists it. Times in milliseconds since the epoch. */
export interface ContainerInfo {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  readonly attempt: number;
  readonly phase: ContainerPhase;
  readonly imageRef: string;
  readonly createdAtMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What the runtime knows of one container beyond the list. Times in milliseconds since the epoch. */
export interface ContainerDetails {
  readonly phase: ContainerPhase;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string;
  readonly logPath: string;
  readonly imageRef: string;
}

/** An image that is present. `size` in bytes; user as the image declares it. */
export interface ImageInfo {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly size: number;
  readonly userId?: number;
  readonly userName?: string;
  /** Directories that the image declares as VOLUME. */
  readonly volumes: readonly string[];
}

/** What a command in a container printed and how it ended. */
export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Streams wanted of an exec or attach. */
export interface RuntimeStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/**
 * The container runtime as the node agent uses it. Every call may reject with a RuntimeError that says whether the
 * runtime was out of reach (`unavailable`), the thing is not there (`notFound`), or it took too long (`timeout`).
 */
export interface ContainerRuntime extends AsyncDisposable {
  version(signal?: AbortSignal): Promise<{ readonly name: string; readonly version: string }>;
  /** Why the runtime or its network is not ready; undefined when both are. */
  unreadiness(signal?: AbortSignal): Promise<string | undefined>;
  runSandbox(config: SandboxConfig, signal?: AbortSignal): Promise<string>;
  stopSandbox(id: string): Promise<void>;
  removeSandbox(id: string): Promise<void>;
  listSandboxes(signal?: AbortSignal): Promise<readonly SandboxInfo[]>;
  /** Addresses of a sandbox, the first one being the Pod's. */
  sandboxAddresses(id: string): Promise<readonly string[]>;
  createContainer(sandboxId: string, config: ContainerConfig, sandbox: SandboxConfig): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** SIGTERM, and SIGKILL after `graceSeconds`; resolves when it has ended. */
  stopContainer(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void>;
  removeContainer(id: string): Promise<void>;
  listContainers(signal?: AbortSignal): Promise<readonly ContainerInfo[]>;
  containerDetails(id: string): Promise<ContainerDetails>;
  /** The directories that the runtime itself made for a container, for what its image declares as VOLUME: host path by path inside. */
  ownVolumes(id: string): Promise<ReadonlyMap<string, string>>;
  /** Bytes that containers have written over their images, by container id, as of the runtime's last look. */
  writtenBytes(): Promise<ReadonlyMap<string, number>>;
  reopenLog(id: string): Promise<void>;
  execSync(id: string, command: readonly string[], timeoutSeconds: number): Promise<ExecResult>;
  execUrl(id: string, command: readonly string[], streams: RuntimeStreams): Promise<URL>;
  attachUrl(id: string, streams: RuntimeStreams): Promise<URL>;
  portForwardUrl(sandboxId: string, ports: readonly number[]): Promise<URL>;
  image(reference: string): Promise<ImageInfo | undefined>;
  images(): Promise<readonly ImageInfo[]>;
  /** Pulls an image; resolves with the reference that names exactly what was pulled. */
  pullImage(reference: string, signal?: AbortSignal): Promise<string>;
  /** Calls `listener` whenever a task of the runtime started, ended or went out of memory, as far as it can tell. */
  onTaskEvent(listener: () => void): () => void;
}
