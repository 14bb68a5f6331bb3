import type { Clock } from '../../lib/clock.js';
import { messageOf } from '../../lib/errors.js';
import type {
  ContainerConfig,
  ContainerDetails,
  ContainerInfo,
  ContainerRuntime,
  ExecResult,
  ImageInfo,
  RuntimeStreams,
  SandboxConfig,
  SandboxInfo,
} from './container-runtime.js';
import {
  containerDetails,
  containerInfo,
  imageInfo,
  messageIn,
  messagesIn,
  numberIn,
  ownVolumes,
  sandboxInfo,
  text,
} from './messages.js';
import { containerMessage, sandboxMessage } from './requests.js';
import { CriTransport, type Message } from './transport.js';

const QUICK_MS = 10_000;
/** Creating things may wait behind others on a slow disk, and the Pod network may be slow to set up. */
const SLOW_MS = 240_000;
const PULL_MS = 60 * 60_000;
const EVENT_RETRY_MS = 1000;

/** Connects to a container runtime by CRI on a unix socket; the connection is made, and made again, when it is needed. */
export function createCriClient(socketPath: string, clock: Clock): ContainerRuntime {
  return new CriClient(socketPath, clock);
}

class CriClient implements ContainerRuntime {
  readonly #transport: CriTransport;
  readonly #clock: Clock;
  readonly #closing = new AbortController();

  constructor(socketPath: string, clock: Clock) {
    this.#transport = new CriTransport(socketPath, clock);
    this.#clock = clock;
  }

  async version(signal?: AbortSignal): Promise<{ name: string; version: string }> {
    const answer = await this.#call('Version', {}, { signal });
    return { name: text(answer, 'runtime_name'), version: text(answer, 'runtime_version') };
  }

  async unreadiness(signal?: AbortSignal): Promise<string | undefined> {
    const answer = await this.#call('Status', {}, { signal });
    const conditions = messagesIn(messageIn(answer, 'status'), 'conditions');
    const unmet = conditions.find((condition) => condition['status'] !== true);
    return unmet === undefined ? undefined : `${text(unmet, 'type')} is not met: ${text(unmet, 'message')}`;
  }

  async runSandbox(config: SandboxConfig, signal?: AbortSignal): Promise<string> {
    const answer = await this.#call(
      'RunPodSandbox',
      { config: sandboxMessage(config) },
      { timeoutMs: SLOW_MS, signal },
    );
    return text(answer, 'pod_sandbox_id');
  }

  async stopSandbox(id: string): Promise<void> {
    await this.#call('StopPodSandbox', { pod_sandbox_id: id }, { timeoutMs: SLOW_MS });
  }

  async removeSandbox(id: string): Promise<void> {
    await this.#call('RemovePodSandbox', { pod_sandbox_id: id }, { timeoutMs: SLOW_MS });
  }

  async listSandboxes(signal?: AbortSignal): Promise<readonly SandboxInfo[]> {
    return messagesIn(await this.#call('ListPodSandbox', {}, { signal }), 'items').map(sandboxInfo);
  }

  async sandboxAddresses(id: string): Promise<readonly string[]> {
    const answer = await this.#call('PodSandboxStatus', { pod_sandbox_id: id });
    const network = messageIn(messageIn(answer, 'status'), 'network');
    const addresses = [
      text(network, 'ip'),
      ...messagesIn(network, 'additional_ips').map((item) => text(item, 'ip')),
    ];
    return addresses.filter((address) => address !== '');
  }

  async createContainer(sandboxId: string, config: ContainerConfig, sandbox: SandboxConfig): Promise<string> {
    const request = {
      pod_sandbox_id: sandboxId,
      config: containerMessage(config),
      sandbox_config: sandboxMessage(sandbox),
    };
    return text(await this.#call('CreateContainer', request, { timeoutMs: SLOW_MS }), 'container_id');
  }

  async startContainer(id: string): Promise<void> {
    await this.#call('StartContainer', { container_id: id }, { timeoutMs: SLOW_MS });
  }

  async stopContainer(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void> {
    const request = { container_id: id, timeout: String(Math.max(0, Math.ceil(graceSeconds))) };
    await this.#call('StopContainer', request, { timeoutMs: graceSeconds * 1000 + SLOW_MS, signal });
  }

  async removeContainer(id: string): Promise<void> {
    await this.#call('RemoveContainer', { container_id: id }, { timeoutMs: SLOW_MS });
  }

  async listContainers(signal?: AbortSignal): Promise<readonly ContainerInfo[]> {
    return messagesIn(await this.#call('ListContainers', {}, { signal }), 'containers').map(containerInfo);
  }

  async containerDetails(id: string): Promise<ContainerDetails> {
    return containerDetails(messageIn(await this.#call('ContainerStatus', { container_id: id }), 'status'));
  }

  async ownVolumes(id: string): Promise<ReadonlyMap<string, string>> {
    const answer = await this.#call('ContainerStatus', { container_id: id, verbose: true });
    return ownVolumes(id, text(messageIn(answer, 'info'), 'info'));
  }

  async writtenBytes(): Promise<ReadonlyMap<string, number>> {
    const stats = messagesIn(await this.#call('ListContainerStats', {}), 'stats');
    return new Map(
      stats.map((stat) => {
        const used = messageIn(messageIn(stat, 'writable_layer'), 'used_bytes');
        return [text(messageIn(stat, 'attributes'), 'id'), numberIn(used, 'value')];
      }),
    );
  }

  async reopenLog(id: string): Promise<void> {
    await this.#call('ReopenContainerLog', { container_id: id });
  }

  async execSync(id: string, command: readonly string[], timeoutSeconds: number): Promise<ExecResult> {
    const request = { container_id: id, cmd: command, timeout: String(timeoutSeconds) };
    const timeoutMs = timeoutSeconds * 1000 + QUICK_MS;
    const answer = await this.#call('ExecSync', request, { timeoutMs });
    return {
      stdout: bytesAsText(answer, 'stdout'),
      stderr: bytesAsText(answer, 'stderr'),
      exitCode: numberIn(answer, 'exit_code'),
    };
  }

  async execUrl(id: string, command: readonly string[], streams: RuntimeStreams): Promise<URL> {
    return this.#url('Exec', { container_id: id, cmd: command, ...streams });
  }

  async attachUrl(id: string, streams: RuntimeStreams): Promise<URL> {
    return this.#url('Attach', { container_id: id, ...streams });
  }

  async portForwardUrl(sandboxId: string, ports: readonly number[]): Promise<URL> {
    return this.#url('PortForward', { pod_sandbox_id: sandboxId, port: ports });
  }

  async image(reference: string): Promise<ImageInfo | undefined> {
    const answer = await this.#call('ImageStatus', { image: { image: reference }, verbose: true });
    const found = messageIn(answer, 'image');
    return text(found, 'id') === '' ? undefined : imageInfo(found, text(messageIn(answer, 'info'), 'info'));
  }

  async images(): Promise<readonly ImageInfo[]> {
    return messagesIn(await this.#call('ListImages', {}), 'images').map((message) => imageInfo(message));
  }

  async pullImage(reference: string, signal?: AbortSignal): Promise<string> {
    const answer = await this.#call(
      'PullImage',
      { image: { image: reference } },
      { timeoutMs: PULL_MS, signal },
    );
    return text(answer, 'image_ref');
  }

  onTaskEvent(listener: () => void): () => void {
    const stopping = new AbortController();
    void this.#followTasks(listener, AbortSignal.any([stopping.signal, this.#closing.signal]));
    return () => stopping.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#transport.close();
  }

  /** The stream ends when containerd does; polling covers the gap until it is there again. */
  async #followTasks(listener: () => void, signal: AbortSignal): Promise<void> {
    const metadata = { 'containerd-namespace': 'k8s.io' };
    const filters = ['topic~="^/tasks/(exit|oom)$"'];
    while (!signal.aborted) {
      await this.#transport
        .follow('Subscribe', { filters }, { metadata, signal, onMessage: listener })
        .catch(messageOf);
      await this.#clock.sleep(EVENT_RETRY_MS, signal).catch(messageOf);
    }
  }

  async #url(method: string, request: Message): Promise<URL> {
    return new URL(text(await this.#call(method, request), 'url'));
  }

  #call(
    method: string,
    request: Message,
    options: { timeoutMs?: number; signal?: AbortSignal | undefined } = {},
  ): Promise<Message> {
    return this.#transport.call(method, request, {
      timeoutMs: options.timeoutMs ?? QUICK_MS,
      signal: options.signal,
    });
  }
}

function bytesAsText(message: Message, field: string): string {
  const value = message[field];
  return Buffer.isBuffer(value) ? value.toString() : '';
}
