import type { Container, ContainerStatus, Pod, PodSpec } from '../../api/generated/core-v1.js';
import { shortHash } from '../../api/hash.js';
import { everyContainerStatus } from '../../api/pods.js';
import type { ContainerFact, PodFacts, RuntimeFacts, SandboxFact } from '../facts.js';

/** What a container is to its Pod: run once before the rest, run beside the rest from the start, the Pod's purpose, or a way to look into it. */
export type Role = 'init' | 'sidecar' | 'main' | 'ephemeral';

/** The facts about one Pod, ordered for planning. */
export interface PodView {
  readonly facts: PodFacts;
  readonly pod: Pod;
  readonly spec: PodSpec;
  readonly runtime: RuntimeFacts;
  /** The sandbox that the Pod runs in now. */
  readonly sandbox: SandboxFact | undefined;
  readonly nowMs: number;
}

/** Orders the facts. */
export function podView(facts: PodFacts, runtime: RuntimeFacts, nowMs: number): PodView {
  const spec = facts.pod.spec ?? { containers: [] };
  const [newest] = runtime.sandboxes;
  return { facts, pod: facts.pod, spec, runtime, sandbox: newest?.ready ? newest : undefined, nowMs };
}

/** What a container is to its Pod. */
export function roleOf(view: PodView, container: Container): Role {
  if (view.spec.ephemeralContainers?.some(({ name }) => name === container.name)) return 'ephemeral';
  if (!view.spec.initContainers?.includes(container)) return 'main';
  return container.restartPolicy === 'Always' ? 'sidecar' : 'init';
}

/** All containers of the Pod in the order in which they start. */
export function allContainers(view: PodView): readonly Container[] {
  return [...(view.spec.initContainers ?? []), ...view.spec.containers];
}

/** The newest of the runtime's containers of this name, in whatever sandbox. */
export function newestOf(view: PodView, name: string): ContainerFact | undefined {
  return view.runtime.containers.find((container) => container.name === name);
}

/** The one before the newest. */
export function previousOf(view: PodView, name: string): ContainerFact | undefined {
  return view.runtime.containers.filter((container) => container.name === name)[1];
}

/** The newest of the runtime's containers of this name in the Pod's present sandbox. */
export function currentOf(view: PodView, name: string): ContainerFact | undefined {
  const newest = newestOf(view, name);
  return newest !== undefined && newest.sandboxId === view.sandbox?.id ? newest : undefined;
}

/** What the API last heard about a container. */
export function reportedStatus(pod: Pod, name: string): ContainerStatus | undefined {
  return everyContainerStatus(pod).find((status) => status.name === name);
}

/** Whether a container of this name has run in the Pod, be it that the runtime has forgotten it. */
export function wasRun(view: PodView, name: string): boolean {
  const newest = newestOf(view, name);
  if (newest !== undefined) return newest.phase !== 'created';
  return reportedStatus(view.pod, name)?.containerID !== undefined;
}

/** The id by which the API knows a container. */
export function containerIdOf(fact: ContainerFact): string {
  return `containerd://${fact.id}`;
}

/** Whether work of this name is under way. */
export function isBusy(view: PodView, operation: string): boolean {
  return view.facts.operations.has(operation);
}

/** Whether work may begin: it is neither under way nor has it failed a moment ago. */
export function mayBegin(view: PodView, operation: string): boolean {
  const failure = view.facts.failures.get(operation);
  return !isBusy(view, operation) && (failure === undefined || failure.retryAtMs <= view.nowMs);
}

/** Whether any work is under way whose name begins so. */
export function isAnyBusy(view: PodView, ...prefixes: readonly string[]): boolean {
  return [...view.facts.operations.keys()].some((key) => prefixes.some((prefix) => key.startsWith(prefix)));
}

/** Hash of what makes a running container out of date when it changes: its name and image, as in Kubernetes. */
export function definitionHash(container: Container): string {
  return shortHash({ name: container.name, image: container.image });
}

/** Whether a running container has started: its postStart hook is over and its startup probe has passed. */
export function hasStarted(view: PodView, container: Container, fact: ContainerFact): boolean {
  if (fact.phase !== 'running' || isBusy(view, `start:${container.name}`)) return false;
  if (container.startupProbe === undefined) return true;
  return view.facts.probes.get(fact.id)?.startup ?? wasReported(view, fact)?.started ?? false;
}

/** Whether a running container is ready: it has started and its readiness probe passes. */
export function isContainerReady(view: PodView, container: Container, fact: ContainerFact): boolean {
  if (!hasStarted(view, container, fact)) return false;
  if (container.readinessProbe === undefined) return true;
  return view.facts.probes.get(fact.id)?.readiness ?? wasReported(view, fact)?.ready ?? false;
}

/** What the API holds about this very container: an agent that was restarted goes on from there. */
export function wasReported(view: PodView, fact: ContainerFact): ContainerStatus | undefined {
  const reported = reportedStatus(view.pod, fact.name);
  return reported?.containerID === containerIdOf(fact) ? reported : undefined;
}
