import type { Container, Pod } from '../../api/generated/core-v1.js';
import type { ContainerConfig, ImageInfo, RuntimeMount } from '../cri/container-runtime.js';
import { expandVariables } from '../volumes/expand.js';
import { containerEnv } from './env.js';
import type { PodRuntimeFields } from './field-refs.js';
import { containerAnnotations, containerLabels } from './labels.js';
import type { Lookups } from './lookups.js';
import { logFile } from './places.js';
import { runtimeResources } from './resources.js';
import { runtimeSecurity } from './security.js';

/** What a container's configuration is made from, besides the Pod. */
export interface ContainerInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly attempt: number;
  readonly backoffMs: number;
  readonly runReference: string;
  /** Set when `runReference` stands in for the image of the Pod. */
  readonly standIn?: string | undefined;
  readonly image: ImageInfo | undefined;
  readonly mounts: readonly RuntimeMount[];
  readonly lookups: Lookups;
  readonly runtime: PodRuntimeFields;
  readonly memoryCapacityBytes: number;
  /** The runtime's container whose processes it is to see. */
  readonly targetId: string | undefined;
}

/** The configuration of a container. Throws a StepError for what stands in its way. */
export function containerConfig(input: ContainerInput, env = containerEnv(input)): ContainerConfig {
  const { pod, container, attempt } = input;
  const fill = (text: string): string => expandVariables(text, env).text;
  return {
    name: container.name,
    attempt,
    image: input.runReference,
    command: (container.command ?? []).map(fill),
    args: (container.args ?? []).map(fill),
    workingDir: container.workingDir ?? '',
    env: [...env].map(([name, value]) => ({ name, value })),
    mounts: input.mounts,
    labels: containerLabels(pod, container),
    annotations: containerAnnotations(pod, container, input),
    logPath: logFile(container.name, attempt),
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    resources: runtimeResources(pod, container, input.memoryCapacityBytes),
    security: {
      ...runtimeSecurity(pod, container, input.image),
      ...(input.targetId !== undefined && { pidScope: 'TARGET', targetId: input.targetId }),
    },
  };
}
