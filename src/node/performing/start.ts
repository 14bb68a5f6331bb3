import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Container, Pod } from '../../api/generated/core-v1.js';
import { messageOf } from '../../lib/errors.js';
import type { StartContainer } from '../actions.js';
import { containerOf, containerReference, type NodeContext, runtimeFields } from '../context.js';
import type { ContainerConfig, ImageInfo, RuntimeMount } from '../cri/container-runtime.js';
import { isRuntimeUnavailable, runtimeDetail } from '../cri/runtime-error.js';
import { containerConfig } from '../pod/container-config.js';
import { containerEnv } from '../pod/env.js';
import { hostsFile } from '../pod/hosts-file.js';
import { hostsFilePath, terminationMessagePath } from '../pod/places.js';
import { sandboxConfig } from '../pod/sandbox-config.js';
import { StepError } from '../pod/step-error.js';
import { runHook } from '../probes/hooks.js';
import { mountsOf, VolumesNotReadyError } from '../volumes/index.js';
import { keepImageVolumes } from './image-volumes.js';
import { volumePlanOf } from './volumes.js';

const startRetry = { baseMs: 1000, maxMs: 60_000 };

/** Begins to make and start a container, and to run its postStart hook. */
export function startContainer(context: NodeContext, action: StartContainer): void {
  const { pod, container: name } = action;
  const container = containerOf(pod, name);
  const uid = pod.metadata?.uid ?? '';
  const about = containerReference(pod, name);
  context.memories.begin({
    uid,
    key: `start:${name}`,
    async run(signal) {
      try {
        const id = await make(context, action, container);
        context.events.event(about, 'Normal', 'Created', `Created container: ${name}`);
        await context.runtime.startContainer(id).catch(refused('RunContainerError'));
        context.events.event(about, 'Normal', 'Started', `Started container ${name}`);
        // An image that is to be looked for each time is looked for before the next start.
        if (container.imagePullPolicy === 'Always') context.memories.of(uid).images.delete(name);
        await afterStart(context, { id, action, container, signal });
      } catch (error) {
        if (error instanceof StepError)
          context.events.event(about, 'Warning', 'Failed', `Error: ${error.message}`);
        throw error;
      }
    },
  });
}

async function make(context: NodeContext, action: StartContainer, container: Container): Promise<string> {
  const { pod, sandboxId, sandboxAttempt } = action;
  const image = await context.runtime.image(action.image.runReference);
  const config = await configure(context, { action, container, image });
  const sandbox = sandboxConfig(pod, sandboxAttempt, context.sandbox);
  return context.runtime.createContainer(sandboxId, config, sandbox).catch(refused('CreateContainerError'));
}

function refused(reason: string): (error: unknown) => never {
  return (error) => {
    if (isRuntimeUnavailable(error)) throw error;
    throw new StepError(reason, runtimeDetail(error), { retry: startRetry, cause: error });
  };
}

interface Making {
  readonly action: StartContainer;
  readonly container: Container;
  readonly image: ImageInfo | undefined;
}

async function configure(
  context: NodeContext,
  { action, container, image }: Making,
): Promise<ContainerConfig> {
  const { pod, attempt, backoffMs } = action;
  const runtime = runtimeFields(context, action.addresses);
  const env = containerEnv({ pod, container, lookups: context.lookups, runtime });
  const mounts = [
    ...(await volumeMounts(context, { action, container, image }, env)),
    ...(await ownFiles(context, action, container)),
  ];
  const { lookups, memoryBytes } = context;
  return containerConfig(
    {
      pod,
      container,
      attempt,
      backoffMs,
      runReference: action.image.runReference,
      standIn: action.image.standIn,
      image,
      mounts,
      lookups,
      runtime,
      memoryCapacityBytes: memoryBytes,
      targetId: action.targetId,
    },
    env,
  );
}

async function volumeMounts(
  context: NodeContext,
  { action, container, image }: Making,
  env: ReadonlyMap<string, string>,
): Promise<readonly RuntimeMount[]> {
  const plan = volumePlanOf(context, action.pod);
  const imageVolumes = await keepImageVolumes(context, {
    pod: action.pod,
    container: container.name,
    plan,
    declared: image?.volumes ?? [],
  });
  try {
    const variables = [...env].map(([name, value]) => ({ name, value }));
    return await mountsOf({
      plan,
      container: container.name,
      env: variables,
      imageVolumes,
      io: context.volumeIo,
    });
  } catch (error) {
    if (!(error instanceof VolumesNotReadyError)) throw error;
    throw new StepError('CreateContainerConfigError', messageOf(error), { retry: startRetry, cause: error });
  }
}

/** /etc/hosts and the file for its last words, unless the Pod mounts something there. */
async function ownFiles(
  { sandbox }: NodeContext,
  action: StartContainer,
  container: Container,
): Promise<readonly RuntimeMount[]> {
  const { pod, attempt, addresses } = action;
  const uid = pod.metadata?.uid ?? '';
  const hosts = hostsFilePath(sandbox.places, uid);
  await writeOwn(hosts, hostsFile(pod, addresses, sandbox.dns.clusterDomain), 0o644);
  const words = terminationMessagePath(sandbox.places, uid, { name: container.name, attempt });
  await writeOwn(words, '', 0o666);
  const wanted: readonly RuntimeMount[] = [
    { hostPath: hosts, containerPath: '/etc/hosts', readonly: false, propagation: 'PRIVATE' },
    {
      hostPath: words,
      containerPath: container.terminationMessagePath ?? '/dev/termination-log',
      readonly: false,
      propagation: 'PRIVATE',
    },
  ];
  return wanted.filter(
    ({ containerPath }) => !container.volumeMounts?.some(({ mountPath }) => mountPath === containerPath),
  );
}

async function writeOwn(path: string, text: string, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
}

interface Started {
  readonly id: string;
  readonly action: StartContainer;
  readonly container: Container;
  readonly signal: AbortSignal;
}

/** A container whose postStart hook fails is killed. */
async function afterStart(context: NodeContext, { id, action, container, signal }: Started): Promise<void> {
  const hook = container.lifecycle?.postStart;
  if (hook === undefined) return;
  // The hook may take long: what runs already is shown meanwhile.
  await context.view.refresh();
  const address = action.addresses[0] ?? '';
  try {
    await runHook(hook, { container, id, address }, { ...context, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    const about = containerReference(action.pod, container.name);
    context.events.event(
      about,
      'Warning',
      'FailedPostStartHook',
      `PostStartHook failed: ${messageOf(error)}`,
    );
    context.events.event(about, 'Normal', 'Killing', 'FailedPostStartHook');
    await context.runtime.stopContainer(id, graceOf(action.pod));
    throw new StepError('PostStartHookError', messageOf(error), { retry: startRetry, cause: error });
  }
}

function graceOf(pod: Pod): number {
  return pod.spec?.terminationGracePeriodSeconds ?? 30;
}
