import { join } from 'node:path';
import type { Pod } from '../api/generated/core-v1.js';
import type { LogOptions, NodeApi } from '../api/node-api.js';
import { everyContainerStatus } from '../api/pods.js';
import { badRequest, internal, unavailable } from '../api/status-error.js';
import type { NodeContext } from './context.js';
import { isRuntimeUnavailable } from './cri/runtime-error.js';
import type { ContainerFact } from './facts.js';
import { readLog } from './logs/reader.js';
import { logFile, logFolder } from './pod/places.js';

/** What the API server asks of this node: logs, and the addresses of streams that the runtime serves. */
export function createNodeApi(context: NodeContext): NodeApi {
  return {
    logs: (pod, options, signal) => logs(context, { pod, options, signal }),
    exec: async (pod, { container, command, ...streams }) => {
      const { id } = runningContainer(context, pod, container);
      return guarded(context.runtime.execUrl(id, command, streams));
    },
    attach: async (pod, { container, ...streams }) => {
      const { id } = runningContainer(context, pod, container);
      return guarded(context.runtime.attachUrl(id, streams));
    },
    portForward: async (pod, ports) => {
      const runtime = context.view.factsOf(pod.metadata?.uid ?? '');
      const sandbox = runtime.known ? runtime.value.sandboxes.find(({ ready }) => ready) : undefined;
      if (sandbox === undefined)
        throw badRequest(
          `unable to forward port because pod is not running. Current status=${pod.status?.phase}`,
        );
      return guarded(context.runtime.portForwardUrl(sandbox.id, ports));
    },
  };
}

async function guarded<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (isRuntimeUnavailable(error))
      throw unavailable('the container runtime of this node does not answer', error);
    throw internal(error instanceof Error ? error.message : String(error), error);
  }
}

function runningContainer(context: NodeContext, pod: Pod, name: string): ContainerFact {
  const found = context.view.container(pod.metadata?.uid ?? '', name);
  if (found?.phase !== 'running')
    throw badRequest(`container ${name} in pod ${pod.metadata?.name} is not running`);
  return found;
}

interface LogRequest {
  readonly pod: Pod;
  readonly options: LogOptions;
  readonly signal: AbortSignal;
}

async function* logs(context: NodeContext, { pod, options, signal }: LogRequest): AsyncIterable<Uint8Array> {
  const uid = pod.metadata?.uid ?? '';
  const { container: name, previous = false, sinceSeconds, sinceTime } = options;
  const found = context.view.container(uid, name, previous);
  if (found === undefined) throw noLog(pod, options);
  const sinceMs =
    sinceTime === undefined
      ? sinceSeconds && context.clock.now() - sinceSeconds * 1000
      : Date.parse(sinceTime);
  const path = join(logFolder(context.sandbox.places, pod), logFile(name, found.attempt));
  const isRunning = (): boolean => {
    const now = context.view.factsOf(uid);
    // A runtime that does not answer ends nothing.
    return !now.known || now.value.containers.some(({ id, phase }) => id === found.id && phase === 'running');
  };
  const { follow, timestamps, tailLines, limitBytes } = options;
  yield* readLog(
    { path, follow, timestamps, tailLines, limitBytes, sinceMs, clock: context.clock, isRunning },
    signal,
  );
}

function noLog(pod: Pod, { container: name, previous }: LogOptions): Error {
  const title = `container "${name}" in pod "${pod.metadata?.name}"`;
  if (previous)
    return badRequest(`previous terminated ${title.replace('container ', 'container ')} not found`);
  const statuses = everyContainerStatus(pod);
  const waiting = statuses.find((status) => status.name === name)?.state?.waiting;
  const reason = waiting?.reason ?? 'ContainerCreating';
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff')
    return badRequest(`${title} is waiting to start: trying and failing to pull image`);
  return badRequest(`${title} is waiting to start: ${reason}`);
}
